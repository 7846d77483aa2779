import { Readable } from 'node:stream'
import { RandomAccessReader } from 'yauzl'
import { GomodError } from '../errors.ts'

/** Source of bytes with random access: a zip in memory, on disk, or behind HTTP range requests. */
export interface RandomAccess {
  readonly size: number
  /** Reads exactly `length` bytes from `offset`; both lie within the size. Fails with a GomodError. */
  read(offset: number, length: number): Promise<Buffer>
}

export function fromBuffer(buffer: Buffer): RandomAccess {
  return { size: buffer.length, read: async (offset, length) => buffer.subarray(offset, offset + length) }
}

/** Reads with the bounds checked. Throws `malformed` if a zip points outside itself. */
export async function readWithin(source: RandomAccess, offset: number, length: number): Promise<Buffer> {
  if (!(offset >= 0 && length >= 0 && offset + length <= source.size)) {
    throw new GomodError('malformed', 'zip: points outside of itself, or is cut off')
  }
  return source.read(offset, length)
}

/** Adapter for yauzl. */
export class YauzlReader extends RandomAccessReader {
  readonly #source: RandomAccess

  constructor(source: RandomAccess) {
    super()
    this.#source = source
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    readWithin(this.#source, position, length).then(
      (bytes) => {
        bytes.copy(buffer, offset)
        callback(null)
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
    )
  }

  /** Returns an empty stream, because contents are not read through yauzl. */
  override _readStreamForRange(): Readable {
    return Readable.from([])
  }
}
