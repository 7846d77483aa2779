import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** File of the data folder that holds the valid link. Who may read it may read the store as well. */
const FILE = 'web-link'

/** Keeps the link for `mirrorwatch web link`. */
export function saveLink(dataDir: string, url: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const file = path.join(dataDir, FILE)
  const fresh = `${file}.${process.pid}`
  writeFileSync(fresh, `${url}\n`, { mode: 0o600 })
  renameSync(fresh, file)
}

/** Returns the link that is valid now; null where no page with this data folder has one. */
export function readLink(dataDir: string): string | null {
  try {
    return readFileSync(path.join(dataDir, FILE), 'utf8').trim()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

/** Removes a link, unless another page has replaced it. */
export function removeLink(dataDir: string, url: string): void {
  if (readLink(dataDir) === url) rmSync(path.join(dataDir, FILE), { force: true })
}
