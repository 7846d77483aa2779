import { runeToBytes, toBytes } from './bytes.ts'

/** Returns the bytes of an `interpreted_string_literal` or `raw_string_literal` as written, quotes included. */
export function stringBytes(source: string): string {
  const inner = source.slice(1, -1)
  return source.startsWith('"') ? unescape(inner) : toBytes(inner.replaceAll('\r', ''))
}

/** Returns the code of a `rune_literal` as written; null for an empty one. */
export function runeCode(source: string): number | null {
  const inner = source.slice(1, -1)
  const [, hex, octal] = /^\\(?:[xuU]([0-9a-fA-F]+)|([0-7]{3}))$/.exec(inner) ?? []
  if (hex !== undefined) return Number.parseInt(hex, 16)
  if (octal !== undefined) return Number.parseInt(octal, 8)
  return (inner.startsWith('\\') ? unescape(inner).charCodeAt(0) : inner.codePointAt(0)) ?? null
}

/** Returns the value of an `int_literal` in Go source; null if `source` is not one. */
export function integerOf(source: string): bigint | null {
  const digits = source.replaceAll('_', '').toLowerCase()
  if (!/^(?:0x[\da-f]+|0b[01]+|0(?:o[0-7]+|[0-7]*)|[1-9]\d*)$/.test(digits)) return null
  return BigInt(digits.replace(/^0(?=[0-7])/, '0o'))
}

/** Returns the value of a `float_literal` in Go source; null if `source` is not one. */
export function floatOf(source: string): number | null {
  const digits = source.replaceAll('_', '').toLowerCase()
  const [, whole, fraction = '', exponent] = /^0x([\da-f]*)\.?([\da-f]*)p([+-]?\d+)$/.exec(digits) ?? []
  if (whole !== undefined && exponent !== undefined)
    return Number(`0x0${whole}${fraction}`) * 2 ** (Number(exponent) - 4 * fraction.length)
  return /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(digits) ? Number(digits) : null
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

/** Returns the bytes of a literal's inside. `\xNN` and octal are bytes, `\u` and plain characters UTF-8. */
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
