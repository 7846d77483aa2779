import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from '@mirrorwatch/store/database'
import { sql } from 'kysely'
import { cpuSecondsOf } from '../harness/process-cpu.ts'
import { startWorkerProcess } from '../harness/worker.ts'

/** Time in which a new worker compiles its code and fills the queue: without a limit, some 5,000 looks. */
const WARM_UP_MS = 15_000
/** Time in which the looks that were begun without a limit end. */
const SETTLE_MS = 5_000

const LOOKS = ['--queues', 'look']
export const UNLIMITED = 10_000

export interface LookFigures {
  looksPerSecond: number
  /** User and system time of the worker process for each look, without what it uses while nothing is due. */
  cpuMs: number
  /** The server's, whose CPU the worker lacks on a small machine. */
  hostCpuMs: number
}

/**
 * Runs one worker process on the due looks of a store. The host limits the answers a second once the worker is warm: at five a
 * second, its code would be compiled only after an hour.
 */
export async function measureLooks(
  db: Db,
  services: Record<string, string>,
  { perSecond, seconds, idleCpuMs }: { perSecond: number; seconds: number; idleCpuMs: number },
): Promise<LookFigures> {
  await using host = await startHost()
  await using worker = await startWorkerProcess(LOOKS, {
    ...services,
    MIRRORWATCH_GIT_INSTEAD_OF: `https://github.com/=${host.url}github.com/`,
    MIRRORWATCH_CODE_HOST_REQUESTS_PER_SECOND: String(UNLIMITED),
  })
  await sleep(WARM_UP_MS)
  if (perSecond < UNLIMITED) {
    host.limit(perSecond)
    await sleep(SETTLE_MS)
  }
  const before = await sample(db, worker.pid, host.pid)
  await sleep(seconds * 1000)
  const after = await sample(db, worker.pid, host.pid)
  const looks = await looksBetween(db, before.at, after.at)
  if (looks === 0) throw new Error('the worker did not look at anything')
  return {
    looksPerSecond: looks / seconds,
    cpuMs: ((after.worker - before.worker) * 1000 - idleCpuMs * seconds) / looks,
    hostCpuMs: ((after.host - before.host) * 1000) / looks,
  }
}

/** Returns the milliseconds of CPU a second that a worker uses on a store in which nothing is due. */
export async function measureIdle(services: Record<string, string>, seconds: number): Promise<number> {
  await using worker = await startWorkerProcess(LOOKS, services)
  await sleep(WARM_UP_MS)
  const before = cpuSecondsOf(worker.pid)
  await sleep(seconds * 1000)
  return ((cpuSecondsOf(worker.pid) - before) * 1000) / seconds
}

async function sample(
  db: Db,
  worker: number,
  host: number,
): Promise<{ at: string; worker: number; host: number }> {
  const { rows } = await sql<{ at: string }>`select now() as at`.execute(db)
  return { at: rows[0]?.at ?? '', worker: cpuSecondsOf(worker), host: cpuSecondsOf(host) }
}

async function looksBetween(db: Db, from: string, to: string): Promise<number> {
  const { rows } = await sql<{ looks: number; failed: number }>`
    select count(*) filter (where looked_at > ${from}::timestamptz and looked_at <= ${to}::timestamptz) as looks,
      count(*) filter (where attempts > 0) as failed from repository`.execute(db)
  if ((rows[0]?.failed ?? 0) > 0) throw new Error(`${rows[0]?.failed} looks failed`)
  return rows[0]?.looks ?? 0
}

interface Host extends AsyncDisposable {
  url: string
  pid: number
  limit(perSecond: number): void
}

async function startHost(): Promise<Host> {
  const script = path.join(import.meta.dirname, '../children/git-host.ts')
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return {
    url: line.toString().trim(),
    pid: child.pid ?? 0,
    limit: (perSecond) => child.stdin.write(`${perSecond}\n`),
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await ended
    },
  }
}
