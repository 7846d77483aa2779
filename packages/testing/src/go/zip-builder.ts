import { crc32, deflateRawSync } from 'node:zlib'

/** Builds zips byte by byte, so that each field can be made to lie. */
export interface BuiltEntry {
  name: string | Buffer
  content?: string | Buffer
  /** Compressed data as it stands in the zip; default: `content`, deflated or not. */
  data?: Buffer
  method?: number
  flags?: number
  /** False values for the central directory. */
  claimed?: { crc32?: number; size?: number; compressedSize?: number; offset?: number }
  /** Values of the local header that differ from the central directory's. */
  local?: {
    name?: string | Buffer
    method?: number
    flags?: number
    crc32?: number
    size?: number
    signature?: number
    extra?: Buffer
  }
  extra?: Buffer
  /** Bytes after the data. Default: a correct descriptor if the flags announce one. */
  descriptor?: Buffer
  /** No local header and no data: the directory alone has the entry. */
  onlyInDirectory?: boolean
}

export interface BuiltZip {
  entries: BuiltEntry[]
  before?: Buffer
  /** Between the directory and the end record. */
  gap?: Buffer
  after?: Buffer
  comment?: Buffer
  end?: { entries?: number; size?: number; start?: number; disk?: number }
  zip64?: { entries?: number; size?: number; start?: number; at?: number; signature?: number } | true
  /** Makes the old end record defer to the zip64 record. Default: true if there is a zip64 record. */
  defer?: boolean
}

export function buildZip(zip: BuiltZip): Buffer {
  const parts: Buffer[] = [zip.before ?? Buffer.alloc(0)]
  let offset = parts[0]?.length ?? 0
  const headers: Buffer[] = []
  for (const entry of zip.entries) {
    const { local, header } = buildEntry(entry, offset)
    headers.push(header)
    if (entry.onlyInDirectory) continue
    parts.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(headers)
  const end = buildEnd(zip, offset, directory.length)
  return Buffer.concat([...parts, directory, zip.gap ?? Buffer.alloc(0), end, zip.after ?? Buffer.alloc(0)])
}

function buildEntry(entry: BuiltEntry, offset: number): { local: Buffer; header: Buffer } {
  const content = Buffer.from(entry.content ?? '')
  const method = entry.method ?? 8
  const data = entry.data ?? (method === 8 ? deflateRawSync(content) : content)
  const name = Buffer.from(entry.name)
  const flags = entry.flags ?? 0
  const truth = { crc32: crc32(content), size: content.length, compressedSize: data.length, offset }
  const claimed = { ...truth, ...entry.claimed }
  const { local = {} } = entry
  const localName = Buffer.from(local.name ?? name)
  const localExtra = local.extra ?? Buffer.alloc(0)
  const fixed = Buffer.alloc(30)
  fixed.writeUInt32LE(local.signature ?? 0x04034b50, 0)
  fixed.writeUInt16LE(20, 4)
  fixed.writeUInt16LE(local.flags ?? flags, 6)
  fixed.writeUInt16LE(local.method ?? method, 8)
  fixed.writeUInt32LE(local.crc32 ?? claimed.crc32, 14)
  fixed.writeUInt32LE(claimed.compressedSize, 18)
  fixed.writeUInt32LE(local.size ?? claimed.size, 22)
  fixed.writeUInt16LE(localName.length, 26)
  fixed.writeUInt16LE(localExtra.length, 28)
  const header = buildHeader({ ...claimed, name, flags, method, extra: entry.extra ?? Buffer.alloc(0) })
  const descriptor = entry.descriptor ?? ((flags & 8) === 0 ? Buffer.alloc(0) : buildDescriptor(claimed))
  return { local: Buffer.concat([fixed, localName, localExtra, data, descriptor]), header }
}

function buildDescriptor(of: { crc32: number; size: number; compressedSize: number }): Buffer {
  const descriptor = Buffer.alloc(16)
  descriptor.writeUInt32LE(0x08074b50, 0)
  descriptor.writeUInt32LE(of.crc32, 4)
  descriptor.writeUInt32LE(of.compressedSize, 8)
  descriptor.writeUInt32LE(of.size, 12)
  return descriptor
}

function buildHeader(of: {
  name: Buffer
  extra: Buffer
  flags: number
  method: number
  crc32: number
  size: number
  compressedSize: number
  offset: number
}): Buffer {
  const header = Buffer.alloc(46)
  header.writeUInt32LE(0x02014b50, 0)
  header.writeUInt16LE(20, 4)
  header.writeUInt16LE(20, 6)
  header.writeUInt16LE(of.flags, 8)
  header.writeUInt16LE(of.method, 10)
  header.writeUInt32LE(of.crc32, 16)
  header.writeUInt32LE(of.compressedSize, 20)
  header.writeUInt32LE(of.size, 24)
  header.writeUInt16LE(of.name.length, 28)
  header.writeUInt16LE(of.extra.length, 30)
  header.writeUInt32LE(of.offset, 42)
  return Buffer.concat([header, of.name, of.extra])
}

function buildEnd(zip: BuiltZip, start: number, size: number): Buffer {
  const comment = zip.comment ?? Buffer.alloc(0)
  const truth = { entries: zip.entries.length, size, start }
  const parts: Buffer[] = []
  const gap = zip.gap?.length ?? 0
  if (zip.zip64) parts.push(buildZip64End(zip.zip64 === true ? {} : zip.zip64, truth, start + size + gap))
  const defer = zip.defer ?? zip.zip64 !== undefined
  const old = defer ? { entries: 0xffff, size: 0xffffffff, start: 0xffffffff } : truth
  const record = Buffer.alloc(22)
  record.writeUInt32LE(0x06054b50, 0)
  record.writeUInt16LE(zip.end?.disk ?? 0, 4)
  record.writeUInt16LE(zip.end?.entries ?? old.entries, 8)
  record.writeUInt16LE(zip.end?.entries ?? old.entries, 10)
  record.writeUInt32LE(zip.end?.size ?? old.size, 12)
  record.writeUInt32LE(zip.end?.start ?? old.start, 16)
  record.writeUInt16LE(comment.length, 20)
  return Buffer.concat([...parts, record, comment])
}

function buildZip64End(
  lie: Exclude<BuiltZip['zip64'], true | undefined>,
  truth: { entries: number; size: number; start: number },
  at: number,
): Buffer {
  const record = Buffer.alloc(56 + 20)
  record.writeUInt32LE(lie.signature ?? 0x06064b50, 0)
  record.writeBigUInt64LE(44n, 4)
  record.writeUInt16LE(45, 12)
  record.writeUInt16LE(45, 14)
  record.writeBigUInt64LE(BigInt(lie.entries ?? truth.entries), 24)
  record.writeBigUInt64LE(BigInt(lie.entries ?? truth.entries), 32)
  record.writeBigUInt64LE(BigInt(lie.size ?? truth.size), 40)
  record.writeBigUInt64LE(BigInt(lie.start ?? truth.start), 48)
  record.writeUInt32LE(0x07064b50, 56)
  record.writeBigUInt64LE(BigInt(lie.at ?? at), 64)
  record.writeUInt32LE(1, 72)
  return record
}
