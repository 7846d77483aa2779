import { backoffMs } from '@mirrorwatch/upstream/http/backoff'

/**
 * Number of failures in a row after which a repository counts as gone: some two days (10 minutes, doubled seven times). It is
 * then checked monthly.
 */
export const HOPELESS_AFTER = 8

const DAY_MS = 24 * 3_600_000
const BACKOFF = { firstMs: 10 * 60_000, lastMs: DAY_MS }

/**
 * Returns the time of the next attempt: after ten minutes, doubled with every failure in a row up to a day; after a month once it
 * is hopeless; later if the upstream asked for it. The HTTP client has made its own, quick retries before this.
 *
 * @param attempts failures in a row before this one
 */
export function retryAt(attempts: number, now: Date, retryAfterMs = 0): Date {
  const waitMs = attempts < HOPELESS_AFTER ? backoffMs(BACKOFF, attempts + 1) : 30 * DAY_MS
  return new Date(now.getTime() + Math.max(waitMs, retryAfterMs))
}
