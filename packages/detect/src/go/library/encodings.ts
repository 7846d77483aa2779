import {
  allHow,
  byteList,
  type Host,
  intValue,
  knownBytes,
  type LibraryFunction,
  type MaybeValue,
  madeString,
  mergeHow,
  type ObjectValue,
  objectValue,
  stringValue,
  tuple,
  writeItems,
} from '../value/values.ts'
import { readerOf } from './streams.ts'

type Arg = MaybeValue | undefined

const STANDARD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const BASE64 = encoding('base64', 6, STANDARD)
const BASE64_URL = encoding('base64', 6, `${STANDARD.slice(0, 62)}-_`)

/** `base64.StdEncoding` and its like. */
export const ENCODINGS: Readonly<Record<string, ObjectValue>> = {
  'encoding/base64.StdEncoding': BASE64,
  'encoding/base64.RawStdEncoding': BASE64,
  'encoding/base64.URLEncoding': BASE64_URL,
  'encoding/base64.RawURLEncoding': BASE64_URL,
  'encoding/base32.StdEncoding': encoding('base32', 5, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'),
  'encoding/base32.HexEncoding': encoding('base32', 5, '0123456789ABCDEFGHIJKLMNOPQRSTUV'),
}

export const ENCODING_FUNCTIONS: Readonly<Record<string, LibraryFunction>> = {
  'encoding/base64.NewEncoding': ([alphabet]) => newEncoding('base64', 6, alphabet),
  'encoding/base32.NewEncoding': ([alphabet]) => newEncoding('base32', 5, alphabet),
  'encoding/base64.NewDecoder': ([by, reader], host) => decoder(by, reader, host),
  'encoding/base32.NewDecoder': ([by, reader], host) => decoder(by, reader, host),
  'encoding/hex.DecodeString': ([s]) => tuple(decoded(s, 'hex', fromHex), null),
  'encoding/hex.DecodedLen': ([n]) => (n?.kind === 'int' ? intValue(n.value / 2n) : null),
  'encoding/hex.EncodeToString': ([s]) => hex(s),
  'encoding/hex.Decode': ([into, s]) => decodeInto(into, s, 'hex', fromHex),
  'encoding/hex.NewDecoder': ([reader]) => decodeReader(reader, 'hex', fromHex),
  'encoding/ascii85.Decode': ([into, s]) => decodeAscii85(into, s),
  'encoding/ascii85.NewDecoder': ([reader]) => decodeReader(reader, 'ascii85', fromAscii85),
  'encoding/pem.Decode': ([data]) => decodePem(data),
  'mime/quotedprintable.NewReader': ([reader]) => decodeReader(reader, 'quoted-printable', fromQuoted),
}

type Decode = (text: string) => string | null

/** Makes an encoding of `bits` bits a character. What was decoded before an error counts, as in code that ignores it. */
function encoding(name: string, bits: number, alphabet: string): ObjectValue {
  const decode: Decode = (text) => fromAlphabet(text, bits, alphabet)
  const self = objectValue({
    WithPadding: () => self,
    Strict: () => self,
    DecodeString: ([s]) => tuple(decoded(s, name, decode), null),
    Decode: ([into, s]) => decodeInto(into, s, name, decode),
    AppendDecode: ([, s]) => tuple(decoded(s, name, decode), null),
    EncodeToString: ([s]) => encoded(s, bits, alphabet),
    DecodedLen: ([n]) => (n?.kind === 'int' ? intValue((n.value * BigInt(bits)) / 8n) : null),
  })
  return self
}

function newEncoding(name: string, bits: number, alphabet: Arg): MaybeValue {
  const letters = knownBytes(alphabet)
  return letters === null ? null : encoding(name, bits, letters)
}

function decoder(by: Arg, reader: Arg, host: Host): MaybeValue {
  if (by?.kind !== 'object' || reader?.kind !== 'builder') return null
  const text = stringValue(reader.text.replace(/[\r\n]/g, ''), reader.how)
  const result = by.methods['DecodeString']?.([text], host)
  return result?.kind === 'tuple' ? readerOf(result.items[0]) : null
}

function decodeReader(reader: Arg, name: string, decode: Decode): MaybeValue {
  if (reader?.kind !== 'builder') return null
  const text = decode(reader.text.replace(/[\r\n]/g, ''))
  return text === null ? null : { kind: 'builder', text, how: mergeHow(reader.how, [name]) }
}

function decoded(s: Arg, name: string, decode: Decode): MaybeValue {
  const text = knownBytes(s)
  const bytes = text === null ? null : decode(text)
  return bytes === null ? null : byteList(bytes, mergeHow(allHow(s), [name]))
}

function decodeInto(into: Arg, s: Arg, name: string, decode: Decode): MaybeValue {
  const list = decoded(s, name, decode)
  if (list?.kind !== 'list' || into?.kind !== 'list') return null
  return tuple(intValue(writeItems(into, 0, list.items, list.how)), null)
}

function fromAlphabet(text: string, bitsPer: number, alphabet: string): string | null {
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

function encoded(s: Arg, bitsPer: number, alphabet: string): MaybeValue {
  const bytes = knownBytes(s)
  if (bytes === null) return null
  let [bits, count, out] = [0, 0, '']
  for (const byte of Buffer.from(bytes, 'latin1')) {
    bits = ((bits << 8) | byte) & 0xffff
    for (count += 8; count >= bitsPer; count -= bitsPer)
      out += alphabet.charAt((bits >> (count - bitsPer)) & ((1 << bitsPer) - 1))
  }
  if (count > 0) out += alphabet.charAt((bits << (bitsPer - count)) & ((1 << bitsPer) - 1))
  while ((out.length * bitsPer) % 8 !== 0) out += '='
  return stringValue(out, allHow(s))
}

function fromHex(text: string): string | null {
  return /^(?:[0-9a-fA-F]{2})+$/.test(text) ? Buffer.from(text, 'hex').toString('latin1') : null
}

function hex(s: Arg): MaybeValue {
  const bytes = knownBytes(s)
  return bytes === null ? null : stringValue(Buffer.from(bytes, 'latin1').toString('hex'), allHow(s))
}

/** Five characters from `!` to `u` are four bytes, `z` is four zeros; the last group may be shorter. */
function fromAscii85(text: string): string {
  const out: number[] = []
  const flush = (group: number[]): void => {
    const known = group.length
    if (known < 2) return
    while (group.length < 5) group.push(84)
    const value = group.reduce((sum, digit) => sum * 85 + digit, 0)
    for (let i = 0; i < known - 1; i++) out.push(Math.floor(value / 256 ** (3 - i)) % 256)
  }
  let group: number[] = []
  for (const code of Buffer.from(text, 'latin1')) {
    if (code === 0x7a && group.length === 0) out.push(0, 0, 0, 0)
    else if (code >= 33 && code <= 117) group.push(code - 33)
    else if (code > 32) break
    if (group.length < 5) continue
    flush(group)
    group = []
  }
  flush(group)
  return Buffer.from(out).toString('latin1')
}

function decodeAscii85(into: Arg, s: Arg): MaybeValue {
  const result = decodeInto(into, s, 'ascii85', fromAscii85)
  const read = knownBytes(s)?.length
  if (result?.kind !== 'tuple' || read === undefined) return null
  return tuple(result.items[0] ?? null, intValue(read), null)
}

function fromQuoted(text: string): string {
  const joined = text.replace(/=$/, '')
  return joined.replace(/=([0-9A-Fa-f]{2})/g, (_all, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
}

/** Returns block and rest of `pem.Decode`. Headers are skipped. */
function decodePem(data: Arg): MaybeValue {
  const text = knownBytes(data)
  const block = /-----BEGIN ([^\n]*?)-----\n((?:[^\n:]*:[^\n]*\n)*)([^-]*)-----END [^\n]*-----\n?/.exec(
    text ?? '',
  )
  if (text === null || block === null) return null
  const bytes = fromAlphabet((block[3] ?? '').replace(/\s/g, ''), 6, STANDARD) ?? ''
  const how = mergeHow(allHow(data), ['pem'])
  const entries = new Map<string, MaybeValue>([
    ['sType', madeString(block[1] ?? '', allHow(data))],
    ['sBytes', byteList(bytes, how)],
  ])
  return tuple({ kind: 'map', entries }, byteList(text.slice(block.index + block[0].length)))
}
