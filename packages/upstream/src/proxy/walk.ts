import type { Dirent } from 'node:fs'
import { opendir } from 'node:fs/promises'
import path from 'node:path'
import { errorCode, GomodError } from '@mirrorwatch/gomod/errors'

/**
 * Visits what is below a folder, without following links. `visit` returns true for a folder to enter.
 *
 * @throws GomodError `too-large` for more than `maxEntries` files and folders; `not-found` if it is not a folder;
 *   `access-denied` if a part of it cannot be read
 */
export async function walk(
  root: string,
  maxEntries: number,
  visit: (entry: Dirent, relative: string, file: string) => boolean,
): Promise<void> {
  const folders = ['']
  let entries = 0
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for await (const entry of await openFolder(path.join(root, folder))) {
      if (++entries > maxEntries)
        throw new GomodError('too-large', `${root} has more than ${maxEntries} files and folders`)
      const relative = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (visit(entry, relative, path.join(root, relative)) && entry.isDirectory()) folders.push(relative)
    }
  }
}

async function openFolder(folder: string): Promise<AsyncIterable<Dirent>> {
  try {
    return await opendir(folder, { bufferSize: 256 })
  } catch (error) {
    throw unreadable(folder, error)
  }
}

/** Returns the error for a file or folder that the system does not let us read. */
export function unreadable(file: string, error: unknown): GomodError {
  const code = errorCode(error)
  const isAbsent = code === 'ENOENT' || code === 'ENOTDIR'
  return new GomodError(isAbsent ? 'not-found' : 'access-denied', `${file} cannot be read (${code})`, {
    cause: error,
  })
}
