import { openStore, type Store } from '@mirrorwatch/store/connect/connect'
import type { Config } from '../config/config.ts'

/** Opens the store that the configuration names. */
export function openConfiguredStore(
  config: Config,
  applicationName = 'mirrorwatch',
  onTrouble?: (message: string) => void,
): Promise<Store> {
  return openStore({
    dataDir: config.dataDir,
    applicationName,
    onTrouble,
    ...(config.databaseUrl === null ? {} : { databaseUrl: config.databaseUrl }),
  })
}
