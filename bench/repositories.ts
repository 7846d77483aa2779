// Repositories of the whole ecosystem: what their tables occupy, what the questions about them cost, and how many looks one
// worker process makes against a git server on loopback; from these the length of a round.
//   npm run bench:repositories [-- --repositories 1900000 --seconds 60]
// Needs DATABASE_URL and REDIS_URL. Makes a database, some 3 GB for 1.9 million repositories, and drops it.
import { parseArgs } from 'node:util'
import { openQueue } from '@mirrorwatch/pipeline/work/queue/queue'
import { queueName, STAGE_NAMES } from '@mirrorwatch/pipeline/work/queue/queue-names'
import { openStore } from '@mirrorwatch/store/connect/connect'
import { installationId } from '@mirrorwatch/store/connect/installation'
import type { Db } from '@mirrorwatch/store/database'
import { PACE_SECONDS } from '@mirrorwatch/store/repositories/looks'
import { createDatabase } from '@mirrorwatch/testing/store/databases'
import { spacingFor } from '@mirrorwatch/upstream/limits/turns'
import { sql } from 'kysely'
import { askAll, mebibytes, tellSizes, whole } from './harness/plans.ts'
import { fill } from './repositories/fill.ts'
import { type LookFigures, measureIdle, measureLooks, UNLIMITED } from './repositories/looks.ts'
import { QUESTIONS } from './repositories/questions.ts'

const { values } = parseArgs({
  options: {
    repositories: { type: 'string', default: '1900000' },
    seconds: { type: 'string', default: '60' },
  },
})
const REPOSITORIES = Number(values.repositories)
const SECONDS = Number(values.seconds)

/** Size of the ecosystem in autumn 2026. */
const ECOSYSTEM = { repositories: 1_900_000, versions: 59_000_000 }
/** Estimated numbers of repositories with a tagged version of the last day, and of those looked at daily. */
const OTHERS = { hourly: 10_000, daily: 60_000 }
/** Requests a second to the host. */
const RATES = [1, 5, 20]
const DAY_S = 86_400
const DAY_MS = DAY_S * 1000

async function main(databaseUrl: string, redisUrl: string): Promise<void> {
  await using store = await openStore({ databaseUrl, dataDir: '/nonexistent' })
  const { db } = store
  const started = performance.now()
  const tags = await fill(db, REPOSITORIES, (what) =>
    console.error(`${Math.round((performance.now() - started) / 1000)} s: ${what}`),
  )
  console.log(`${whole(REPOSITORIES)} repositories with ${whole(tags)} tags`)
  await tellSizes(db)
  await tellTotal(db, 'filled')
  await askAll(databaseUrl, QUESTIONS)
  await wholeRound(db)
  await tellTotal(db, 'after a round of updates')
  await tellLooks(db, { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl })
}

async function tellTotal(db: Db, when: string): Promise<void> {
  const { rows } = await sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`.execute(
    db,
  )
  const bytes = rows[0]?.bytes ?? 0
  console.log(
    `the database, ${when}: ${mebibytes(bytes)}, ${Math.round(bytes / REPOSITORIES)} bytes a repository`,
  )
}

/** Updates all rows as a round of looks does, in the order of their due times, and vacuums as often as autovacuum would. */
async function wholeRound(db: Db): Promise<void> {
  const steps = 50
  for (let step = 0; step < steps; step++) {
    await sql`
      update repository set due_at = due_at + interval '3 days', looked_at = due_at - interval '4 days', attempts = 0, last_error = null
      where (id * 7919) % 518400 * ${steps}::int / 518400 = ${step}`.execute(db)
    await sql`vacuum repository`.execute(db)
  }
  await sql`update repository set due_at = due_at - interval '3 days' where id % 2 = 0`.execute(db)
  await sql`vacuum analyze repository`.execute(db)
}

async function tellLooks(db: Db, services: { DATABASE_URL: string; REDIS_URL: string }): Promise<void> {
  const figures = new Map<number, LookFigures>()
  const idleCpuMs = await idle(services.REDIS_URL)
  console.log(`one worker process with nothing due: ${idleCpuMs.toFixed(1)} ms of CPU a second`)
  for (const perSecond of [UNLIMITED, 20, 5]) {
    const measured = await measureLooks(db, services, { perSecond, seconds: SECONDS, idleCpuMs })
    figures.set(perSecond, measured)
    console.log(
      `one worker process, ${perSecond === UNLIMITED ? 'not limited' : `held to ${perSecond} answers a second by the host`}: ` +
        `${measured.looksPerSecond.toFixed(1)} looks/s, ${measured.cpuMs.toFixed(2)} ms of CPU a look ` +
        `(the git server: ${measured.hostCpuMs.toFixed(2)} ms)`,
    )
  }
  await forgetQueues(db, services.REDIS_URL)
  tellRounds(figures.get(UNLIMITED)?.cpuMs ?? 0)
}

/** CPU of a worker on an empty store. */
async function idle(redisUrl: string): Promise<number> {
  const database = await createDatabase()
  try {
    await using store = await openStore({ databaseUrl: database.url, dataDir: '/nonexistent' })
    const idleCpuMs = await measureIdle({ DATABASE_URL: database.url, REDIS_URL: redisUrl }, SECONDS)
    await forgetQueues(store.db, redisUrl)
    return idleCpuMs
  } finally {
    await database.drop()
  }
}

/** A round over the ecosystem, all of it at one host: by repository, with other looks added, and by version. */
function tellRounds(cpuMs: number): void {
  console.log(
    '| requests a second to the host | by repository | with other looks | by version | CPU by repository |',
  )
  console.log('|---|---|---|---|---|')
  const [hourly, daily, round] = PACE_SECONDS
  for (const rate of RATES) {
    const aDay = DAY_MS / spacingFor(rate)
    const days = (looks: number): string => (looks / aDay).toFixed(1)
    const wanted = [OTHERS.hourly / hourly, OTHERS.daily / daily, ECOSYSTEM.repositories / round]
    // Where the pace does not suffice, all intervals grow by the same factor.
    const factor = Math.max(1, (wanted.reduce((sum, each) => sum + each) * DAY_S) / aDay)
    console.log(
      `| ${rate} | ${days(ECOSYSTEM.repositories)} days | ${((round / DAY_S) * factor).toFixed(1)} days | ` +
        `${days(ECOSYSTEM.versions)} days | ${((ECOSYSTEM.repositories * cpuMs) / 3_600_000).toFixed(1)} hours |`,
    )
  }
}

async function forgetQueues(db: Db, url: string): Promise<void> {
  const prefix = `mirrorwatch-${await installationId(db)}`
  await using queue = await openQueue({ kind: 'redis', url, prefix })
  await queue.obliterate(...STAGE_NAMES.map(queueName))
}

const { DATABASE_URL, REDIS_URL } = process.env
if (DATABASE_URL === undefined || REDIS_URL === undefined) {
  console.log('DATABASE_URL or REDIS_URL is not set: nothing to measure with')
} else {
  const database = await createDatabase()
  try {
    await main(database.url, REDIS_URL)
  } finally {
    await database.drop()
  }
}
