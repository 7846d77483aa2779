import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'

/** The process that runs the embedded store of a data folder. For information only: the lock decides ownership. */
export interface Owner {
  pid: number
  /** ISO 8601, UTC. */
  startedAt: string
  /** Folder of the socket. */
  socketFolder: string
}

export function writeOwner(path: string, owner: Owner): void {
  const draft = `${path}.${owner.pid}`
  writeFileSync(draft, `${JSON.stringify(owner)}\n`, { mode: 0o600 })
  renameSync(draft, path)
}

/** Reads the owner file. Returns null if it is missing or unreadable. */
export function readOwner(path: string): Owner | null {
  try {
    const untrustedOwner: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return isOwner(untrustedOwner) ? untrustedOwner : null
  } catch {
    // The file is missing or being replaced, so the owner is unknown.
    return null
  }
}

function isOwner(value: unknown): value is Owner {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'startedAt' in value &&
    typeof value.startedAt === 'string' &&
    'socketFolder' in value &&
    typeof value.socketFolder === 'string'
  )
}

export function removeOwner(path: string): void {
  rmSync(path, { force: true })
}
