import { randomUUID } from 'node:crypto'
import type { Db, Trx, WindowKind } from '@mirrorwatch/store/database'
import {
  recordStride,
  type StoredWindow,
  type Stride,
  takeWindow,
  windowLease,
} from '@mirrorwatch/store/work/windows'
import { leaseLost, underLease } from '../work/lease.ts'

/** Window that this process reads. Every save for a window checks that the process still holds it. */
export interface HeldWindow {
  name: string
  holder: string
  /** Time of the last saved page, by `performance.now()`. */
  lastAt: number
}

/** Duration of a lease, after which another crawler may take the windows of a killed one. */
const LEASE_MS = 30_000

/**
 * Takes a window of this kind and works on it; returns null if none is free. `work`'s signal also fires when another crawler
 * takes the window over.
 */
export async function withWindow<T>(
  db: Db,
  { feed, kind, signal }: { feed: string; kind: WindowKind; signal: AbortSignal },
  work: (window: StoredWindow, held: HeldWindow, signal: AbortSignal) => Promise<T>,
): Promise<{ result: T } | null> {
  const holder = randomUUID()
  const takenAt = performance.now()
  const window = await takeWindow(db, { feed, kind, holder }, LEASE_MS)
  if (window === null) return null
  const held: HeldWindow = { name: window.name, holder, lastAt: performance.now() }
  const lease = { ...windowLease(window.name, holder), ms: LEASE_MS, takenAt }
  return { result: await underLease(db, lease, signal, (inner) => work(window, held, inner)) }
}

/**
 * Records progress in the transaction that saves a page. Does nothing without a window.
 *
 * @throws PipelineError `lease-lost`: the page must not be saved.
 */
export async function recordProgress(
  trx: Trx,
  held: HeldWindow | undefined,
  stride: Omit<Stride, 'seconds'>,
): Promise<void> {
  if (held === undefined) return
  const now = performance.now()
  const seconds = (now - held.lastAt) / 1000
  if (!(await recordStride(trx, held.name, held.holder, { ...stride, seconds })))
    throw leaseLost(windowLease(held.name, held.holder))
  held.lastAt = now
}
