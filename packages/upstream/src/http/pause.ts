import { setTimeout as timeout } from 'node:timers/promises'

/** Waits; rejects with the signal's reason when that fires first. Tests bring one that does not wait. */
export type Pause = (ms: number, signal?: AbortSignal) => Promise<void>

/** Waits `ms`; rejects with the signal's reason when it fires first. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  try {
    await timeout(Math.max(0, ms), undefined, signal ? { signal } : {})
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}

/** Waits `ms`; resolves early when the signal fires. For loops that look at the signal themselves. */
export async function pauseUnlessAborted(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await pause(ms, signal)
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
