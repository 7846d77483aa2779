import type { Config } from '@mirrorwatch/pipeline/config/config'
import { openConfiguredStore } from '@mirrorwatch/pipeline/service/configured-store'
import type { Store } from '@mirrorwatch/store/connect/connect'
import { configuration } from '../inputs/configuration.ts'
import { note } from '../output/print.ts'

/** Opens the store alone, for commands that look something up. Joins the embedded store of a running mirrorwatch. */
export function openForReading(config: Config = configuration()): Promise<Store> {
  return openConfiguredStore(config, 'mirrorwatch-cli', note)
}
