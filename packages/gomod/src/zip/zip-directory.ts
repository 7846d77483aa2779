import { type Entry, fromRandomAccessReaderPromise, type ZipFile } from 'yauzl'
import { GomodError, isGomodError } from '../errors.ts'
import { MAX_INFLATED_BYTES, MAX_ZIP_BYTES } from '../limits.ts'
import { cleanText } from '../untrusted-text.ts'
import { checkDirectoryEnd } from './zip-end.ts'
import { checkFileSize, ZipNames } from './zip-names.ts'
import { type RandomAccess, YauzlReader } from './zip-source.ts'

/** Limit on entries. The largest honest modules have some 60,000 files; an entry costs 1 KiB of memory, so 200 MiB in all. */
const MAX_ZIP_ENTRIES = 200_000

export interface ZipLimits {
  /** Limit on the zip itself. */
  maxZipBytes: number
  /** Limit on the sum of all contents. */
  maxInflatedBytes: number
  maxEntries: number
}

/** Entry of the central directory, checked as well as possible without its content. */
export interface DirectoryEntry {
  /** Path relative to the module. */
  name: string
  /** Bytes of content. */
  size: number
  crc32: number
  compressedSize: number
  method: 'stored' | 'deflated'
  /** True if size and checksum are repeated after the data, because the writer did not know them before. */
  hasDescriptor: boolean
  /** Offset of the local header, and of the first byte after the entry. */
  offset: number
  end: number
  /** Name as stored in the zip. */
  rawName: Buffer
}

export interface ZipDirectory {
  files: DirectoryEntry[]
  /** Entries whose names end in `/`. Go writes none, but hashes them as empty files in the `h1:`. */
  directories: DirectoryEntry[]
}

const ENCRYPTED = 1
const HAS_DESCRIPTOR = 8
const METHODS = new Map<number, DirectoryEntry['method']>([
  [0, 'stored'],
  [8, 'deflated'],
])
const LOCAL_HEADER_BYTES = 30
/** Entries after which the reader yields to the event loop. */
const ENTRIES_PER_TURN = 2000

/**
 * Reads the central directory of a module zip. Refuses what Go would refuse, what two zip readers could understand
 * differently, and what exceeds the limits. Throws `malformed` or `too-large`.
 */
export async function readDirectory(
  source: RandomAccess,
  module: string,
  version: string,
  limits: Partial<ZipLimits> = {},
): Promise<ZipDirectory> {
  const {
    maxZipBytes = MAX_ZIP_BYTES,
    maxInflatedBytes = MAX_INFLATED_BYTES,
    maxEntries = MAX_ZIP_ENTRIES,
  } = limits
  if (source.size > maxZipBytes) throw new GomodError('too-large', `zip: more than ${maxZipBytes} bytes`)
  const zip = await open(source)
  if (zip.entryCount > maxEntries) throw new GomodError('too-large', `zip: more than ${maxEntries} entries`)
  const start = cursorOf(zip)
  const collector = new Collector(new ZipNames(module, version), maxInflatedBytes)
  try {
    for await (const entry of zip.eachEntry()) {
      collector.add(entry)
      if (zip.entriesRead % ENTRIES_PER_TURN === 0) await new Promise(setImmediate)
    }
    await checkDirectoryEnd(source, { start, end: cursorOf(zip), entryCount: zip.entryCount })
  } catch (error) {
    throw asGomodError(error)
  }
  return collector.finish(start)
}

async function open(source: RandomAccess): Promise<ZipFile> {
  try {
    // Names stay bytes, because yauzl would follow an extra field that Go ignores.
    return await fromRandomAccessReaderPromise(new YauzlReader(source), source.size, {
      decodeStrings: false,
      autoClose: false,
    })
  } catch (error) {
    throw asGomodError(error)
  }
}

class Collector {
  readonly #names: ZipNames
  readonly #maxInflatedBytes: number
  readonly #files: DirectoryEntry[] = []
  readonly #directories: DirectoryEntry[] = []
  /** Files and directories, because both occupy bytes. */
  readonly #all: DirectoryEntry[] = []
  #inflatedBytes = 0

  constructor(names: ZipNames, maxInflatedBytes: number) {
    this.#names = names
    this.#maxInflatedBytes = maxInflatedBytes
  }

  add(untrusted: Entry): void {
    const name = this.#names.add(untrusted.fileNameRaw)
    const method = METHODS.get(untrusted.compressionMethod)
    if ((untrusted.generalPurposeBitFlag & ENCRYPTED) !== 0) throw malformed(`${name} is encrypted`)
    if (method === undefined) throw malformed(`${name} has compression method ${untrusted.compressionMethod}`)
    const entry: DirectoryEntry = {
      name,
      size: untrusted.uncompressedSize,
      crc32: untrusted.crc32,
      compressedSize: untrusted.compressedSize,
      method,
      hasDescriptor: (untrusted.generalPurposeBitFlag & HAS_DESCRIPTOR) !== 0,
      offset: untrusted.relativeOffsetOfLocalHeader,
      end: 0,
      rawName: untrusted.fileNameRaw,
    }
    this.#all.push(entry)
    if (name.endsWith('/')) this.#addDirectory(entry)
    else this.#addFile(entry)
  }

  #addDirectory(entry: DirectoryEntry): void {
    if (entry.size > 0) throw malformed(`${entry.name} is a directory with content`)
    this.#directories.push(entry)
  }

  #addFile(entry: DirectoryEntry): void {
    checkFileSize(entry.name, entry.size)
    this.#inflatedBytes += entry.size
    if (this.#inflatedBytes > this.#maxInflatedBytes) {
      throw new GomodError('too-large', `zip: contents of more than ${this.#maxInflatedBytes} bytes`)
    }
    this.#files.push(entry)
  }

  /** Checks that entries, in any order, start at the first byte and reach the directory without overlap. */
  finish(directoryStart: number): ZipDirectory {
    const byOffset = this.#all.toSorted((a, b) => a.offset - b.offset)
    const [first] = byOffset
    if (first && first.offset !== 0) throw malformed('something stands before the first entry')
    for (const [i, entry] of byOffset.entries()) {
      entry.end = byOffset[i + 1]?.offset ?? directoryStart
      const needed = LOCAL_HEADER_BYTES + entry.rawName.length + entry.compressedSize
      if (entry.offset + needed > entry.end) throw malformed(`${entry.name} overlaps what follows it`)
    }
    return { files: this.#files, directories: this.#directories }
  }
}

/** Returns yauzl's read position, which the type declarations mistake for a flag. */
function cursorOf(zip: ZipFile): number {
  return Number(zip.readEntryCursor)
}

function asGomodError(error: unknown): GomodError {
  if (isGomodError(error)) return error
  return malformed(error instanceof Error ? error.message : 'unreadable', error)
}

function malformed(problem: string, cause?: unknown): GomodError {
  return new GomodError('malformed', `zip: ${cleanText(problem)}`, { cause })
}
