import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { SpawnResult } from './spawn.ts'

const NO_SPACE = /No space left on device|Disk quota exceeded|Out of diskspace/i
/** Servers speak in git's standard error too, and are not believed about our disk. */
const SERVER_LINE = /^remote:.*$/gm
/** The text behind it is the server's, line ends included. */
const SERVER_ERROR = /remote error:/
/** With less than this left, a command that failed had no room: not all that git says then tells why. */
const LEAST_FREE_BYTES = 1024 * 1024

/**
 * For a command that failed in `dir`, a folder made for it: a full disk is ours, not the repository's, and says nothing
 * about it.
 *
 * @throws Error with `code` `ENOSPC`, as a file that is written here would, where the disk of `dir` is full or git says so.
 *   It names the folder above, so that every command says the same and a log need not repeat it.
 */
export async function throwIfDiskFull(dir: string, result: SpawnResult): Promise<void> {
  const text = result.untrustedStderr
  const said = !SERVER_ERROR.test(text) && NO_SPACE.test(text.replaceAll(SERVER_LINE, ''))
  if (!said && (await freeBytes(dir)) >= LEAST_FREE_BYTES) return
  throw Object.assign(new Error(`no space left on the disk of ${dirname(dir)}: git could not write there`), {
    code: 'ENOSPC',
  })
}

/** Reports whether an error says that a disk or a quota is full: all writers fail until there is room. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')
}

async function freeBytes(dir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dir)
  return bavail * bsize
}
