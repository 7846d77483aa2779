import { open, stat } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { GomodError } from './errors.ts'
import { MAX_ZIP_BYTES } from './limits.ts'
import type { ProxyTransport } from './proxy.ts'
import type { RandomAccess } from './zip-source.ts'

/**
 * A folder laid out as a proxy: the go command's own download cache (`$GOMODCACHE/cache/download`) is one. Module paths
 * and versions are checked before they get here, so that none has an element that leaves the folder.
 */
export function createProxyFolder(baseUrl: string): ProxyTransport {
  const folder = fileURLToPath(baseUrl)
  return {
    get: (name, maxBytes) => readAll(inside(folder, name), maxBytes),
    open: (name) => openFile(inside(folder, name)),
  }
}

function inside(folder: string, name: string): string {
  const file = path.join(folder, name)
  if (file.startsWith(path.join(folder, path.sep))) return file
  throw new GomodError('invalid-path', `${name} leaves the folder of the proxy`)
}

async function readAll(file: string, maxBytes: number): Promise<Buffer> {
  const { size, read } = await openFile(file, maxBytes)
  return read(0, size)
}

async function openFile(file: string, maxBytes = MAX_ZIP_BYTES): Promise<RandomAccess> {
  const found = await stat(file).catch(notThere(file))
  if (!found.isFile()) throw new GomodError('not-found', `${file} is not a file`)
  if (found.size > maxBytes) throw new GomodError('too-large', `${file} has ${found.size} bytes`)
  return { size: found.size, read: (offset, length) => readPart(file, offset, length) }
}

async function readPart(file: string, offset: number, length: number): Promise<Buffer> {
  await using handle = await open(file, 'r').catch(notThere(file))
  const { bytesRead, buffer } = await handle.read({ buffer: Buffer.alloc(length), position: offset, length })
  if (bytesRead === length) return buffer
  throw new GomodError('malformed', `${file} became shorter while it was read`)
}

function notThere(file: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    const missing = error.code === 'ENOENT' || error.code === 'ENOTDIR'
    throw new GomodError(missing ? 'not-found' : 'retry-later', `${file}: ${error.message}`, { cause: error })
  }
}
