import { DatabaseSync } from 'node:sqlite'

/** A kernel-held lock on a file. */
export interface FileLock {
  release(): void
}

/** SQLite's result code for "someone else holds the lock". */
const SQLITE_BUSY = 5

/**
 * Takes the lock on `path`, or returns null where another process (or another caller in this one) has it.
 *
 * Node has no `flock`. With a lock file that is deleted once it is stale, two processes that start together can both
 * delete it. `node:sqlite` solves this without a dependency: `begin exclusive` holds a POSIX record lock, which the kernel
 * drops as soon as the process ends, even after a kill. So there is no stale lock to take over, and no race. The file stays
 * empty and is never deleted. No other code may open it, because closing any descriptor of a file drops the process's
 * record locks on it.
 */
export function tryLock(path: string): FileLock | null {
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    database.exec('begin exclusive')
  } catch (error) {
    database.close()
    if (isBusy(error)) return null
    throw error
  }
  return { release: () => database.close() }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
}
