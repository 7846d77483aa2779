import { byteList, howOf, listToBytes, mergeHow, stringValue, type Value } from './values.ts'

const STANDARD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const URL_SAFE = `${STANDARD.slice(0, 62)}-_`
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const BASE32_HEX = '0123456789ABCDEFGHIJKLMNOPQRSTUV'

/** Variables of the encoding packages: `base64.StdEncoding` and its like; null for others. */
export function encodingNamed(path: string, name: string): Value | null {
  if (path === 'encoding/base64') {
    if (name === 'StdEncoding' || name === 'RawStdEncoding') return encoding('base64', STANDARD)
    if (name === 'URLEncoding' || name === 'RawURLEncoding') return encoding('base64', URL_SAFE)
  }
  if (path === 'encoding/base32') {
    if (name === 'StdEncoding') return encoding('base32', BASE32)
    if (name === 'HexEncoding') return encoding('base32', BASE32_HEX)
  }
  return null
}

/** `base64.NewEncoding(alphabet)`; null where the alphabet is not known. */
export function newEncoding(path: string, alphabet: Value | null | undefined): Value | null {
  const name = path.split('/').at(-1) ?? ''
  if (alphabet?.kind !== 'string' || (name !== 'base64' && name !== 'base32')) return null
  return encoding(name, alphabet.text)
}

function encoding(name: string, alphabet: string): Value {
  return { kind: 'encoding', name, alphabet }
}

type Encoding = Extract<Value, { kind: 'encoding' }>

/** `DecodeString`, `Decode`, `EncodeToString`, `WithPadding` of an encoding. Errors of the decoded are ignored, as there. */
export function applyEncoding(by: Encoding, method: string, args: readonly (Value | null)[]): Value | null {
  if (method === 'WithPadding' || method === 'Strict') return by
  if (method === 'DecodeString') {
    const bytes = decode(by, bytesOf(args[0]))
    const how = mergeHow(howOf(args[0] ?? null), [by.name])
    return { kind: 'tuple', items: [bytes === null ? null : byteList(bytes, how), null] }
  }
  if (method === 'Decode' || method === 'AppendDecode') return decodeInto(by, args)
  if (method === 'EncodeToString') return encodeToString(by, bytesOf(args[0]), howOf(args[0] ?? null))
  if (method === 'DecodedLen' && args[0]?.kind === 'int') return args[0]
  return null
}

function decodeInto(by: Encoding, [target, source]: readonly (Value | null)[]): Value | null {
  const bytes = decode(by, bytesOf(source))
  if (bytes === null || target?.kind !== 'list') return null
  const decoded = byteList(bytes, [])
  target.items.splice(0, decoded.items.length, ...decoded.items)
  target.how = mergeHow(target.how, howOf(source ?? null), [by.name])
  return { kind: 'tuple', items: [{ kind: 'int', value: bytes.length, width: 0, how: [] }, null] }
}

function bytesOf(value: Value | null | undefined): string | null {
  if (value?.kind === 'string') return value.text
  return value?.kind === 'list' ? listToBytes(value) : null
}

function decode(by: Encoding, text: string | null): string | null {
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

function encodeToString(by: Encoding, bytes: string | null, how: readonly string[]): Value | null {
  if (bytes === null) return null
  if (by.name === 'hex') return stringValue(Buffer.from(bytes, 'latin1').toString('hex'), how)
  return by.name === 'base64' ? stringValue(Buffer.from(bytes, 'latin1').toString('base64'), how) : null
}
