// Memory of a scan on the embedded store and of a steady worker, their threads and git processes included, next to a bare Node
// process. `npm run bench:memory -- [VERSIONS] [--main FILE]` (default 282); the worker needs DATABASE_URL and REDIS_URL. FILE is
// another program than this checkout's: `node_modules/mirrorwatch/dist/apps/cli/src/main.js` of an install, which is what users
// run. A checkout holds some 60 MB more, for removing types.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createDatabase } from '@mirrorwatch/testing/store/databases'
import { startUpstreams } from './harness/upstreams.ts'

const { values, positionals } = parseArgs({
  options: { main: { type: 'string' } },
  allowPositionals: true,
})
const VERSIONS = Number(positionals[0] ?? 282)
const PER_MODULE = 3
/** 120 files of 8 KB: 1 MB of Go, twice the median of 300 much-used modules. */
const GO_FILES = 120
/** Promised limits in MB, for a scan and for a worker. */
const PROMISED = { scan: 600, worker: 400 }
const SAMPLE_MS = 100
/** A worker that did nothing for so long has done all. */
const QUIET_MS = 15_000

const ROOT = path.join(import.meta.dirname, '..')
/** Flags as `npm run mirrorwatch` and the image have them. */
const CLI = [
  '--max-semi-space-size=4',
  values.main === undefined ? path.join(ROOT, 'apps/cli/src/main.ts') : path.resolve(values.main),
]
const folder = await mkdtemp(path.join(tmpdir(), 'mirrorwatch-memory-'))
try {
  await using upstreams = await startUpstreams({
    modules: VERSIONS / PER_MODULE,
    versionsPerModule: PER_MODULE,
    goFiles: GO_FILES,
    sharing: Math.floor(VERSIONS / PER_MODULE / 2),
  })
  const bare = await peak(start(['-e', 'setTimeout(() => {}, 1000)'], {}))
  console.log(`a Node process that does nothing: ${bare} MB`)
  const env = { ...upstreams.env, MIRRORWATCH_DATA_DIR: folder, MIRRORWATCH_LOG_LEVEL: 'error' }
  await peak(start([...CLI, 'targets', 'list'], env))
  const scanning = start([...CLI, 'scan', '--since', '2020-01-01T00:00:00Z'], env)
  tell(`scan of ${VERSIONS} versions, embedded store`, await peak(scanning), PROMISED.scan, bare)
  await measureWorker(env, bare)
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 })
}

async function measureWorker(env: Record<string, string>, bare: number): Promise<void> {
  const { DATABASE_URL, REDIS_URL } = process.env
  if (DATABASE_URL === undefined || REDIS_URL === undefined) {
    console.log('a worker: skipped, DATABASE_URL and REDIS_URL are not set')
    return
  }
  const database = await createDatabase()
  try {
    const services = { ...env, DATABASE_URL: database.url, REDIS_URL }
    await peak(start([...CLI, 'migrate'], services))
    await peak(start([...CLI, 'crawl', '--once', '--since', '2020-01-01T00:00:00Z'], services))
    const worker = start([...CLI, 'worker'], services)
    const stopping = stopWhenQuiet(worker)
    tell(`worker, the same versions, Postgres and Redis`, await peak(worker), PROMISED.worker, bare)
    await stopping
  } finally {
    await database.drop()
  }
}

function start(args: string[], env: Record<string, string>): ChildProcess {
  const { PATH = '', HOME = '' } = process.env
  return spawn(process.execPath, args, {
    cwd: folder,
    // As the image has it.
    env: { PATH, HOME, MALLOC_ARENA_MAX: '2', ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/** Ends the worker once it has used no CPU to speak of for {@link QUIET_MS}. */
async function stopWhenQuiet(worker: ChildProcess): Promise<void> {
  let since = performance.now()
  let before = 0
  while (worker.exitCode === null) {
    await sleep(1000)
    const fields = (await readFile(`/proc/${worker.pid}/stat`, 'utf8').catch(() => '')).replace(/^.*\) /, '')
    const ticks = fields
      .split(' ')
      .slice(11, 15)
      .map(Number)
      .reduce((sum, each) => sum + each, 0)
    if (ticks - before > 10) since = performance.now()
    before = ticks
    if (performance.now() - since > QUIET_MS) worker.kill('SIGTERM')
  }
}

/** Waits for the end of a process. Returns the most megabytes that it and its children held at one moment. */
async function peak(child: ChildProcess): Promise<number> {
  const exited = once(child, 'exit')
  let most = 0
  while (child.exitCode === null && child.signalCode === null) {
    most = Math.max(most, await heldMb(String(child.pid)))
    await Promise.race([exited, sleep(SAMPLE_MS)])
  }
  // 1: something was found.
  if ((child.exitCode ?? 2) > 1) throw new Error(`${child.spawnargs.join(' ')} ended with ${child.exitCode}`)
  return most
}

/**
 * Returns the megabytes of a process and of its descendants, pages that several share counted once, as a container's limit
 * counts them. A process that has ended in between counts nothing.
 */
async function heldMb(pid: string): Promise<number> {
  const memory = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
  const own = Number(/^Pss:\s+(\d+) kB/m.exec(memory)?.[1] ?? 0) / 1000
  const threads = await readdir(`/proc/${pid}/task`).catch(() => [])
  const children = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')),
  )
  const below = await Promise.all(children.flatMap((list) => list.split(' ').filter(Boolean)).map(heldMb))
  return Math.round(below.reduce((sum, each) => sum + each, own))
}

function tell(what: string, mb: number, promised: number, bare: number): void {
  const verdict = mb <= promised ? 'within' : 'ABOVE'
  console.log(
    `${what}: ${mb} MB, ${(mb / bare).toFixed(1)} times the bare process; ${verdict} ${promised} MB`,
  )
}
