import { existsSync } from 'node:fs'
import path from 'node:path'

/** Folder of the embedded store if `MIRRORWATCH_DATA_DIR` is not set, below the current folder. */
export const DEFAULT_DATA_DIR = '.mirrorwatch'

/**
 * Returns true if the environment names a database, or if there is a data folder. Reading the whole configuration takes a
 * quarter of the time of `mirrorwatch check`, which mostly runs where neither is.
 */
export function mayHaveStore(env: NodeJS.ProcessEnv, cwd: string): boolean {
  if (env['DATABASE_URL'] || env['DATABASE_URL_FILE']) return true
  return existsSync(path.resolve(cwd, env['MIRRORWATCH_DATA_DIR'] || DEFAULT_DATA_DIR))
}
