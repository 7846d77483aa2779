import { GomodError } from '@mirrorwatch/gomod/errors'
import { type Pause, pause } from '../http/pause.ts'
import { MAX_RETRY_AFTER_WAIT_MS } from '../http/retry.ts'
import type { RateLimiter } from '../http/types.ts'

export interface Rate {
  /** Requests that may start per second, on average. */
  perSecond: number
  /** Requests that may start at once after a pause. At least 1. */
  burst: number
}

interface Bucket {
  /** When, in ms, the bucket is full again if nothing else happens. */
  fullAt: number
  pausedUntil: number
}

/**
 * One token bucket per host, in this process's memory: for the command line and for tests. Waiters are served in the order
 * in which they came. `acquire` throws `retry-later` instead of waiting longer than `maxWaitMs`.
 */
export function createRateLimiter(options: {
  default: Rate
  hosts?: Readonly<Record<string, Rate>>
  maxWaitMs?: number
  now?: () => number
  pause?: Pause
}): RateLimiter {
  const { maxWaitMs = MAX_RETRY_AFTER_WAIT_MS, now = Date.now, pause: wait = pause } = options
  const buckets = new Map<string, Bucket>()

  function bucketOf(host: string): Bucket {
    const bucket = buckets.get(host) ?? { fullAt: 0, pausedUntil: 0 }
    buckets.set(host, bucket)
    return bucket
  }

  async function acquire(host: string, signal?: AbortSignal, requests = 1): Promise<void> {
    const { perSecond, burst } = options.hosts?.[host] ?? options.default
    const spacing = 1000 / perSecond
    const bucket = bucketOf(host)
    const start = now()
    const fullAt = Math.max(bucket.fullAt, start, bucket.pausedUntil) + spacing * requests
    const waitMs = Math.max(fullAt - burst * spacing, bucket.pausedUntil) - start
    if (waitMs > maxWaitMs) {
      throw new GomodError('retry-later', `${host} is asked too often`, { retryAfterMs: Math.ceil(waitMs) })
    }
    bucket.fullAt = fullAt
    if (waitMs > 0) await wait(waitMs, signal)
    // The host may have asked for silence while we waited.
    if (bucket.pausedUntil > now()) await acquire(host, signal, requests)
  }

  return {
    acquire,
    async throttled(host, retryAfterMs = 0) {
      const bucket = bucketOf(host)
      bucket.pausedUntil = Math.max(bucket.pausedUntil, now() + retryAfterMs)
    },
  }
}
