import { modulePathFault } from '@mirrorwatch/gomod/paths/module-path'
import { InvalidArgumentError } from 'commander'

/** Returns a Commander parser for whole numbers from `low` up. */
export function wholeNumber(low: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (Number.isSafeInteger(value) && value >= low) return value
    throw new InvalidArgumentError(`"${text}" is not a whole number from ${low} up.`)
  }
}

const TIME = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2}))?$/

/** Parses a point in time for Commander, RFC 3339 or a date. Returns text, so that microseconds are kept. */
export function pointInTime(text: string): string {
  const [, date = ''] = TIME.exec(text) ?? []
  // Date.parse takes February 30 for March 2.
  const day = Date.parse(`${date}T00:00:00Z`)
  const isDay = !Number.isNaN(day) && new Date(day).toISOString().startsWith(date)
  if (!isDay || Number.isNaN(Date.parse(text))) {
    throw new InvalidArgumentError(`"${text}" is not a time. Write 2026-11-01 or 2026-11-01T08:30:00Z.`)
  }
  return text.length === 10 ? `${text}T00:00:00Z` : text
}

/** Parses a module path for Commander. */
export function modulePath(text: string): string {
  const fault = modulePathFault(text)
  if (fault === null) return text
  throw new InvalidArgumentError(`"${text}" is not a module path: ${fault}. Write it as in go.mod.`)
}
