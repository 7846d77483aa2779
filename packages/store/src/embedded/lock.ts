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
 * Node has no `flock`, and a lock file that has to be recognised as stale and deleted can always be deleted twice by two
 * processes that start together. `node:sqlite` gives what is needed without a dependency: `begin exclusive` holds a POSIX
 * record lock, which the kernel drops the moment its process ends, however it ends. So there is no stale lock to take
 * over and no race in doing so. The file stays empty and stays there; nothing else may open it, because closing any
 * descriptor of a file drops a process's record locks on it.
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
