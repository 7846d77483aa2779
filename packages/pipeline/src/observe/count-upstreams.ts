import type { HttpObserver, RateLimiter } from '@mirrorwatch/upstream/http/types'
import type { HostClass } from './host-class.ts'
import type { Metrics } from './metrics.ts'

/** Shortest time that counts as a wait; less is the time of the call itself. */
const WAITED_MS = 5

/** Counts requests, their answers and their retries. */
export function countRequests(metrics: Metrics, classOf: (host: string) => HostClass): HttpObserver {
  return {
    answered(host, status, ms) {
      const upstream = classOf(host)
      metrics.requests.inc({ upstream, status: statusClass(status) })
      metrics.requestSeconds.observe({ upstream }, ms / 1000)
    },
    retried: (host) => metrics.retries.inc({ upstream: classOf(host) }),
  }
}

/** Returns the class of a status. 429 and 403 are separate: they show a rate limit, or that something was taken down. */
function statusClass(status: number | null): string {
  if (status === null) return 'error'
  return status === 429 || status === 403 || status === 404 || status === 410
    ? String(status)
    : `${Math.floor(status / 100)}xx`
}

/** Counts the turns taken at a rate limit, and the waits for them. */
export function countSlots(
  limiter: RateLimiter,
  metrics: Metrics,
  classOf: (host: string) => HostClass,
): RateLimiter {
  return {
    async acquire(host, signal, requests) {
      const upstream = classOf(host)
      const started = performance.now()
      await limiter.acquire(host, signal, requests)
      const ms = performance.now() - started
      metrics.turns.inc({ upstream }, requests ?? 1)
      if (ms < WAITED_MS) return
      metrics.waits.inc({ upstream })
      metrics.waitSeconds.inc({ upstream }, ms / 1000)
    },
    throttled(host, retryAfterMs) {
      metrics.throttled.inc({ upstream: classOf(host) })
      return limiter.throttled(host, retryAfterMs)
    },
  }
}
