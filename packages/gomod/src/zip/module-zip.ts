import { createHash, type Hash } from 'node:crypto'
import { GomodError } from '../errors.ts'
import { createBlobHash, type HashedFile, hashZipEntries, type ObjectFormat } from './dirhash.ts'
import { readContent } from './zip-content.ts'
import { type DirectoryEntry, readDirectory, type ZipLimits } from './zip-directory.ts'
import { fromBuffer, type RandomAccess } from './zip-source.ts'

/**
 * Module zips (https://go.dev/ref/mod#zip-files), read as what they are: files from strangers. Nothing is ever written to
 * disk, memory stays within the zip and one file, and every way of being wrong ends in a GomodError.
 */

/** One file as the zip's directory describes it. */
export interface ZipListing {
  /** Relative to the module. */
  name: string
  /** Bytes of content. */
  size: number
  crc32: number
}

/** One file whose content was read and found to be what the directory says. */
export interface ZipEntry extends ZipListing {
  /** 64 hex digits. */
  sha256: string
  /** Id of the git blob with this content, in hex, of the asked object format. */
  blobId: string
}

export interface ModuleZip {
  /** `h1:` of the zip. */
  sum: string
  /** In the order of the zip. */
  entries: ZipEntry[]
  /** Content of one of the entries. Throws `not-found` for another name. */
  read(name: string): Promise<Buffer>
}

export interface ModuleZipOptions {
  module: string
  /** As in the zip's names: canonical. */
  version: string
  limits?: Partial<ZipLimits>
  /** Kind of git ids wanted. Default: sha1. */
  objectFormat?: ObjectFormat
}

/** After so many bytes of content, or so many files, others get their turn. */
const BYTES_PER_TURN = 1024 * 1024
const FILES_PER_TURN = 100

/** Reads and checks a whole module zip, each content in one pass. Throws `malformed` or `too-large`. */
export async function readModuleZip(
  source: Buffer | RandomAccess,
  options: ModuleZipOptions,
): Promise<ModuleZip> {
  const { module, version, limits = {}, objectFormat = 'sha1' } = options
  const bytes = Buffer.isBuffer(source) ? fromBuffer(source) : source
  const { files, directories } = await readDirectory(bytes, module, version, limits)
  const byName = new Map(files.map((file) => [file.name, file]))
  const entries = await hashAll(bytes, files, objectFormat)
  const folders = await hashAll(bytes, directories, objectFormat)
  return {
    sum: hashZipEntries(module, version, [...entries, ...folders.map(withoutSlash)]),
    entries,
    read: async (name) => {
      const file = byName.get(name)
      if (file) return readWhole(bytes, file)
      throw new GomodError('not-found', `zip: has no file ${JSON.stringify(name)}`)
    },
  }
}

/** The files of a module zip, from its central directory alone: names, sizes and CRC-32s as it claims them. */
export async function readZipDirectory(
  source: Buffer | RandomAccess,
  options: Pick<ModuleZipOptions, 'module' | 'version' | 'limits'>,
): Promise<ZipListing[]> {
  const bytes = Buffer.isBuffer(source) ? fromBuffer(source) : source
  const { files } = await readDirectory(bytes, options.module, options.version, options.limits)
  return files.map(({ name, size, crc32 }) => ({ name, size, crc32 }))
}

/** `h1:` of a module zip, as go.sum and the checksum database have it. Throws `malformed` or `too-large`. */
export async function hashZip(source: Buffer | RandomAccess, options: ModuleZipOptions): Promise<string> {
  return (await readModuleZip(source, options)).sum
}

async function hashAll(
  source: RandomAccess,
  files: readonly DirectoryEntry[],
  objectFormat: ObjectFormat,
): Promise<ZipEntry[]> {
  const entries: ZipEntry[] = []
  let sinceTurn = 0
  for (const file of files) {
    const hashes: [Hash, Hash] = [createHash('sha256'), createBlobHash(file.size, objectFormat)]
    await readContent(source, file, (piece) => {
      for (const hash of hashes) hash.update(piece)
    })
    const [sha256, blobId] = hashes.map((hash) => hash.digest('hex')) as [string, string]
    entries.push({ name: file.name, size: file.size, crc32: file.crc32, sha256, blobId })
    sinceTurn += file.size + BYTES_PER_TURN / FILES_PER_TURN
    if (sinceTurn >= BYTES_PER_TURN) {
      sinceTurn = 0
      await new Promise(setImmediate)
    }
  }
  return entries
}

async function readWhole(source: RandomAccess, file: DirectoryEntry): Promise<Buffer> {
  const pieces: Buffer[] = []
  // Stored pieces are views of the zip; the caller gets bytes of its own.
  await readContent(source, file, (piece) => pieces.push(piece))
  return Buffer.concat(pieces)
}

/** The module's own directory is the prefix itself. */
function withoutSlash({ name, sha256 }: ZipEntry): HashedFile {
  return { name: name === '/' ? '' : name, sha256 }
}
