import { DateTime } from 'luxon'
import { NotifyError } from '../errors.ts'

/** A week of ISO 8601: Monday to Sunday, numbered by the year that its Thursday is in. */
export interface IsoWeek {
  year: number
  week: number
}

/** Parses `2026-W47`. @throws NotifyError `bad-input` */
export function parseIsoWeek(text: string): IsoWeek {
  const match = /^(\d{4})-W(\d{2})$/.exec(text)
  const week = { year: Number(match?.[1]), week: Number(match?.[2]) }
  if (match !== null && mondayOf(week).isValid) return week
  throw new NotifyError('bad-input', `"${text}" is not an ISO week`, {
    todo: 'Write a year and a week of it, such as 2026-W47.',
  })
}

export function formatIsoWeek({ year, week }: IsoWeek): string {
  return `${String(year).padStart(4, '0')}-W${String(week).padStart(2, '0')}`
}

export function addWeeks(week: IsoWeek, count: number): IsoWeek {
  return weekOf(mondayOf(week).plus({ weeks: count }))
}

/** Returns the week that `at` falls into where the clocks show `timeZone`. */
export function isoWeekAt(at: Date, timeZone: string): IsoWeek {
  return weekOf(DateTime.fromJSDate(at, { zone: timeZone }))
}

/** Returns when a week begins in `timeZone`: Monday 00:00 there, or the first moment after it that exists. */
export function weekStart(week: IsoWeek, timeZone: string): Date {
  return mondayOf(week, timeZone).toJSDate()
}

function mondayOf({ year, week }: IsoWeek, zone = 'utc'): DateTime {
  return DateTime.fromObject({ weekYear: year, weekNumber: week, weekday: 1 }, { zone })
}

function weekOf(at: DateTime): IsoWeek {
  return { year: at.weekYear, week: at.weekNumber }
}
