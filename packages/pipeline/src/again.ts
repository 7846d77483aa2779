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

const FIRST_RETRY_MS = 10 * 60_000
const LAST_RETRY_MS = 24 * HOUR_MS

/**
 * When something that failed is tried again: ten minutes, doubled with every failure in a row, a day at the most; later
 * where the upstream asked for it. The HTTP client has had its own, quick tries before this.
 */
export function retryAt(attempts: number, now: Date, retryAfterMs = 0): Date {
  const wait = Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempts, 20), LAST_RETRY_MS)
  return new Date(now.getTime() + Math.max(wait, retryAfterMs))
}
