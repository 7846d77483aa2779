import { pipeline } from 'node:stream/promises'
import { crc32, createInflateRaw, type InflateRaw, inflateRawSync } from 'node:zlib'
import { errorCode, GomodError } from '../errors.ts'
import { cleanText } from '../untrusted-text.ts'
import type { DirectoryEntry } from './zip-directory.ts'
import { type RandomAccess, readWithin } from './zip-source.ts'

/** Contents up to this size are inflated at once, some 5 ms of work; larger ones are streamed. */
const INFLATE_AT_ONCE_BYTES = 1024 * 1024

const LOCAL_HEADER_BYTES = 30
const LOCAL_SIGNATURE = 0x04034b50
const HAS_DESCRIPTOR = 8
const DESCRIPTOR_SIGNATURE = 0x08074b50
/** Size of a descriptor with signature and 32-bit sizes. A zip64 descriptor is longer, but the rest is not read. */
const DESCRIPTOR_BYTES = 16
const DEFERRED_32 = 0xffffffff
const PIECE_BYTES = 256 * 1024

/**
 * Streams the content of one entry into `sink`, piece by piece, and stops at the first byte that should not be there. Throws
 * `malformed` if size, checksum, local header or compressed data contradict the directory; the sink must then discard what it
 * received.
 */
export async function readContent(
  source: RandomAccess,
  entry: DirectoryEntry,
  sink: (piece: Buffer) => void,
): Promise<void> {
  const start = await findData(source, entry)
  let size = 0
  let sum = 0
  const take = (piece: Buffer): void => {
    size += piece.length
    if (size > entry.size) throw overflow(entry)
    sum = crc32(piece, sum)
    sink(piece)
  }
  await inflate(source, entry, start, take)
  if (size !== entry.size) throw malformed(entry, `has ${size} bytes and claims ${entry.size}`)
  if (sum !== entry.crc32) throw malformed(entry, 'checksum (CRC-32) does not match')
  if (entry.hasDescriptor) await checkDescriptor(source, entry, start + entry.compressedSize)
}

/** Returns where the data begins, after checking that the local header agrees with the directory. */
async function findData(source: RandomAccess, entry: DirectoryEntry): Promise<number> {
  const header = await readWithin(source, entry.offset, LOCAL_HEADER_BYTES)
  if (header.readUInt32LE(0) !== LOCAL_SIGNATURE) throw malformed(entry, 'has no local header')
  const nameLength = header.readUInt16LE(26)
  const start = entry.offset + LOCAL_HEADER_BYTES + nameLength + header.readUInt16LE(28)
  if (start + entry.compressedSize > entry.end) throw malformed(entry, 'overlaps what follows it')
  const name = await readWithin(source, entry.offset + LOCAL_HEADER_BYTES, nameLength)
  if (!name.equals(entry.rawName)) throw malformed(entry, 'has another name in its local header')
  if (header.readUInt16LE(8) !== (entry.method === 'stored' ? 0 : 8)) {
    throw malformed(entry, 'has another compression method in its local header')
  }
  const flags = header.readUInt16LE(6)
  if ((flags & 1) !== 0) throw malformed(entry, 'is encrypted')
  const hasDescriptor = (flags & HAS_DESCRIPTOR) !== 0
  if (hasDescriptor !== entry.hasDescriptor || (!hasDescriptor && !sizesAgree(header, entry))) {
    throw malformed(entry, 'has another size or checksum in its local header')
  }
  return start
}

/** Checks the descriptor after the data. Go compares its checksum too; the signature before the checksum is optional. */
async function checkDescriptor(source: RandomAccess, entry: DirectoryEntry, at: number): Promise<void> {
  const available = Math.min(DESCRIPTOR_BYTES, entry.end - at)
  const descriptor = await readWithin(source, at, available)
  const from = available >= 4 && descriptor.readUInt32LE(0) === DESCRIPTOR_SIGNATURE ? 4 : 0
  if (available < from + 12 || descriptor.readUInt32LE(from) !== entry.crc32) {
    throw malformed(entry, 'has no descriptor after its data, or one with another checksum')
  }
}

function sizesAgree(header: Buffer, entry: DirectoryEntry): boolean {
  const compressed = header.readUInt32LE(18)
  const size = header.readUInt32LE(22)
  return (
    header.readUInt32LE(14) === entry.crc32 &&
    (compressed === entry.compressedSize || compressed === DEFERRED_32) &&
    (size === entry.size || size === DEFERRED_32)
  )
}

async function inflate(
  source: RandomAccess,
  entry: DirectoryEntry,
  start: number,
  take: (piece: Buffer) => void,
): Promise<void> {
  if (entry.method === 'stored') {
    for await (const piece of pieces(source, start, entry.compressedSize)) take(piece)
    return
  }
  try {
    if (Math.max(entry.size, entry.compressedSize) > INFLATE_AT_ONCE_BYTES) {
      await inflateStream(source, entry, start, take)
    } else {
      take(inflateWhole(await readWithin(source, start, entry.compressedSize), entry))
    }
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ERR_BUFFER_TOO_LARGE') throw overflow(entry, error)
    if (/^(?:Z_|ERR_)/.test(code)) throw malformed(entry, 'has damaged compressed data', error)
    throw error
  }
}

function inflateWhole(compressed: Buffer, entry: DirectoryEntry): Buffer {
  const options = {
    // zlib requires at least 1; the byte count rejects surplus content of an empty file.
    maxOutputLength: Math.max(1, entry.size),
    // Most files are far smaller than the 16 KiB that zlib would allocate for each.
    chunkSize: Math.min(Math.max(64, entry.size + 1), PIECE_BYTES),
    info: true,
  }
  const { buffer, engine } = inflateRawSync(compressed, options) as unknown as {
    buffer: Buffer
    engine: InflateRaw
  }
  checkConsumed(engine, entry)
  return buffer
}

async function inflateStream(
  source: RandomAccess,
  entry: DirectoryEntry,
  start: number,
  take: (piece: Buffer) => void,
): Promise<void> {
  const engine = createInflateRaw()
  await pipeline(
    pieces(source, start, entry.compressedSize),
    engine,
    async (inflated: AsyncIterable<Buffer>) => {
      for await (const piece of inflated) take(piece)
    },
  )
  checkConsumed(engine, entry)
}

/** Refuses bytes after the end of the compressed data: no reader looks at them, so they could hold anything. */
function checkConsumed(engine: InflateRaw, entry: DirectoryEntry): void {
  if (engine.bytesWritten !== entry.compressedSize)
    throw malformed(entry, 'has something after its compressed data')
}

async function* pieces(source: RandomAccess, start: number, length: number): AsyncGenerator<Buffer> {
  for (let done = 0; done < length; done += PIECE_BYTES) {
    yield await readWithin(source, start + done, Math.min(PIECE_BYTES, length - done))
  }
}

function overflow(entry: DirectoryEntry, cause?: unknown): GomodError {
  return malformed(entry, `inflates to more than the ${entry.size} bytes that it claims`, cause)
}

function malformed(entry: DirectoryEntry, problem: string, cause?: unknown): GomodError {
  return new GomodError('malformed', `zip: ${JSON.stringify(cleanText(entry.name))} ${problem}`, { cause })
}
