import type { ColumnType, RawBuilder } from 'kysely'
import { sql } from 'kysely'
import type { CustomTypesConfig } from 'pg'
import { types } from 'pg'

/**
 * How Postgres values look in JavaScript, the same on every engine:
 *
 * - int8 → number (ids and counts stay far under 2^53; a value that does not is an error, never rounded)
 * - timestamptz → `2019-04-10T19:08:52.997264Z`: UTC, six digits, so that strings sort as times do and nothing is lost
 * - jsonb → parsed, bytea → Buffer, numeric → string, the rest as `pg` has it
 */
export const valueTypes: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary'): unknown => {
    const parser = format === 'binary' ? undefined : PARSERS[oid]
    return parser ?? standardParser(oid, format)
  }) as CustomTypesConfig['getTypeParser'],
}

const standardParser = types.getTypeParser as (oid: number, format?: 'text' | 'binary') => unknown

/** Type OIDs of pg_type.dat: fixed for good. */
const INT8 = 20
const TIMESTAMPTZ = 1184
const INT8_ARRAY = 1016

const PARSERS: Record<number, (text: string) => unknown> = {
  [INT8]: parseInt8,
  [TIMESTAMPTZ]: parseTimestamp,
  [INT8_ARRAY]: parseInt8Array,
}

/** Read parsed, written as JSON text: `pg` would turn a JavaScript array into a Postgres array. */
export type Json<T> = ColumnType<T, string, string>

/** A point in time for a query: a Date, or ISO 8601 text with up to six digits of a second. */
export type TimeInput = Date | string

/** A time column: read as ISO text with microseconds, written as text or Date. */
export type Time = ColumnType<string, TimeInput, TimeInput>
export type TimeOrNull = ColumnType<string | null, TimeInput | null | undefined, TimeInput | null>

/** Returns the ISO 8601 text of `time`. The process's time zone does not matter. */
export function timeText(time: TimeInput): string {
  return typeof time === 'string' ? time : time.toISOString()
}

/** `time` in a query; the transaction's own time where it is not given. */
export function timeOrNow(time: TimeInput | undefined): RawBuilder<string> {
  return time === undefined ? sql`now()` : sql`${timeText(time)}::timestamptz`
}

/**
 * JSON for a jsonb column. What jsonb refuses (NUL, and halves of surrogate pairs, which a cut through a line of untrusted text
 * leaves) becomes U+FFFD: evidence that could not be saved would be a finding lost.
 * https://www.postgresql.org/docs/current/datatype-json.html
 */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value)
  // JSON.stringify writes only these as \u0000 and \ud800 to \udfff. ESCAPES matches `\\` as a whole, so what follows it is text.
  return REFUSED_BY_JSONB.test(text)
    ? text.replaceAll(ESCAPES, (escape) => (REFUSED_BY_JSONB.test(escape) ? '\ufffd' : escape))
    : text
}

const REFUSED_BY_JSONB = /\\u(?:0000|d[89a-f])/
const ESCAPES = /\\(?:u[0-9a-f]{4}|.)/g

/** Returns `text` as a column can hold it: U+FFFD replaces NUL, which Postgres text cannot hold, and lone surrogates. */
export function storableText(text: string): string {
  return text.includes('\0') || !text.isWellFormed() ? text.replaceAll('\0', '\ufffd').toWellFormed() : text
}

/** Returns a query parameter as a column can hold it: strings, also within arrays, go through {@link storableText}. */
export function storable(parameter: unknown): unknown {
  if (typeof parameter === 'string') return storableText(parameter)
  return Array.isArray(parameter) ? parameter.map(storable) : parameter
}

/** @throws RangeError beyond ±2^53 */
export function parseInt8(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 ${text} does not fit a number`)
  return value
}

function parseInt8Array(text: string): number[] {
  return text === '{}' ? [] : text.slice(1, -1).split(',').map(parseInt8)
}

const TIMESTAMP = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?([+-])(\d\d)(?::?(\d\d))?$/

/** Times that have no place in ISO 8601: they stay as they are. */
const ENDLESS = /^-?infinity$|^\d{5,}-| BC$/

/**
 * Postgres' ISO output with any session time zone → UTC ISO 8601 with microseconds. `infinity` and years beyond 9999 stay as
 * they are.
 *
 * @throws RangeError for any other text, which a session with another DateStyle gives
 */
export function parseTimestamp(text: string): string {
  const match = TIMESTAMP.exec(text)
  if (match === null) {
    if (ENDLESS.test(text)) return text
    throw new RangeError(`the database wrote a time as "${text}": the DateStyle of its session is not ISO`)
  }
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHours, offsetMinutes = '0'] =
    match
  const micros = fraction.padEnd(6, '0')
  if (offsetHours === '00' && Number(offsetMinutes) === 0) {
    return `${year}-${month}-${day}T${hour}:${minute}:${second}.${micros}Z`
  }
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  )
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000
  const utc = new Date(local - (sign === '-' ? -offset : offset)).toISOString()
  return `${utc.slice(0, 19)}.${micros}Z`
}
