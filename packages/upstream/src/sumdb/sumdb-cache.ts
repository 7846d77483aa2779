import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { errorCode, GomodError } from '@mirrorwatch/gomod/errors'

/** Largest cached answer: a tile of records. */
const MAX_BYTES = 4 * 1024 * 1024

/** Answers of a checksum database that never change: tiles and records. Their proofs are checked each time they are used. */
export interface SumdbCache {
  read(name: string): Promise<Buffer | null>
  write(name: string, bytes: Buffer): Promise<void>
}

/**
 * Creates a cache in a folder of the user's, laid out like that of the go command. A fault of the disk costs time, not an
 * answer: it is reported once, and the database is asked instead.
 *
 * @param onTrouble receives the reason why answers are not kept
 */
export function createSumdbCache(folder: string, onTrouble: (message: string) => void): SumdbCache {
  let isBroken = false
  const giveUp = (error: unknown): void => {
    if (!isBroken)
      onTrouble(`answers of the checksum database are not kept in ${folder} (${errorCode(error)})`)
    isBroken = true
  }
  return {
    async read(name) {
      const file = fileOf(folder, name)
      try {
        return (await stat(file)).size > MAX_BYTES ? null : await readFile(file)
      } catch (error) {
        if (!isAbsent(error)) giveUp(error)
        return null
      }
    },
    async write(name, bytes) {
      if (isBroken) return
      const file = fileOf(folder, name)
      try {
        await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
        // Another process may write the same answer: each writes a separate file, and the last one stays.
        const temporary = `${file}.${randomUUID()}`
        await writeFile(temporary, bytes, { mode: 0o600 })
        await rename(temporary, file)
      } catch (error) {
        // A module path may be longer than a file name can be.
        if (errorCode(error) !== 'ENAMETOOLONG') giveUp(error)
      }
    },
  }
}

/** Names are escaped paths of the database's own addresses; the check costs nothing. */
function fileOf(folder: string, name: string): string {
  const file = path.join(folder, name)
  if (file.startsWith(path.join(folder, path.sep))) return file
  throw new GomodError('invalid-path', `checksum database: ${JSON.stringify(name)} leads out of the cache`)
}

function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'EISDIR'].includes(errorCode(error))
}
