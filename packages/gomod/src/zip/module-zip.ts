import { createHash, type Hash } from 'node:crypto'
import { GomodError } from '../errors.ts'
import { createBlobHash, type HashedFile, hashZipEntries, type ObjectFormat } from './dirhash.ts'
import { readContent } from './zip-content.ts'
import { type DirectoryEntry, readDirectory, type ZipLimits } from './zip-directory.ts'
import { fromBuffer, type RandomAccess } from './zip-source.ts'

/**
 * Reader for module zips (https://go.dev/ref/mod#zip-files), which are files from strangers. It writes nothing to disk, holds
 * at most the zip and one file in memory, and reports every defect as a GomodError.
 */

/** File as the zip's directory describes it. */
export interface ZipListing {
  /** Path relative to the module. */
  name: string
  /** Bytes of content. */
  size: number
  crc32: number
}

/** File whose content was read and agrees with the directory. */
export interface ZipEntry extends ZipListing {
  /** 64 hex digits. */
  sha256: string
  /** Id of the git blob with this content, in hex, in the requested object format. */
  blobId: string
}

export interface ModuleZip {
  /** `h1:` of the zip. */
  sum: string
  /** In the order of the zip. */
  entries: ZipEntry[]
  /** Reads the content of an entry. Throws `not-found` for another name. */
  read(name: string): Promise<Buffer>
}

export interface ModuleZipOptions {
  module: string
  /** Canonical version, as in the zip's names. */
  version: string
  limits?: Partial<ZipLimits>
  /** Format of the git ids. Default: sha1. */
  objectFormat?: ObjectFormat
}

/** Bytes of content after which the reader yields to the event loop; it also yields after a number of files. */
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

/** Lists the files of a module zip from its central directory alone: names, sizes and CRC-32s as declared there. */
export async function readZipDirectory(
  source: Buffer | RandomAccess,
  options: Pick<ModuleZipOptions, 'module' | 'version' | 'limits'>,
): Promise<ZipListing[]> {
  const bytes = Buffer.isBuffer(source) ? fromBuffer(source) : source
  const { files } = await readDirectory(bytes, options.module, options.version, options.limits)
  return files.map(({ name, size, crc32 }) => ({ name, size, crc32 }))
}

/** Computes the `h1:` of a module zip, as in go.sum and the checksum database. Throws `malformed` or `too-large`. */
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
  // Stored pieces are views of the zip, so the caller gets a copy.
  await readContent(source, file, (piece) => pieces.push(piece))
  return Buffer.concat(pieces)
}

/** Removes the slash of the module's own directory, whose name is the prefix. */
function withoutSlash({ name, sha256 }: ZipEntry): HashedFile {
  return { name: name === '/' ? '' : name, sha256 }
}
