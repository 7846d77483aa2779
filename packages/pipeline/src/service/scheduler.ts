import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { pauseUnlessAborted } from '@mirrorwatch/upstream/http/pause'
import { asError, causes } from '../errors.ts'
import { type HeldLease, tryLease, underLease } from '../work/lease.ts'
import type { Runtime } from './runtime.ts'

/** Duration of the lease, after which another process takes over from a killed scheduler. */
const LEASE_MS = 6_000
/** Interval at which the other processes try to take the lease. */
const ASK_EVERY_MS = 2_000
const NAME = 'scheduler'
/** Longest round of this loop. */
const LONGEST_ROUND_MS = 60_000

export type SchedulerDeps = Pick<Runtime, 'log' | 'metrics' | 'loops' | 'db'>

/**
 * Runs `work` in one of all calling processes at a time: the one that holds the lease in the store. The others take over when it
 * releases the lease, or within seconds of its death. `term` fires when the lease is lost.
 */
export async function runScheduler(
  deps: SchedulerDeps,
  signal: AbortSignal,
  work: (term: AbortSignal) => Promise<void>,
): Promise<void> {
  const holder = `${hostname()}:${process.pid}:${randomUUID()}`
  while (!signal.aborted) {
    deps.loops.expect(NAME, LONGEST_ROUND_MS)
    const lease = await ask(deps, holder)
    if (lease !== null && !signal.aborted) await serveTerm(deps, lease, signal, work)
    await pauseUnlessAborted(ASK_EVERY_MS, signal)
  }
  deps.loops.end(NAME)
}

/** Tries to take the lease. Waits for a store that is unreachable. */
async function ask({ db, log }: SchedulerDeps, holder: string): Promise<HeldLease | null> {
  try {
    return await tryLease(db, { name: NAME, holder }, LEASE_MS)
  } catch (error) {
    log.debug(`cannot ask for the scheduler's lease: ${causes(asError(error))}`)
    return null
  }
}

async function serveTerm(
  { db, log, metrics, loops }: SchedulerDeps,
  lease: HeldLease,
  signal: AbortSignal,
  work: (term: AbortSignal) => Promise<void>,
): Promise<void> {
  const { holder } = lease
  metrics.leader.set(1)
  log.info({ holder }, 'this process runs the scheduler')
  // The loops of `work` register with the watchdog themselves.
  loops.end(NAME)
  await underLease(db, lease, signal, async (term) => {
    term.addEventListener('abort', () => metrics.leader.set(0), { once: true })
    await work(term)
    if (!signal.aborted) log.warn({ holder }, 'this process no longer runs the scheduler')
  })
  metrics.leader.set(0)
}
