import { GomodError } from '../errors.ts'
import { type RandomAccess, readWithin } from './zip-source.ts'

const END_SIGNATURE = 0x06054b50
const END_BYTES = 22
const LOCATOR_SIGNATURE = 0x07064b50
const LOCATOR_BYTES = 20
const ZIP64_END_SIGNATURE = 0x06064b50
const ZIP64_END_BYTES = 56
const DEFERRED_16 = 0xffff
const DEFERRED_32 = 0xffffffff
/** Size of the longest possible end record (its comment included) and the locator before it. */
const TAIL_BYTES = LOCATOR_BYTES + END_BYTES + 0xffff

/** Location of the central directory as one reader found it, in bytes from the start, and the number of entries read. */
export interface DirectoryRange {
  start: number
  end: number
  entryCount: number
}

interface EndRecord {
  entries: number
  size: number
  start: number
  /** Offset of the record itself. */
  at: number
}

/**
 * Checks that all zip readers find the same central directory. Readers locate it by its offset or by its size counted from the
 * end, by the old record or the zip64 one, and read a count of entries or as long as headers follow. Throws `malformed` if
 * they could differ.
 */
export async function checkDirectoryEnd(source: RandomAccess, range: DirectoryRange): Promise<void> {
  const tailStart = Math.max(0, source.size - TAIL_BYTES)
  const tail = await readWithin(source, tailStart, source.size - tailStart)
  const old = findEnd(tail, tailStart)
  const located = locate(tail, old.at - tailStart)
  if (located === null) {
    // Without a zip64 record, a value such as 0xffff entries means exactly that.
    checkRecord(old, range)
    return
  }
  const record = await readZip64End(source, located)
  checkRecord(record, range)
  const deferred = old.entries === DEFERRED_16 || old.size === DEFERRED_32 || old.start === DEFERRED_32
  const agrees =
    (old.entries === DEFERRED_16 || old.entries === record.entries) &&
    (old.size === DEFERRED_32 || old.size === record.size) &&
    (old.start === DEFERRED_32 || old.start === record.start)
  if (!agrees) throw twoDirectories()
  // Go reads the zip64 record only if the old one defers to it, and then counts from that one; both must agree.
  if (!deferred) throw twoDirectories()
  if (located + ZIP64_END_BYTES !== old.at - LOCATOR_BYTES) throw twoDirectories()
}

function checkRecord(record: EndRecord, { start, end, entryCount }: DirectoryRange): void {
  if (record.start !== start || record.entries !== entryCount) throw twoDirectories()
  if (end !== record.at || start + record.size !== end) throw twoDirectories()
}

function findEnd(tail: Buffer, tailStart: number): EndRecord {
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== END_SIGNATURE) continue
    if (at + END_BYTES + tail.readUInt16LE(at + 20) !== tail.length) break
    return {
      entries: tail.readUInt16LE(at + 10),
      size: tail.readUInt32LE(at + 12),
      start: tail.readUInt32LE(at + 16),
      at: tailStart + at,
    }
  }
  throw new GomodError('malformed', 'zip: no end record, or something after it')
}

function locate(tail: Buffer, endAt: number): number | null {
  const at = endAt - LOCATOR_BYTES
  if (at < 0 || tail.readUInt32LE(at) !== LOCATOR_SIGNATURE) return null
  // Go ignores a locator that names several disks.
  if (tail.readUInt32LE(at + 4) !== 0 || tail.readUInt32LE(at + 16) !== 1) throw severalDisks()
  return toNumber(tail.readBigUInt64LE(at + 8))
}

async function readZip64End(source: RandomAccess, at: number): Promise<EndRecord> {
  const record = await readWithin(source, at, ZIP64_END_BYTES)
  if (record.readUInt32LE(0) !== ZIP64_END_SIGNATURE) {
    throw new GomodError('malformed', 'zip: no zip64 end record where it should be')
  }
  if (record.readUInt32LE(16) !== 0 || record.readUInt32LE(20) !== 0) throw severalDisks()
  return {
    entries: toNumber(record.readBigUInt64LE(32)),
    size: toNumber(record.readBigUInt64LE(40)),
    start: toNumber(record.readBigUInt64LE(48)),
    at,
  }
}

/** Converts an offset. One that does not fit cannot be an offset in this zip; infinity fails every comparison. */
function toNumber(value: bigint): number {
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Infinity : Number(value)
}

function severalDisks(): GomodError {
  return new GomodError('malformed', 'zip: spread over several disks')
}

function twoDirectories(): GomodError {
  return new GomodError(
    'malformed',
    'zip: its end records disagree about where the directory is and what is in it',
  )
}
