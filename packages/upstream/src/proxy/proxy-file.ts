import { type FileHandle, open, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { errorCode, GomodError } from '@mirrorwatch/gomod/errors'
import { listFolder } from './proxy-folder.ts'
import type { ProxyStore } from './proxy-store.ts'

/** A folder that is laid out like a GOPROXY. Nothing outside of it is read, not even through symbolic links. */
export function createFileStore(folder: string): ProxyStore {
  return {
    async fetch(file, maxBytes) {
      const { handle } = await openFile(folder, file, maxBytes)
      try {
        return await handle.readFile()
      } finally {
        await handle.close()
      }
    },
    async openZip(file, maxBytes) {
      const { handle, size } = await openFile(folder, file, maxBytes)
      return {
        size,
        read: async (offset, length) => {
          const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, offset)
          if (bytesRead === length) return buffer
          throw new GomodError('retry-later', `${file} changed while it was read`)
        },
        [Symbol.asyncDispose]: () => handle.close(),
      }
    },
    latestFile: () => null,
    catalog: () => listFolder(folder, ['zip']),
  }
}

async function openFile(
  folder: string,
  file: string,
  maxBytes: number,
): Promise<{ handle: FileHandle; size: number }> {
  const path = await resolveWithin(folder, file)
  const handle = await open(path, 'r')
  try {
    const stats = await handle.stat()
    if (!stats.isFile()) throw new GomodError('not-found', `${file} is not a file`)
    if (stats.size > maxBytes) throw new GomodError('too-large', `${file} has more than ${maxBytes} bytes`)
    return { handle, size: stats.size }
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function resolveWithin(folder: string, file: string): Promise<string> {
  try {
    const root = await realpath(folder)
    const path = await realpath(join(root, ...file.split('/')))
    if (path.startsWith(root.endsWith(sep) ? root : root + sep)) return path
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(errorCode(error))) throw error
    throw new GomodError('not-found', `${file} is not in ${folder}`, { cause: error })
  }
  throw new GomodError('forbidden-address', `${file} leads out of ${folder}`)
}
