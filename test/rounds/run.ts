import { setTimeout as sleep } from 'node:timers/promises'
import { locateStage } from '@mirrorwatch/pipeline/stages/locate/locate'
import { lookStage } from '@mirrorwatch/pipeline/stages/look/look'
import { FailedJobs } from '@mirrorwatch/pipeline/work/failed-jobs'
import { openQueue } from '@mirrorwatch/pipeline/work/queue/queue'
import { queueName } from '@mirrorwatch/pipeline/work/queue/queue-names'
import type { OpenQueue } from '@mirrorwatch/pipeline/work/queue/types'
import { sweep } from '@mirrorwatch/pipeline/work/sweep'
import { openStore } from '@mirrorwatch/store/connect/connect'
import { installationId } from '@mirrorwatch/store/connect/installation'
import type { Db } from '@mirrorwatch/store/database'
import { savePage } from '@mirrorwatch/store/tables/feed'
import { serveRefs } from '@mirrorwatch/testing/git/ref-server'
import { createRandom, type Random } from '@mirrorwatch/testing/random'
import { createDatabase, temporaryFolder } from '@mirrorwatch/testing/store/databases'
import { type Snapshot, snapshot } from '@mirrorwatch/testing/store/snapshot'
import { pauseUnlessAborted } from '@mirrorwatch/upstream/http/pause'
import { startWorld } from '@mirrorwatch/world/world'
import { sql } from 'kysely'
import { Fleet, type Launch } from '../chaos/fleet.ts'
import { eventText, type Scenario, type Version } from './scenario.ts'

const STAGES = [locateStage, lookStage]
const QUEUES = STAGES.map(({ name }) => queueName(name))
const WORKER: Launch = { role: 'worker', args: ['cli/src/main.ts', 'worker', '--queues', 'locate,look'] }
const PAGE = 2_000
/** The feed listed all versions long ago. */
const LISTED_MICROS = BigInt(Date.parse('2024-01-01T00:00:00Z')) * 1000n
/** Jobs on the queues below which they are filled again: the scheduler of a service does that every five seconds. */
const LOW_WATER = 500
const ASK_EVERY_MS = 100
/** Longest wait for a round: a job of a killed worker is taken over after a minute at most. */
const PATIENCE_MS = 15 * 60_000

export interface Kills {
  seed: number
  /** Mean time between two kills. */
  everyMs: number
  /** Most kills in one round. */
  perRound: number
  /** Kills between two losses of all jobs. */
  loseQueueEvery: number
}

export interface RoundsRun {
  /** Results of each round: expected and recorded events, requests to the code hosts, duration. */
  rounds: { expected: string[]; events: string[]; requests: number; seconds: number }[]
  kills: number
  rows: Snapshot
}

/** Runs all rounds with two worker processes, which are killed again and again if `kills` says so. */
export async function runRounds(
  scenario: Scenario,
  redisUrl: string,
  kills: Kills | null,
): Promise<RoundsRun> {
  await using made = new AsyncDisposableStack()
  const database = await createDatabase()
  made.defer(database.drop)
  const store = made.use(await openStore({ databaseUrl: database.url, dataDir: '/nonexistent' }))
  const { db } = store
  const world = made.use(await startWorld({ repositories: scenario.real }))
  const host = made.use(await serveRefs({ refsOf: scenario.forge.refsOf }))
  await list(db, scenario.versions)
  const prefix = `mirrorwatch-${await installationId(db)}`
  const queue = made.use(await openQueue({ kind: 'redis', url: redisUrl, prefix }))
  made.defer(() => queue.obliterate(...QUEUES))
  const insteadOf = `https://github.com/=${host.url}github.com/,${world.gitInsteadOf}`
  const env = {
    ...world.env,
    MIRRORWATCH_GIT_INSTEAD_OF: insteadOf,
    DATABASE_URL: database.url,
    REDIS_URL: redisUrl,
    MIRRORWATCH_DATA_DIR: temporaryFolder(),
  }
  const fleet = made.use(new Fleet(env, [WORKER, WORKER]))
  await fleet.started()
  const killer = kills === null ? null : new Killer(fleet, queue, kills)
  const rounds: RoundsRun['rounds'] = []
  const requests = (): number => host.requests() + world.requests.matching({ service: 'git' }).length
  let lastEvent = 0
  const round = async (expected: string[] = []): Promise<void> => {
    const before = { requests: requests(), at: performance.now() }
    await using _kills = killer?.start()
    await lookAtAll(db, queue)
    const seconds = (performance.now() - before.at) / 1000
    const { last, events } = await eventsSince(db, lastEvent)
    lastEvent = last
    rounds.push({ expected, events, requests: requests() - before.requests, seconds })
  }
  await round()
  await round()
  for (const change of scenario.changes) await round(await change(world))
  await round()
  await fleet.stop()
  return {
    rounds,
    kills: killer?.kills ?? 0,
    rows: { ...(await snapshot(db)), scheduled: await scheduled(db) },
  }
}

