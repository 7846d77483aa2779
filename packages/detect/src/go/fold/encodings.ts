import {
  byteList,
  bytesOf,
  type EncodingValue,
  howOf,
  intValue,
  type MaybeValue,
  mergeHow,
  stringValue,
} from './values.ts'

const STANDARD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const URL_SAFE = `${STANDARD.slice(0, 62)}-_`
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const BASE32_HEX = '0123456789ABCDEFGHIJKLMNOPQRSTUV'

const ENCODINGS: Readonly<Record<string, readonly [name: string, alphabet: string]>> = {
  'encoding/base64.StdEncoding': ['base64', STANDARD],
  'encoding/base64.RawStdEncoding': ['base64', STANDARD],
  'encoding/base64.URLEncoding': ['base64', URL_SAFE],
  'encoding/base64.RawURLEncoding': ['base64', URL_SAFE],
  'encoding/base32.StdEncoding': ['base32', BASE32],
  'encoding/base32.HexEncoding': ['base32', BASE32_HEX],
}

/** Returns a variable of the encoding packages: `base64.StdEncoding` and its like; null for others. */
export function encodingNamed(path: string, variable: string): EncodingValue | null {
  const [name, alphabet] = ENCODINGS[`${path}.${variable}`] ?? []
  return name === undefined || alphabet === undefined ? null : { kind: 'encoding', name, alphabet }
}

/** Evaluates `base64.NewEncoding(alphabet)`; null where the alphabet is not known. */
export function newEncoding(path: string, alphabet: MaybeValue | undefined): EncodingValue | null {
  const name = path.split('/').at(-1) ?? ''
  if (alphabet?.kind !== 'string' || (name !== 'base64' && name !== 'base32')) return null
  return { kind: 'encoding', name, alphabet: alphabet.text }
}

export const HEX: EncodingValue = { kind: 'encoding', name: 'hex', alphabet: null }

/** Calls a method of an encoding. What was decoded before an error counts, as in code that ignores the error. */
export function applyEncoding(by: EncodingValue, method: string, args: readonly MaybeValue[]): MaybeValue {
  const [first] = args
  if (method === 'WithPadding' || method === 'Strict') return by
  if (method === 'DecodeString') {
    const bytes = decode(by, bytesOf(first))
    const how = mergeHow(howOf(first), [by.name])
    return { kind: 'tuple', items: [bytes === null ? null : byteList(bytes, how), null] }
  }
  if (method === 'Decode' || method === 'AppendDecode') return decodeInto(by, args)
  if (method === 'EncodeToString') return encodeToString(by, bytesOf(first), howOf(first))
  if (method === 'DecodedLen' && first?.kind === 'int') return first
  return null
}

function decodeInto(by: EncodingValue, [target, source]: readonly MaybeValue[]): MaybeValue {
  const bytes = decode(by, bytesOf(source))
  if (bytes === null || target?.kind !== 'list') return null
  target.items.splice(0, bytes.length, ...byteList(bytes).items)
  target.how = mergeHow(target.how, howOf(source), [by.name])
  return { kind: 'tuple', items: [intValue(bytes.length), null] }
}

function decode(by: EncodingValue, text: string | null): string | null {
  if (text === null) return null
  if (by.name === 'hex')
    return /^(?:[0-9a-fA-F]{2})+$/.test(text) ? Buffer.from(text, 'hex').toString('latin1') : null
  const bitsPer = by.name === 'base64' ? 6 : 5
  const alphabet = by.alphabet ?? STANDARD
  let [bits, count, out] = [0, 0, '']
  for (const character of text) {
    if (character === '=' || character === '\n' || character === '\r') continue
    const digit = alphabet.indexOf(character)
    if (digit < 0) return out === '' ? null : out
    bits = ((bits << bitsPer) | digit) & 0xffff
    count += bitsPer
    if (count < 8) continue
    count -= 8
    out += String.fromCharCode((bits >> count) & 0xff)
  }
  return out
}

function encodeToString(by: EncodingValue, bytes: string | null, how: readonly string[]): MaybeValue {
  if (bytes === null) return null
  if (by.name === 'hex') return stringValue(Buffer.from(bytes, 'latin1').toString('hex'), how)
  return by.name === 'base64' ? stringValue(Buffer.from(bytes, 'latin1').toString('base64'), how) : null
}
