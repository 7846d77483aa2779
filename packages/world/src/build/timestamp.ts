import { formatTimestamp, parseTimestamp } from '@mirrorwatch/gomod/timestamp'
import { WorldError } from './errors.ts'

/** Microseconds since 1970. @throws WorldError `invalid-spec`. */
export function requireMicros(text: string): bigint {
  const micros = parseTimestamp(text)
  if (micros === null) throw new WorldError('invalid-spec', `not an RFC 3339 time: ${text}`)
  return micros
}

/** The index's form: trailing zeros of the fraction trimmed, no fraction for whole seconds (Go's RFC3339Nano). */
export function formatIndexTime(micros: bigint): string {
  return formatTimestamp(micros).replace(/\.?0*Z$/, 'Z')
}
