/**
 * RFC 3339 times with microseconds, the precision of the index and Postgres. `Date` is avoided because it holds milliseconds.
 */

const TIMESTAMP =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))$/
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const MICROS_PER_SECOND = 1_000_000n
const SECONDS_PER_DAY = 86_400n

/** Parses a time into microseconds since 1970 UTC and drops further digits. Returns null for any other text. */
export function parseTimestamp(text: string): bigint | null {
  const match = TIMESTAMP.exec(text)
  if (!match) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number)
  const [fraction = '', sign, offsetHours = '0', offsetMinutes = '0'] = match.slice(7)
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null
  if (hour > 23 || minute > 59 || second > 59 || Number(offsetHours) > 23 || Number(offsetMinutes) > 59)
    return null
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * (sign === '-' ? -1 : 1)
  const seconds =
    daysSince1970(year, month, day) * SECONDS_PER_DAY + BigInt((hour * 60 + minute - offset) * 60 + second)
  return seconds * MICROS_PER_SECOND + BigInt(fraction.padEnd(6, '0').slice(0, 6))
}

/** Formats a time in UTC with six fractional digits: `2019-04-10T19:08:52.997264Z`. For years 0 to 9999. */
export function formatTimestamp(micros: bigint): string {
  const fraction = modulo(micros, MICROS_PER_SECOND)
  const seconds = (micros - fraction) / MICROS_PER_SECOND
  const ofDay = modulo(seconds, SECONDS_PER_DAY)
  const { year, month, day } = civilDate(Number((seconds - ofDay) / SECONDS_PER_DAY))
  const time = [ofDay / 3600n, (ofDay / 60n) % 60n, ofDay % 60n].map((part) => pad(part, 2)).join(':')
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${time}.${pad(fraction, 6)}Z`
}

function daysIn(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  return month === 2 && leap ? 29 : (MONTH_DAYS[month - 1] ?? 0)
}

/** Counts days of the proleptic Gregorian calendar. Years start in March, so that the leap day comes last. */
function daysSince1970(year: number, month: number, day: number): bigint {
  const y = month <= 2 ? year - 1 : year
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  return BigInt(y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + dayOfYear - 719_468)
}

function civilDate(daysFrom1970: number): { year: number; month: number; day: number } {
  const days = daysFrom1970 + 719_468
  const era = Math.floor(days / 146_097)
  const dayOfEra = days - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shifted = Math.floor((5 * dayOfYear + 2) / 153)
  const month = shifted < 10 ? shifted + 3 : shifted - 9
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}

function modulo(value: bigint, divisor: bigint): bigint {
  return ((value % divisor) + divisor) % divisor
}

function pad(value: bigint | number, width: number): string {
  return String(value).padStart(width, '0')
}
