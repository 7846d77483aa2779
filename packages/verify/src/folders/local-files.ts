import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { GomodError } from '@mirrorwatch/gomod/errors'
import { unreadable, walk } from '@mirrorwatch/upstream/proxy/walk'

/** Entry of a folder that is no folder itself. */
export interface LocalFile {
  /** Path below the folder, with slashes. */
  path: string
  /** Absolute path. */
  file: string
  /** False for symbolic links, devices, and names that no zip can have. They are never opened. */
  isRegular: boolean
}

const PIECE_BYTES = 256 * 1024
/** Longest path that Linux opens, in bytes. */
const MAX_PATH_BYTES = 4095

/**
 * Lists the files of a folder, sorted by path. Links are listed and not followed.
 *
 * @throws GomodError `too-large` for more than `maxEntries` files and folders; `not-found` if it is not a folder;
 *   `access-denied` if a part of it cannot be read
 */
export async function listFiles(root: string, maxEntries: number): Promise<LocalFile[]> {
  const files: LocalFile[] = []
  await walk(root, maxEntries, (entry, relative, file) => {
    // Node writes U+FFFD for bytes that are not UTF-8; such a name cannot be opened.
    const isOpenable = !entry.name.includes('\u{fffd}') && Buffer.byteLength(file) <= MAX_PATH_BYTES
    if (entry.isDirectory() && isOpenable) return true
    files.push({ path: relative, file, isRegular: entry.isFile() && isOpenable })
    return false
  })
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** Size and SHA-256 (64 hex digits) of a file; `sha256` is null where the size alone was asked for, or decided. */
export interface FileDigest {
  size: number
  sha256: string | null
}

/**
 * Hashes a file, if it has a size that `isWanted` asks for.
 *
 * @throws GomodError `access-denied` if it cannot be read, or is no file any more
 */
export async function digestFile(file: string, isWanted: (size: number) => boolean): Promise<FileDigest> {
  await using handle = await openRegular(file)
  const { size } = await handle.stat()
  if (!isWanted(size)) return { size, sha256: null }
  const hash = createHash('sha256')
  const piece = Buffer.alloc(Math.min(PIECE_BYTES, size + 1))
  let at = 0
  for (;;) {
    const { bytesRead } = await handle.read(piece, 0, piece.length, at)
    if (bytesRead === 0) break
    at += bytesRead
    if (at > size) throw new GomodError('retry-later', `${file} changed while it was read`)
    hash.update(piece.subarray(0, bytesRead))
  }
  return { size: at, sha256: hash.digest('hex') }
}

/** Reads a file of at most `maxBytes`; null for a larger one. @throws GomodError as {@link digestFile} */
export async function readSmallFile(file: string, maxBytes: number): Promise<Buffer | null> {
  await using handle = await openRegular(file)
  return (await handle.stat()).size > maxBytes ? null : handle.readFile()
}

/** Opens a file and nothing else: a link or a pipe may have taken its place since it was listed. */
async function openRegular(file: string): Promise<FileHandle> {
  try {
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    if ((await handle.stat()).isFile()) return handle
    await handle.close()
  } catch (error) {
    throw unreadable(file, error)
  }
  throw new GomodError('access-denied', `${file} is not a file`)
}
