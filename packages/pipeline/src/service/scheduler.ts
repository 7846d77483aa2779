import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from '@mirrorwatch/store/database'
import { releaseLease, takeLease } from '@mirrorwatch/store/work/lease'
import { causes } from '../operate/probe.ts'
import type { Runtime } from './runtime.ts'

/** How long a scheduler that was killed is waited for. */
const LEASE_MS = 6_000
/** How often it says that it lives, and how often the others ask. */
const RENEW_MS = 2_000
/** A question that is not answered by then is asked again. */
const ANSWER_MS = LEASE_MS - RENEW_MS
const NAME = 'scheduler'

type SchedulerDeps = Pick<Runtime, 'log' | 'metrics' | 'pulse'> & { db: Db; holder?: string }

/**
 * Runs `work` in one process at a time, however many call this: the one that holds the lease in the store. The others take
 * over when it gives the lease back, or within seconds of its death. A process that cannot move its lease on ends its term
 * before anybody else can begin one: `term` is aborted by its own clock.
 */
export async function runScheduler(
  deps: SchedulerDeps,
  signal: AbortSignal,
  work: (term: AbortSignal) => Promise<void>,
): Promise<void> {
  const holder = deps.holder ?? `${hostname()}:${process.pid}:${randomUUID()}`
  while (!signal.aborted) {
    deps.pulse.beat(NAME, 60_000)
    const until = await attempt(deps, holder)
    if (until > performance.now() && !signal.aborted) await serveTerm(deps, holder, until, signal, work)
    await pause(RENEW_MS, signal)
  }
  deps.pulse.end(NAME)
}

/** When the lease ends by this process's clock, 0 where it does not hold it. A store that is away is waited for. */
async function attempt({ db, log }: SchedulerDeps, holder: string): Promise<number> {
  const asked = performance.now()
  try {
    const taken = await within(ANSWER_MS, takeLease(db, NAME, holder, LEASE_MS))
    return taken ? asked + LEASE_MS : 0
  } catch (error) {
    log.debug(
      `the scheduler's lease could not be asked for: ${error instanceof Error ? causes(error) : String(error)}`,
    )
    return 0
  }
}

async function serveTerm(
  deps: SchedulerDeps,
  holder: string,
  firstUntil: number,
  signal: AbortSignal,
  work: (term: AbortSignal) => Promise<void>,
): Promise<void> {
  const { log, metrics, pulse } = deps
  const term = new AbortController()
  const both = AbortSignal.any([signal, term.signal])
  metrics.leader.set(1)
  log.info({ holder }, 'this process runs the scheduler')
  let until = firstUntil
  const running = work(both)
  while (!both.aborted) {
    pulse.beat(NAME, 60_000)
    await pause(Math.min(RENEW_MS, until - performance.now()), both)
    if (both.aborted) break
    until = Math.max(until, await attempt(deps, holder))
    // Nobody else begins before the database's clock has passed the same time, counted from later on.
    if (performance.now() >= until) term.abort(new Error('the lease of the scheduler was lost'))
  }
  metrics.leader.set(0)
  if (term.signal.aborted) log.warn({ holder }, 'this process does not run the scheduler any more')
  await running
  if (signal.aborted) await release(deps, holder)
}

async function release({ db, log }: SchedulerDeps, holder: string): Promise<void> {
  try {
    await within(ANSWER_MS, releaseLease(db, NAME, holder))
  } catch (error) {
    log.debug({ err: error }, 'the lease of the scheduler could not be given back; it runs out by itself')
  }
}

async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([answer, silence])
  } finally {
    clearTimeout(timer)
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(Math.max(0, ms), undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
