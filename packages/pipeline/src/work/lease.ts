import type { Db } from '@mirrorwatch/store/database'
import { type Lease, releaseLease, takeLease } from '@mirrorwatch/store/work/lease'
import { pauseUnlessAborted } from '@mirrorwatch/upstream/http/pause'
import { within } from '@mirrorwatch/upstream/http/within'
import { PipelineError } from '../errors.ts'

/** Lease that this process has taken and must extend. */
export interface HeldLease extends Lease {
  /** Duration of each extension, after which another process may replace a killed one. */
  ms: number
  /** Time of the request, by `performance.now()`. */
  takenAt: number
}

/** Takes or extends a lease; returns null if another process holds it. @throws Error if the store does not answer in time */
export async function tryLease(db: Db, lease: Lease, ms: number): Promise<HeldLease | null> {
  const takenAt = performance.now()
  const taken = await within(answerMs(ms), takeLease(db, lease, ms))
  return taken ? { ...lease, ms, takenAt } : null
}

/**
 * Runs `work` under a lease, which is extended until `work` ends and then released. `work`'s signal fires when the lease is
 * lost. A process that cannot reach the store ends its work by its own clock before another one can start, because the database
 * starts counting the same duration later.
 *
 * @throws PipelineError `lease-lost` if `work` failed after the loss
 */
export async function underLease<T>(
  db: Db,
  lease: HeldLease,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lost = new AbortController()
  const ended = new AbortController()
  const extending = extend(db, lease, lost, ended.signal)
  try {
    return await work(AbortSignal.any([signal, lost.signal]))
  } catch (error) {
    if (lost.signal.aborted && !signal.aborted) throw leaseLost(lease)
    throw error
  } finally {
    ended.abort()
    await extending
    // If the store does not answer, the lease expires.
    if (!lost.signal.aborted) await within(answerMs(lease.ms), releaseLease(db, lease)).catch(() => undefined)
  }
}

async function extend(db: Db, lease: HeldLease, lost: AbortController, ended: AbortSignal): Promise<void> {
  let until = lease.takenAt + lease.ms
  while (!lost.signal.aborted) {
    await pauseUnlessAborted(Math.min(lease.ms / 3, until - performance.now()), ended)
    if (ended.aborted) return
    const extended = await tryLease(db, lease, lease.ms).catch(() => 'unknown' as const)
    if (extended === null) lost.abort(leaseLost(lease))
    else if (extended !== 'unknown') until = extended.takenAt + lease.ms
    if (performance.now() >= until) lost.abort(leaseLost(lease))
  }
}

/** Returns the time limit for extending a lease, which leaves time for another attempt. */
function answerMs(ms: number): number {
  return (ms * 2) / 3
}

export function leaseLost({ name }: Lease): PipelineError {
  return new PipelineError('lease-lost', `another process has taken over: ${name}`)
}
