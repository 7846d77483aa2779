import { NotifyError } from '../errors.ts'

/** A week of ISO 8601: Monday to Sunday, numbered by the year that its Thursday is in. */
export interface IsoWeek {
  year: number
  week: number
}

const DAY_MS = 86_400_000

/** `2026-W47`. @throws NotifyError `bad-input` */
export function parseIsoWeek(text: string): IsoWeek {
  const match = /^(\d{4})-W(\d{2})$/.exec(text)
  const week = { year: Number(match?.[1]), week: Number(match?.[2]) }
  if (match !== null && week.week >= 1 && week.week <= weeksIn(week.year)) return week
  throw new NotifyError('bad-input', `"${text}" is not an ISO week`, {
    todo: 'Write a year and a week of it, such as 2026-W47.',
  })
}

export function formatIsoWeek({ year, week }: IsoWeek): string {
  return `${String(year).padStart(4, '0')}-W${String(week).padStart(2, '0')}`
}

/** 52 or 53. 28 December is always in the last week. */
export function weeksIn(year: number): number {
  return weekOfDay(utcDay(year, 11, 28)).week
}

export function addWeeks(week: IsoWeek, count: number): IsoWeek {
  return weekOfDay(mondayOf(week) + count * 7 * DAY_MS)
}

/** The week that `at` falls into where the clocks show `timeZone`. */
export function isoWeekAt(at: Date, timeZone: string): IsoWeek {
  return weekOfDay(Math.floor((at.getTime() + offsetMs(at.getTime(), timeZone)) / DAY_MS) * DAY_MS)
}

/** The moment at which a week begins in `timeZone`: Monday 00:00 there, or the first moment after it that exists. */
export function weekStart(week: IsoWeek, timeZone: string): Date {
  const local = mondayOf(week)
  // The offset that holds at the result, not at the guess; twice is enough, as zones change at most once in two days.
  const guess = local - offsetMs(local, timeZone)
  return new Date(local - offsetMs(guess, timeZone))
}

/** @throws NotifyError `bad-input` where the name is no IANA time zone */
export function checkTimeZone(name: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch (error) {
    throw new NotifyError('bad-input', `"${name}" is not a time zone`, {
      todo: 'Write a name such as Europe/Berlin or UTC.',
      cause: error,
    })
  }
}

/** Midnight of the week's Monday, as if in UTC. */
function mondayOf({ year, week }: IsoWeek): number {
  const fourth = utcDay(year, 0, 4)
  return fourth - weekday(fourth) * DAY_MS + (week - 1) * 7 * DAY_MS
}

function weekOfDay(day: number): IsoWeek {
  const thursday = new Date(day + (3 - weekday(day)) * DAY_MS)
  const year = thursday.getUTCFullYear()
  return { year, week: Math.floor((thursday.getTime() - utcDay(year, 0, 1)) / DAY_MS / 7) + 1 }
}

/** 0 Monday … 6 Sunday. */
function weekday(day: number): number {
  return (new Date(day).getUTCDay() + 6) % 7
}

/** Midnight of a day; two-digit years are those years. */
function utcDay(year: number, month: number, day: number): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month, day)
  return date.getTime()
}

/** How much the clocks of `timeZone` are ahead of UTC at `at`. */
function offsetMs(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at)
  const part = (type: string): number => Number(parts.find((each) => each.type === type)?.value)
  const local =
    utcDay(part('year'), part('month') - 1, part('day')) +
    ((part('hour') * 60 + part('minute')) * 60 + part('second')) * 1000
  return local - Math.floor(at / 1000) * 1000
}
