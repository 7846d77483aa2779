import { constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'
import { GAP, runeToBytes } from '../parse/bytes.ts'
import { BYTE, RUNE } from '../value/int-types.ts'
import {
  allHow,
  type BuilderValue,
  boolValue,
  byteList,
  bytesOf,
  type Host,
  howOf,
  intValue,
  type LibraryFunction,
  lengthOf,
  MAX_FOLDED_LENGTH,
  type MaybeValue,
  madeString,
  mergeHow,
  numberOf,
  objectValue,
  stringValue,
  tuple,
  writeItems,
} from '../value/values.ts'
import { formatGo, printed } from './format.ts'

type Arg = MaybeValue | undefined

/** Bytes that compressed data may become; of those as many are kept as of any string. */
const MAX_INFLATED = 1024 * 1024
/** Steps that setting up a decompressor is worth. */
const INFLATE_STEPS = 100

/** Packages io, bufio and compress, and what of other packages makes or takes readers and writers. */
export const STREAM_FUNCTIONS: Readonly<Record<string, LibraryFunction>> = {
  'bytes.NewBufferString': ([s]) => readerOf(s),
  'bytes.NewBuffer': ([s]) => readerOf(s ?? stringValue('')),
  'bytes.NewReader': ([s]) => readerOf(s),
  'strings.NewReader': ([s]) => readerOf(s),
  'bufio.NewReader': ([reader]) => reader ?? null,
  'bufio.NewScanner': ([reader]) => scanner(reader),
  'io.NopCloser': ([reader]) => reader ?? null,
  'io.LimitReader': ([reader]) => reader ?? null,
  'io.TeeReader': ([reader]) => reader ?? null,
  'io.MultiReader': (readers) => joinReaders(readers),
  'io.ReadAll': ([reader], host) => readAll(reader, host),
  'io/ioutil.ReadAll': ([reader], host) => readAll(reader, host),
  'io.ReadFull': ([reader, into]) => (reader?.kind === 'builder' ? readInto(reader, into) : null),
  'io.Copy': ([to, from], host) => copyAll(to, from, host),
  'io.WriteString': ([to, s]) => write(to, s),
  'compress/flate.NewReader': ([reader], host) => inflated(host, reader, 'flate', inflateRawSync),
  'compress/flate.NewReaderDict': ([reader, dictionary], host) =>
    inflated(host, reader, 'flate', inflateRawSync, bytesOf(dictionary)),
  'compress/gzip.NewReader': ([reader], host) => tuple(inflated(host, reader, 'gzip', gunzipSync), null),
  'compress/zlib.NewReader': ([reader], host) => tuple(inflated(host, reader, 'zlib', inflateSync), null),
  'fmt.Fprintf': ([to, ...args]) => write(to, formatGo(args)),
  'fmt.Fprint': ([to, first]) => write(to, printed(first ?? null)),
  'fmt.Fprintln': ([to, first]) => write(to, printed(first ?? null)),
}

export function readerOf(value: Arg): BuilderValue | null {
  const bytes = bytesOf(value)
  return bytes === null ? null : { kind: 'builder', text: bytes, how: allHow(value) }
}

function joinReaders(readers: readonly MaybeValue[]): BuilderValue | null {
  const known = readers.filter((reader) => reader?.kind === 'builder')
  if (known.length < readers.length) return null
  const text = known.map((reader) => reader.text).join('')
  return { kind: 'builder', text: text.slice(0, MAX_FOLDED_LENGTH), how: mergeHow(...known.map(howOf)) }
}

type Inflate = typeof inflateRawSync

/** Decompresses what a reader holds, all at once. What came out before an error counts. */
function inflated(
  host: Host,
  reader: Arg,
  way: string,
  inflate: Inflate,
  dictionary: string | null = null,
): BuilderValue | null {
  if (reader?.kind !== 'builder' || reader.text.includes(GAP) || !host.step(INFLATE_STEPS)) return null
  const compressed = Buffer.from(reader.text, 'latin1')
  const options = {
    finishFlush: constants.Z_SYNC_FLUSH,
    maxOutputLength: MAX_INFLATED,
    ...(dictionary === null ? {} : { dictionary: Buffer.from(dictionary, 'latin1') }),
  }
  try {
    const text = inflate(compressed, options).toString('latin1')
    host.step(text.length >> 4)
    return { kind: 'builder', text: text.slice(0, MAX_FOLDED_LENGTH), how: mergeHow(reader.how, [way]) }
  } catch {
    // Damaged, or larger than anything that is worth showing.
    return null
  }
}

/** Reads all of a reader: also of a `cipher.StreamReader{S: …, R: …}`. */
function readAll(reader: Arg, host: Host): MaybeValue {
  if (reader?.kind === 'map') {
    const [stream, inner] = [reader.entries.get('sS'), reader.entries.get('sR')]
    const list = inner?.kind === 'builder' ? byteList(inner.text, inner.how) : null
    if (stream?.kind === 'object') stream.methods['XORKeyStream']?.([list, list], host)
    return tuple(list, null)
  }
  if (reader?.kind !== 'builder') return null
  const { text, how } = reader
  reader.text = ''
  return tuple(byteList(text, how), null)
}

function copyAll(to: Arg, from: Arg, host: Host): MaybeValue {
  const all = readAll(from, host)
  if (all?.kind === 'tuple') write(to, all.items[0])
  return null
}

function readInto(reader: BuilderValue, into: Arg): MaybeValue {
  if (into?.kind !== 'list') return null
  const read = reader.text.slice(0, into.items.length)
  reader.text = reader.text.slice(read.length)
  return tuple(intValue(writeItems(into, 0, byteList(read).items, reader.how)), null)
}

function write(to: Arg, written: Arg): null {
  if (to?.kind === 'builder') append(to, bytesOf(written), allHow(written))
  return null
}

function append(to: BuilderValue, bytes: string | null, how: readonly string[]): void {
  to.text = stringValue(to.text + (bytes ?? GAP)).text
  to.how = mergeHow(to.how, how)
}

/** Reads lines, or what `Split` asks for: words, bytes and characters. */
function scanner(reader: Arg): MaybeValue {
  if (reader?.kind !== 'builder') return null
  const { how } = reader
  let pieces: string[] | null = null
  let by = 'ScanLines'
  let current: string | undefined
  return objectValue({
    Split([wanted]) {
      if (wanted?.kind === 'imported') by = wanted.name
      return null
    },
    Scan() {
      pieces ??= scanned(reader.text, by)
      current = pieces.shift()
      return boolValue(current !== undefined)
    },
    Text: () => stringValue(current ?? '', how),
    Bytes: () => byteList(current ?? '', how),
    Err: () => null,
  })
}

function scanned(text: string, by: string): string[] {
  if (by === 'ScanLines') return text.replace(/\r?\n$/, '').split(/\r?\n/)
  if (by === 'ScanWords') return text.split(/\s+/).filter((word) => word !== '')
  return by === 'ScanBytes' ? text.split('') : []
}

/** Calls a method of a builder or reader; undefined for those that folding does not follow. */
export function builderMethod(
  builder: BuilderValue,
  name: string,
  args: readonly MaybeValue[],
  host: Host,
): MaybeValue | undefined {
  const [arg] = args
  const how = mergeHow(builder.how, ['concatenation'])
  switch (name) {
    case 'String':
      return madeString(builder.text, how)
    case 'Bytes':
      return byteList(builder.text, how)
    case 'Len':
      return lengthOf(stringValue(builder.text))
    case 'Reset':
      builder.text = ''
      return null
    case 'Truncate':
      builder.text = builder.text.slice(0, numberOf(arg) ?? 0)
      return null
    case 'Write':
    case 'WriteString':
      return write(builder, arg)
    case 'WriteByte':
      return write(builder, arg?.kind === 'int' ? byteOf(arg.value, arg.how) : arg)
    case 'WriteRune':
      return write(builder, arg?.kind === 'int' ? madeString(runeToBytes(arg.value), arg.how) : arg)
    case 'ReadFrom':
      return copyAll(builder, arg, host)
    case 'WriteTo':
      return copyAll(arg, builder, host)
    case 'Read':
      return readInto(builder, arg)
    case 'ReadByte':
      return readOne(builder, builder.text.slice(0, 1), BYTE)
    case 'ReadRune':
      return readOne(builder, builder.text.slice(0, 1), RUNE)
    case 'ReadString':
    case 'ReadBytes':
      return readUntil(builder, arg, name)
    case 'Next':
      return take(builder, numberOf(arg) ?? 0)
    default:
      return undefined
  }
}

function byteOf(code: bigint, how: readonly string[]): MaybeValue {
  return madeString(String.fromCharCode(Number(code & 0xffn)), how)
}

function readOne(builder: BuilderValue, read: string, type: typeof BYTE): MaybeValue {
  // The end of the input is an error, and errors are not known.
  if (read === '' || read === GAP) return null
  builder.text = builder.text.slice(1)
  return tuple(intValue(read.charCodeAt(0), type, builder.how), null)
}

function readUntil(builder: BuilderValue, end: Arg, name: string): MaybeValue {
  const code = numberOf(end)
  if (code === null) return null
  const at = builder.text.indexOf(String.fromCharCode(code))
  const read = take(builder, at < 0 ? builder.text.length : at + 1)
  const text = bytesOf(read) ?? ''
  return tuple(name === 'ReadBytes' ? read : stringValue(text, builder.how), null)
}

function take(builder: BuilderValue, count: number): MaybeValue {
  const text = builder.text.slice(0, count)
  builder.text = builder.text.slice(text.length)
  return byteList(text, builder.how)
}
