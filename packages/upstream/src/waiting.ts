import { setTimeout as sleep } from 'node:timers/promises'

/** How long to wait after a failure: `firstMs`, doubled with every further failure in a row, `mostMs` at most. */
export interface Backoff {
  firstMs: number
  mostMs: number
}

/** Returns how long to wait before the next attempt. @param failures failures in a row before the latest one */
export function backoffMs({ firstMs, mostMs }: Backoff, failures: number): number {
  return Math.min(firstMs * 2 ** Math.min(failures, 32), mostMs)
}

/** Waits `ms`; returns early, without an error, when `signal` fires. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(Math.max(0, ms), undefined, signal === undefined ? {} : { signal })
  } catch (error) {
    if (signal?.aborted !== true) throw error
  }
}

/** Returns what `answer` resolves to. @throws Error where it has not settled after `ms`; `answer` itself goes on */
export async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  const { promise: silence, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
  try {
    return await Promise.race([answer, silence])
  } finally {
    clearTimeout(timer)
  }
}
