import { GomodError } from '@mirrorwatch/gomod/errors'
import { MAX_ARCHIVE_PATH_BYTES } from './limits.ts'

/** A regular file's name and size, then its content in pieces. */
export interface TarVisitor {
  file(path: string, size: number): void
  data(chunk: Buffer): void
  endFile(): void
}

const BLOCK = 512
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

interface Header {
  path: string
  size: number
  type: string
}

/** Reads the tar stream that `git archive` writes: ustar headers, pax `path` records for long names, no sparse files. */
export class TarReader {
  readonly #visitor: TarVisitor
  #pending: Buffer = Buffer.alloc(0)
  /** Bytes of content still to come, then of padding. */
  #left = 0
  #padding = 0
  /** What the content that is being read belongs to. */
  #state: 'header' | 'file' | 'pax' | 'skip' = 'header'
  #pax: Buffer[] = []
  #longPath: string | null = null

  constructor(visitor: TarVisitor) {
    this.#visitor = visitor
  }

  push(chunk: Buffer): void {
    let data = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk])
    while (data.length > 0) {
      const used = this.#step(data)
      if (used === 0) break
      data = data.subarray(used)
    }
    this.#pending = Buffer.from(data)
  }

  /** @throws GomodError `malformed` where the stream ends inside an entry. */
  end(): void {
    if (this.#state !== 'header' || this.#padding > 0)
      throw new GomodError('malformed', 'the archive is cut short')
  }

  /** Uses up a part of `data`; 0 where more is needed. */
  #step(data: Buffer): number {
    if (this.#state === 'header' && this.#padding > 0) {
      const used = Math.min(this.#padding, data.length)
      this.#padding -= used
      return used
    }
    if (this.#state === 'header') {
      if (data.length < BLOCK) return 0
      this.#header(data.subarray(0, BLOCK))
      return BLOCK
    }
    const used = Math.min(this.#left, data.length)
    this.#left -= used
    if (this.#state === 'file') this.#visitor.data(data.subarray(0, used))
    if (this.#state === 'pax') this.#pax.push(Buffer.from(data.subarray(0, used)))
    if (this.#left === 0) this.#endContent()
    return used
  }

  #header(block: Buffer): void {
    if (block.every((byte) => byte === 0)) return
    const header = parseHeader(block)
    this.#left = header.size
    this.#padding = (BLOCK - (header.size % BLOCK)) % BLOCK
    if (header.type === '0') {
      this.#visitor.file(this.#longPath ?? header.path, header.size)
      this.#longPath = null
      this.#state = 'file'
    } else if (header.type === 'x') {
      if (header.size > MAX_ARCHIVE_PATH_BYTES)
        throw new GomodError('too-large', 'a path in the archive is too long')
      this.#pax = []
      this.#state = 'pax'
    } else {
      if (header.type !== 'g') this.#longPath = null
      this.#state = 'skip'
    }
    if (this.#left === 0) this.#endContent()
  }

  #endContent(): void {
    if (this.#state === 'file') this.#visitor.endFile()
    if (this.#state === 'pax') this.#longPath = paxPath(Buffer.concat(this.#pax))
    this.#state = 'header'
  }
}

function parseHeader(block: Buffer): Header {
  const name = text(block.subarray(0, 100))
  const prefix = text(block.subarray(345, 500))
  const size = Number.parseInt(text(block.subarray(124, 136)).trim(), 8)
  if (!Number.isSafeInteger(size) || size < 0)
    throw new GomodError('malformed', 'the archive has a size that is none')
  return {
    path: prefix === '' ? name : `${prefix}/${name}`,
    size,
    type: String.fromCharCode(block[156] ?? 0),
  }
}

function text(field: Buffer): string {
  const end = field.indexOf(0)
  return decode(end < 0 ? field : field.subarray(0, end))
}

/** Records are `<length> <key>=<value>\n`, the length counting itself. */
function paxPath(records: Buffer): string | null {
  let at = 0
  while (at < records.length) {
    const space = records.indexOf(0x20, at)
    const length = Number(records.toString('latin1', at, Math.max(space, at)))
    if (space < 0 || !Number.isSafeInteger(length) || length < 5 || at + length > records.length) {
      throw new GomodError('malformed', 'the archive has a pax record that is none')
    }
    const record = records.subarray(space + 1, at + length - 1)
    const equals = record.indexOf(0x3d)
    if (record.toString('latin1', 0, Math.max(equals, 0)) === 'path')
      return decode(record.subarray(equals + 1))
    at += length
  }
  return null
}

function decode(bytes: Buffer): string {
  try {
    return decoder.decode(bytes)
  } catch (error) {
    throw new GomodError('malformed', 'a path in the archive is not UTF-8', { cause: error })
  }
}
