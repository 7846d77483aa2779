import { CronExpressionParser } from 'cron-parser'

/** Returns true for a cron expression that names some moment: `0 25 * * 1` and `0 7 31 2 *` do not. */
export function isSchedule(cron: string): boolean {
  try {
    CronExpressionParser.parse(cron, { currentDate: new Date(0), tz: 'UTC' }).next()
    return true
  } catch {
    return false
  }
}

/**
 * Returns the last moment, `now` included, that the cron expression names. A time that summer time leaves out counts an hour
 * later: the library finds it going forward, and passes over it going back.
 */
export function lastSchedule(cron: string, tz: string, now: Date): Date {
  const before = CronExpressionParser.parse(cron, { currentDate: new Date(now.getTime() + 1), tz }).prev()
  let last = before.toDate()
  const forward = CronExpressionParser.parse(cron, { currentDate: last, tz })
  for (let next = forward.next().toDate(); next <= now; next = forward.next().toDate()) last = next
  return last
}
