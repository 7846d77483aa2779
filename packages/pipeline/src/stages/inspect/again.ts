/**
 * When a version is looked at again after a successful inspection, in hours: the repository changes after the cache
 * does not. Most rewritten tags are rewritten within hours (honest ones) or, as boltdb-go's, at any time later.
 */
const LADDER_HOURS = [1, 24, 7 * 24, 30 * 24] as const

const HOUR_MS = 3_600_000

/** The step after `step` (0 before the first inspection), and when it is due. The last step repeats for good. */
export function nextInspection(step: number, now: Date): { step: number; dueAt: Date } {
  const hours = LADDER_HOURS[Math.min(step, LADDER_HOURS.length - 1)] ?? LADDER_HOURS[0]
  return { step: Math.min(step + 1, LADDER_HOURS.length), dueAt: new Date(now.getTime() + hours * HOUR_MS) }
}

/** The step from which on a version is looked at monthly. */
export const MONTHLY_STEP = LADDER_HOURS.length - 1

/**
 * Failures in a row after which nobody waits for better any more, some two days (10 minutes, doubled seven times): whatever
 * is down for longer, its owner knows or does not care. It is then asked monthly.
 */
export const HOPELESS_AFTER = 8

const FIRST_RETRY_MS = 10 * 60_000
const LAST_RETRY_MS = 24 * HOUR_MS
const MONTH_MS = 30 * 24 * HOUR_MS

/**
 * When something that failed is tried again: ten minutes, doubled with every failure in a row, a day at the most, a month once
 * it is hopeless; later where the upstream asked for it. The HTTP client has had its own, quick tries before this.
 *
 * @param attempts failures in a row before this one
 */
export function retryAt(attempts: number, now: Date, retryAfterMs = 0): Date {
  const doubled = Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempts, 20), LAST_RETRY_MS)
  const wait = attempts < HOPELESS_AFTER ? doubled : MONTH_MS
  return new Date(now.getTime() + Math.max(wait, retryAfterMs))
}