/** Lets the feed bring all versions. */
async function list(db: Db, versions: readonly Version[]): Promise<void> {
  for (let at = 0; at < versions.length; at += PAGE) {
    const entries = versions
      .slice(at, at + PAGE)
      .map((version) => ({ ...version, timestampMicros: LISTED_MICROS }))
    const cursor = { positionMicros: LISTED_MICROS, seenAtPosition: [] }
    await db
      .transaction()
      .execute((trx) => savePage(trx, { feed: 'index', entries, cursor, schedule: null, goModDueAt: null }))
  }
}

/** Makes a look at every repository due, and waits until there was one. */
async function lookAtAll(db: Db, queue: OpenQueue): Promise<void> {
  const { rows } = await sql<{ at: string }>`select clock_timestamp() as at`.execute(db)
  const from = rows[0]?.at ?? ''
  await sql`update repository set due_at = ${from}::timestamptz`.execute(db)
  const deps = { db, queue, failedJobs: new FailedJobs(), clock: () => new Date(), readBytesPerDay: 0 }
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const waiting = await inQueue(queue)
    const left = await leftSince(db, from)
    if (left === 0 && waiting === 0) return
    if (performance.now() > deadline) throw new Error(`${left} looks left, ${waiting} jobs in the queue`)
    if (waiting < LOW_WATER) await sweep(deps, STAGES, new Date())
    await sleep(ASK_EVERY_MS)
  }
}

async function inQueue(queue: OpenQueue): Promise<number> {
  const counts = Object.values(await queue.counts(...QUEUES))
  return counts.reduce((sum, { waiting, delayed, active }) => sum + waiting + delayed + active, 0)
}

async function leftSince(db: Db, from: string): Promise<number> {
  const { rows } = await sql<{ left: number }>`
    select (select count(*) from module where located_at is null)
      + (select count(*) from repository where looked_at is null or looked_at < ${from}::timestamptz) as left`.execute(
    db,
  )
  return rows[0]?.left ?? 0
}

/** Kills workers at random moments of a round; the fleet starts others. */
class Killer {
  kills = 0
  readonly #fleet: Fleet
  readonly #queue: OpenQueue
  readonly #options: Kills
  readonly #random: Random

  constructor(fleet: Fleet, queue: OpenQueue, options: Kills) {
    this.#fleet = fleet
    this.#queue = queue
    this.#options = options
    this.#random = createRandom(options.seed)
  }

  /** Kills until the result is disposed of. */
  start(): AsyncDisposable {
    const stopped = new AbortController()
    const ended = this.#run(stopped.signal)
    return {
      async [Symbol.asyncDispose]() {
        stopped.abort()
        await ended
      },
    }
  }

  async #run(stopped: AbortSignal): Promise<void> {
    const { everyMs, perRound, loseQueueEvery } = this.#options
    for (let killed = 0; killed < perRound; killed++) {
      await this.#fleet.isUp()
      await pauseUnlessAborted(this.#random.int(2 * everyMs), stopped)
      if (stopped.aborted) return
      this.#fleet.kill('worker', () => this.#random.int(1_000) / 1_000)
      this.kills++
      if (this.kills % loseQueueEvery === 0) await this.#queue.obliterate(...QUEUES)
    }
  }
}

async function eventsSince(db: Db, id: number): Promise<{ last: number; events: string[] }> {
  const { rows } = await sql<{
    id: number
    path: string
    kind: string
    tag: string
    from: string | null
    to: string | null
  }>`
    select e.id, replace(r.url, 'https://', '') as path, e.kind, e.tag, e.from_value as from, e.to_value as to
    from repository_event e join repository r on r.id = e.repository_id where e.id > ${id}`.execute(db)
  const events = rows.map(({ path, kind, tag, from, to }) =>
    // The scenario does not know the commits of real repositories, nor what a host says.
    tag === '' || path.startsWith('bitbucket.org/')
      ? eventText(path, kind, tag)
      : eventText(path, kind, tag, from ?? '', to ?? ''),
  )
  return { last: Math.max(id, ...rows.map((row) => row.id)), events: events.sort() }
}

/** Versions to inspect because their tag changed. */
async function scheduled(db: Db): Promise<unknown[]> {
  const { rows } = await sql`
    select m.path, s.version, s.priority from schedule s join module m on m.id = s.module_id
    where s.due_at is not null order by 1, 2`.execute(db)
  return rows
}
