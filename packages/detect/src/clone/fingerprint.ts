import { fileWeight } from '../files/file-weight.ts'
import { FEATURES, MAX_FINGERPRINT_BYTES, MAX_FINGERPRINT_FILES, MIN_FEATURE_BYTES } from './limits.ts'

/**
 * One file as a zip's central directory lists it. CRC-32 is easily forged, so equal checksums only select files to read and
 * prove nothing.
 */
export interface FingerprintFile {
  /** Relative to the module. */
  name: string
  /** Bytes of content. */
  size: number
  crc32: number
  /** Set where the content was read; then it alone decides on equality. */
  sha256?: string
}

const FORMAT = 1
/** Bytes of the numbers of one file and of the head, at most eight each. */
const MOST_ENTRY_BYTES = 64

/**
 * Packs a listing: one byte of format, the number of files, then per file, sorted by name: length of the prefix shared with
 * the name before, length of the rest, the rest in UTF-8, size, CRC-32. Numbers are LEB128, the CRC four bytes,
 * little-endian. Some 20 bytes a file.
 */
export function encodeFingerprint(files: readonly FingerprintFile[]): Buffer {
  const sorted = files
    .map((file) => ({ ...file, bytes: Buffer.from(file.name) }))
    .toSorted((a, b) => Buffer.compare(a.bytes, b.bytes))
    .slice(0, MAX_FINGERPRINT_FILES)
  const parts: number[] = []
  let count = 0
  let previous: Buffer = Buffer.alloc(0)
  for (const { bytes, size, crc32 } of sorted) {
    // Names can be made as long as a zip allows: what does not fit is left out, as files beyond the limit are.
    if (parts.length + bytes.length + MOST_ENTRY_BYTES > MAX_FINGERPRINT_BYTES) break
    count++
    const shared = sharedPrefix(previous, bytes)
    pushNumber(parts, shared)
    pushNumber(parts, bytes.length - shared)
    for (const byte of bytes.subarray(shared)) parts.push(byte)
    pushNumber(parts, size)
    parts.push(crc32 & 0xff, (crc32 >>> 8) & 0xff, (crc32 >>> 16) & 0xff, crc32 >>> 24)
    previous = bytes
  }
  const head = [FORMAT]
  pushNumber(head, count)
  return Buffer.concat([Buffer.from(head), Buffer.from(parts)])
}

/**
 * Reverse of {@link encodeFingerprint}.
 *
 * @throws RangeError for bytes that are not one.
 */
export function decodeFingerprint(bytes: Uint8Array): FingerprintFile[] {
  if (bytes.length > MAX_FINGERPRINT_BYTES || bytes[0] !== FORMAT) throw new RangeError('not a fingerprint')
  const reader = { bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), at: 1 }
  const count = readNumber(reader)
  if (count > MAX_FINGERPRINT_FILES) throw new RangeError('fingerprint: too many files')
  const files: FingerprintFile[] = []
  let name: Buffer = Buffer.alloc(0)
  for (let i = 0; i < count; i++) {
    const shared = readNumber(reader)
    const rest = readBytes(reader, readNumber(reader))
    if (shared > name.length) throw new RangeError('fingerprint: prefix longer than the name before')
    name = Buffer.concat([name.subarray(0, shared), rest])
    const size = readNumber(reader)
    files.push({ name: name.toString(), size, crc32: readBytes(reader, 4).readUInt32LE() })
  }
  return files
}

interface Reader {
  bytes: Buffer
  at: number
}

function readNumber(reader: Reader): number {
  let [value, factor] = [0, 1]
  for (let i = 0; i < 8; i++) {
    const byte = readBytes(reader, 1)[0] ?? 0
    value += (byte & 0x7f) * factor
    if (byte < 0x80) return value
    factor *= 128
  }
  throw new RangeError('fingerprint: number too long')
}

function readBytes(reader: Reader, length: number): Buffer {
  const end = reader.at + length
  if (end > reader.bytes.length) throw new RangeError('fingerprint: cut off')
  const piece = reader.bytes.subarray(reader.at, end)
  reader.at = end
  return piece
}

function pushNumber(into: number[], value: number): void {
  let rest = value
  while (rest >= 128) {
    into.push((rest % 128) | 0x80)
    rest = Math.floor(rest / 128)
  }
  into.push(rest)
}

function sharedPrefix(a: Buffer, b: Buffer): number {
  const most = Math.min(a.length, b.length)
  let length = 0
  while (length < most && a[length] === b[length]) length++
  return length
}

/**
 * Features of a listing for the index: numbers below 2^52, one per file that says something, the smallest first and at
 * most {@link FEATURES}. Names do not count, so renamed folders change nothing.
 */
export function featuresOf(files: readonly FingerprintFile[]): number[] {
  const features = new Set<number>()
  for (const { name, size, crc32 } of files)
    if (size >= MIN_FEATURE_BYTES && fileWeight(name) >= 0.4) features.add(featureOf(crc32, size))
  return [...features].toSorted((a, b) => a - b).slice(0, FEATURES)
}

/** Spreads (CRC-32, size) evenly over 52 bits, so that "smallest" is a fair choice. */
function featureOf(crc32: number, size: number): number {
  const low = mix(crc32 ^ mix(size))
  const high = mix(low ^ crc32) & 0xfffff
  return high * 2 ** 32 + low
}

/** Finaliser of MurmurHash3 (public domain). */
function mix(value: number): number {
  let h = value >>> 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
