import { existsSync } from 'node:fs'
import path from 'node:path'

/** Folder of the embedded store if `MIRRORWATCH_DATA_DIR` is not set, below the current folder. */
export const DEFAULT_DATA_DIR = '.mirrorwatch'

/**
 * Returns whether a command that runs in checkouts has a store: `named` if the environment names a database or an existing data
 * folder, `unnamed` if there only is a folder of the default name, which the checkout may have brought. Reading the whole
 * configuration takes a quarter of the time of `mirrorwatch check`, which mostly runs without a store.
 */
export function storeOfCheckout(env: NodeJS.ProcessEnv, cwd: string): 'named' | 'unnamed' | 'none' {
  if (env['DATABASE_URL'] || env['DATABASE_URL_FILE']) return 'named'
  const named = env['MIRRORWATCH_DATA_DIR']
  if (named) return existsSync(path.resolve(cwd, named)) ? 'named' : 'none'
  return existsSync(path.resolve(cwd, DEFAULT_DATA_DIR)) ? 'unnamed' : 'none'
}
