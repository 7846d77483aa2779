import { randomUUID } from 'node:crypto'
import { clearInterval, setInterval } from 'node:timers'
import type { Db, Trx, WindowKind } from '@mirrorwatch/store/database'
import {
  type Lease,
  noteStride,
  releaseLease,
  renewLease,
  type StoredWindow,
  type Stride,
  takeWindow,
} from '@mirrorwatch/store/work/windows'
import { PipelineError } from '../errors.ts'

/** A lease that is being renewed. */
export interface HeldLease extends Lease {
  /** When the last page was saved, by `performance.now()`. */
  lastAt: number
}

/** How long the windows of a killed crawler wait for another one. */
const LEASE_SECONDS = 30
const RENEW_MS = 10_000

/**
 * Takes a window of this kind and works on it; null where none is free. The lease is renewed until `work` ends, and then
 * given back. `work`'s signal also fires when the lease is lost.
 */
export async function withWindow<T>(
  db: Db,
  { feed, kind, signal }: { feed: string; kind: WindowKind; signal: AbortSignal },
  work: (window: StoredWindow, lease: HeldLease, signal: AbortSignal) => Promise<T>,
): Promise<{ result: T } | null> {
  const owner = randomUUID()
  const window = await takeWindow(db, feed, kind, owner, LEASE_SECONDS)
  if (window === null) return null
  const lease: HeldLease = { window: window.name, owner, lastAt: performance.now() }
  const lost = new AbortController()
  const timer = setInterval(() => void renew(db, lease, lost), RENEW_MS)
  try {
    return { result: await work(window, lease, AbortSignal.any([signal, lost.signal])) }
  } catch (error) {
    if (lost.signal.aborted && !signal.aborted) throw leaseLost(lease)
    throw error
  } finally {
    clearInterval(timer)
    await releaseLease(db, lease)
  }
}

/** A store that is away for a moment costs the lease only if it stays away; the save of the page finds out. */
async function renew(db: Db, lease: HeldLease, lost: AbortController): Promise<void> {
  const kept = await renewLease(db, lease, LEASE_SECONDS).catch(() => true)
  if (!kept) lost.abort(leaseLost(lease))
}

/**
 * Notes progress in the transaction that saves a page. Nothing to do without a lease.
 *
 * @throws PipelineError `lease-lost`: the page must not be saved.
 */
export async function note(
  trx: Trx,
  lease: HeldLease | undefined,
  stride: Omit<Stride, 'seconds'>,
): Promise<void> {
  if (lease === undefined) return
  const now = performance.now()
  const kept = await noteStride(trx, lease, { ...stride, seconds: (now - lease.lastAt) / 1000 })
  if (!kept) throw leaseLost(lease)
  lease.lastAt = now
}

function leaseLost({ window }: HeldLease): PipelineError {
  return new PipelineError('lease-lost', `another crawler reads ${window} now`)
}
