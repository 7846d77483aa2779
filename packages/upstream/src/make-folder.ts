import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'

/**
 * Makes a folder with those above it. Node's own `recursive` never ends where the kernel says that a parent is missing which is
 * there, as below /proc.
 *
 * @throws Error the system's own, about the first folder that cannot be made
 */
export function makeFolder(folder: string, mode?: number): void {
  if (existsSync(folder)) return
  const parent = path.dirname(folder)
  if (parent !== folder) makeFolder(parent, mode)
  try {
    mkdirSync(folder, mode === undefined ? {} : { mode })
  } catch (error) {
    // Another process may have made it in the meantime.
    if (!existsSync(folder)) throw error
  }
}
