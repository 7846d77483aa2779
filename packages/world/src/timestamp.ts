import { WorldError } from './errors.ts'

const TIMESTAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/

/** Microseconds since 1970 of an RFC 3339 time in UTC; digits beyond microseconds are dropped. Null where it is not one. */
export function parseMicros(text: string): bigint | null {
  const match = TIMESTAMP.exec(text)
  if (!match) return null
  const ms = Date.parse(`${match[1]}Z`)
  if (Number.isNaN(ms)) return null
  return BigInt(ms) * 1000n + BigInt((match[2] ?? '').padEnd(6, '0').slice(0, 6))
}

/** @throws WorldError `invalid-spec`. */
export function requireMicros(text: string): bigint {
  const micros = parseMicros(text)
  if (micros === null) throw new WorldError('invalid-spec', `not a UTC time: ${text}`)
  return micros
}

/** The index's form: trailing zeros of the fraction trimmed, no fraction for whole seconds (Go's RFC3339Nano). */
export function formatMicros(micros: bigint): string {
  const whole = new Date(Number(micros / 1000n)).toISOString().slice(0, 19)
  const fraction = String(micros % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '')
  return `${whole}${fraction === '' ? '' : `.${fraction}`}Z`
}
