// Steady state: inspections a second, and a second of CPU, on Redis and on Postgres queues, next to the upstream's own speed:
// the same requests made again by a bare HTTP client, in the same run. `npm run bench:steady`
// MIRRORWATCH_BENCH_VERSIONS sets how many versions (default 100); DATABASE_URL and REDIS_URL bring the services in.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { readConfig } from '@mirrorwatch/pipeline/config/config'
import { feedWindow } from '@mirrorwatch/pipeline/crawl/feed-window'
import { createLogger } from '@mirrorwatch/pipeline/observe/log'
import { openRuntime } from '@mirrorwatch/pipeline/service/runtime'
import { scan } from '@mirrorwatch/pipeline/service/scan'
import { createDatabase } from '@mirrorwatch/testing/store/databases'
import { cpuSecondsOf } from './harness/process-cpu.ts'
import { startUpstreams } from './harness/upstreams.ts'
import { type Recorded, replay, startTap } from './tap.ts'

const VERSIONS = Number(process.env['MIRRORWATCH_BENCH_VERSIONS'] ?? 100)
const PER_MODULE = 10
const AT_ONCE = 4
/** Number of runs. Each figure is their median. */
const ROUNDS = 3

interface Figures {
  seconds: number
  /** CPU of this process and of the git processes that it started. */
  cpuSeconds: number
}

type Env = Record<string, string>

await using upstreams = await startUpstreams({
  modules: VERSIONS / PER_MODULE,
  versionsPerModule: PER_MODULE,
})
const { env } = upstreams
const origin = new URL(env['MIRRORWATCH_PROXY_URL'] ?? '').origin
const requests = await record(env, origin)
const git = requests.filter(({ path: asked }) => asked.includes('git-upload-pack')).length
const bare = await median(async () => ({ seconds: await replay(origin, requests, AT_ONCE), cpuSeconds: 0 }))
console.log(
  `${VERSIONS} versions, ${requests.length} requests to inspect them (${git} of them git's), ${AT_ONCE} at once.\n` +
    `${'the upstream alone'.padEnd(24)} ${perSecond(bare.seconds)} inspections/s: the same requests, nothing else`,
)
for (const [name, services] of engines()) {
  const figures = await median(() => inspectAll({ ...env, ...services }))
  console.log(
    `${name.padEnd(24)} ${perSecond(figures.seconds)} inspections/s, ${perSecond(figures.cpuSeconds)} a core ` +
      `(${((figures.cpuSeconds / VERSIONS) * 1000).toFixed(1)} ms of CPU each); ` +
      `${(figures.seconds / bare.seconds).toFixed(2)} times as long as the upstream alone`,
  )
}

/** One run through a tap: the requests of the inspections, without those before and after. */
async function record(upstreams: Env, origin: string): Promise<Recorded[]> {
  await using tap = await startTap(origin)
  const tapped = Object.fromEntries(
    Object.entries(upstreams).map(([name, value]) => [name, value.replaceAll(origin, tap.url)]),
  )
  let before = 0
  await inspectAll(tapped, () => {
    before = tap.recorded.length
  })
  return tap.recorded.slice(before)
}

function engines(): [string, Env][] {
  const { DATABASE_URL, REDIS_URL } = process.env
  if (DATABASE_URL === undefined) return [['queue on embedded store', {}]]
  const postgres: [string, Env] = ['queue on Postgres', { DATABASE_URL }]
  return REDIS_URL === undefined ? [postgres] : [postgres, ['queue on Redis', { DATABASE_URL, REDIS_URL }]]
}

/** A scan from nothing; the figures are those of its inspections alone. */
async function inspectAll(env: Env, onInspect = () => {}): Promise<Figures> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mirrorwatch-steady-'))
  const database = env['DATABASE_URL'] === undefined ? null : await createDatabase()
  try {
    const given = { ...env, MIRRORWATCH_DATA_DIR: folder, MIRRORWATCH_INSPECT_CONCURRENCY: String(AT_ONCE) }
    const own = database === null ? {} : { DATABASE_URL: database.url }
    const config = readConfig({ ...given, ...own }, folder)
    await using runtime = await openRuntime(config, { log: createLogger('error') })
    const window = feedWindow({
      feedUrl: config.indexUrl,
      isPublic: false,
      sinceMicros: null,
      untilMicros: null,
      nowMicros: 0n,
    })
    const marks = new Map<string, Figures>()
    const onStage = ({ name }: { name: string }): void => {
      if (name === 'inspect') onInspect()
      marks.set(name, { seconds: performance.now() / 1000, cpuSeconds: cpuSecondsOf('self') })
    }
    await scan(runtime, window, { signal: new AbortController().signal, onStage })
    const [from, to] = [marks.get('inspect'), marks.get('assess')]
    const { seen } = runtime.stageDeps.tally
    if (seen !== VERSIONS || from === undefined || to === undefined) {
      throw new Error(`${seen} of ${VERSIONS} versions were inspected`)
    }
    return { seconds: to.seconds - from.seconds, cpuSeconds: to.cpuSeconds - from.cpuSeconds }
  } finally {
    await database?.drop()
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

async function median(run: () => Promise<Figures>): Promise<Figures> {
  const runs: Figures[] = []
  for (let round = 0; round < ROUNDS; round++) runs.push(await run())
  return runs.toSorted((a, b) => a.seconds - b.seconds)[Math.floor(ROUNDS / 2)] as Figures
}

function perSecond(seconds: number): string {
  return (VERSIONS / seconds).toFixed(0)
}
