import { crc32, deflateRawSync } from 'node:zlib'

/** Sizes and checksum follow the data, as Go's archive/zip writes them: a reader must use the central directory. */
const FLAG_DATA_DESCRIPTOR = 0x0008
const FLAG_UTF8 = 0x0800
const METHOD_DEFLATE = 8
const VERSION_20 = 20

/**
 * A zip in the physical form that cmd/go writes: deflate for every entry (empty ones too), data descriptors, no dates,
 * no modes, no directories. Same entries, same bytes.
 *
 * @param entries full entry names (`path@version/file`) with contents, in order
 */
export function writeModuleZip(entries: Iterable<readonly [name: string, content: Buffer]>): Buffer {
  const body: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, content] of entries) {
    const entry = makeEntry(name, content)
    const local = [localHeader(entry), entry.name, entry.data, dataDescriptor(entry)]
    directory.push(centralHeader(entry, offset), entry.name)
    body.push(...local)
    offset += local.reduce((sum, part) => sum + part.length, 0)
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0)
  return Buffer.concat([...body, ...directory, endOfDirectory(directory.length / 2, size, offset)])
}

interface Entry {
  name: Buffer
  data: Buffer
  crc: number
  size: number
  flags: number
}

function makeEntry(name: string, content: Buffer): Entry {
  return {
    name: Buffer.from(name),
    data: deflateRawSync(content),
    crc: crc32(content),
    size: content.length,
    flags: FLAG_DATA_DESCRIPTOR | (needsUtf8Flag(name) ? FLAG_UTF8 : 0),
  }
}

/** Go sets the flag for everything that could be read differently in some code page: not only non-ASCII, also `~` and `\`. */
function needsUtf8Flag(name: string): boolean {
  return /[^\x20-\x7d]|\\/.test(name)
}

function localHeader(entry: Entry): Buffer {
  const header = Buffer.alloc(30)
  header.writeUInt32LE(0x04034b50, 0)
  header.writeUInt16LE(VERSION_20, 4)
  header.writeUInt16LE(entry.flags, 6)
  header.writeUInt16LE(METHOD_DEFLATE, 8)
  header.writeUInt16LE(entry.name.length, 26)
  return header
}

function dataDescriptor(entry: Entry): Buffer {
  const descriptor = Buffer.alloc(16)
  descriptor.writeUInt32LE(0x08074b50, 0)
  descriptor.writeUInt32LE(entry.crc, 4)
  descriptor.writeUInt32LE(entry.data.length, 8)
  descriptor.writeUInt32LE(entry.size, 12)
  return descriptor
}

function centralHeader(entry: Entry, offset: number): Buffer {
  const header = Buffer.alloc(46)
  header.writeUInt32LE(0x02014b50, 0)
  header.writeUInt16LE(VERSION_20, 4)
  header.writeUInt16LE(VERSION_20, 6)
  header.writeUInt16LE(entry.flags, 8)
  header.writeUInt16LE(METHOD_DEFLATE, 10)
  header.writeUInt32LE(entry.crc, 16)
  header.writeUInt32LE(entry.data.length, 20)
  header.writeUInt32LE(entry.size, 24)
  header.writeUInt16LE(entry.name.length, 28)
  header.writeUInt32LE(offset, 42)
  return header
}

function endOfDirectory(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(count, 8)
  end.writeUInt16LE(count, 10)
  end.writeUInt32LE(size, 12)
  end.writeUInt32LE(offset, 16)
  return end
}
