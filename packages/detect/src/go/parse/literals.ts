import { intValue, runeToBytes, stringValue, toBytes, type Value } from '../fold/values.ts'

/** Value of an `interpreted_string_literal` as written, quotes included. */
export function stringLiteral(source: string): Value {
  return stringValue(unescape(source.slice(1, -1)))
}

/** Value of a `raw_string_literal`: carriage returns are not part of it. */
export function rawLiteral(source: string): Value {
  return stringValue(toBytes(source.slice(1, -1).replaceAll('\r', '')))
}

/** Value of a `rune_literal`. */
export function runeLiteral(source: string): Value | null {
  const inner = source.slice(1, -1)
  const escaped = /^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))$/.exec(inner)
  const hex = escaped?.[1] ?? escaped?.[2] ?? escaped?.[3]
  if (hex !== undefined) return intValue(Number.parseInt(hex, 16), 32)
  if (/^\\[0-7]{3}$/.test(inner)) return intValue(Number.parseInt(inner.slice(1), 8), 32)
  if (inner.startsWith('\\')) return intValue(unescape(inner).charCodeAt(0), 32)
  const code = inner.codePointAt(0)
  return code === undefined ? null : intValue(code, 32)
}

/** Value of an `int_literal`; null beyond 2^53. */
export function intLiteral(source: string): Value | null {
  const digits = source.replaceAll('_', '').toLowerCase()
  const legacyOctal = /^0[0-7]+$/.test(digits)
  const value = legacyOctal ? Number.parseInt(digits, 8) : Number(digits)
  return intValue(value)
}

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
}

/** Bytes of a string literal's inside. `\xNN` and octal are bytes, `\u` and plain characters UTF-8. */
function unescape(inner: string): string {
  if (!inner.includes('\\')) return toBytes(inner)
  const pattern = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))|([^\\]+)/gsu
  return inner.replace(pattern, (_all, x, u4, u8, octal, simple, plain) => {
    if (x !== undefined) return String.fromCharCode(Number.parseInt(x, 16))
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff)
    if (u4 !== undefined || u8 !== undefined) return runeToBytes(Number.parseInt(u4 ?? u8, 16))
    if (simple !== undefined) return SIMPLE[simple] ?? toBytes(simple)
    return toBytes(plain ?? '')
  })
}
