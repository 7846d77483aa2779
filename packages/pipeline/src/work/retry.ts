/**
 * Failures in a row after which a repository counts as gone: some two days (10 minutes, doubled seven times). It is then asked
 * monthly.
 */
export const HOPELESS_AFTER = 8

const HOUR_MS = 3_600_000
const FIRST_RETRY_MS = 10 * 60_000
const LAST_RETRY_MS = 24 * HOUR_MS
const MONTH_MS = 30 * 24 * HOUR_MS

/**
 * Returns when something that failed is tried again: after ten minutes, doubled with every failure in a row up to a day; after
 * a month once it is hopeless; later where the upstream asked for it. The HTTP client has had its own, quick tries before this.
 *
 * @param attempts failures in a row before this one
 */
export function retryAt(attempts: number, now: Date, retryAfterMs = 0): Date {
  const doubled = Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempts, 20), LAST_RETRY_MS)
  const wait = attempts < HOPELESS_AFTER ? doubled : MONTH_MS
  return new Date(now.getTime() + Math.max(wait, retryAfterMs))
}
