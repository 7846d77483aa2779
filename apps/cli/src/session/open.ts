import type { Config } from '@mirrorwatch/pipeline/config/config'
import { createLogger, type Logger } from '@mirrorwatch/pipeline/observe/log'
import { openConfiguredStore, openRuntime, type Runtime } from '@mirrorwatch/pipeline/service/runtime'
import type { Store } from '@mirrorwatch/store/connect/connect'
import { configuration } from '../inputs/configuration.ts'
import { note } from '../output/print.ts'

/** Opens store, queue and clients, for commands that do the work of the service. */
export async function openForWork(
  config: Config = configuration(),
  log: Logger = quietLog(config),
): Promise<Runtime> {
  return openRuntime(config, { log, onTrouble: note })
}

/** Opens the store alone, for commands that look something up. Joins the embedded store of a running mirrorwatch. */
export function openForReading(config: Config = configuration()): Promise<Store> {
  return openConfiguredStore(config, 'mirrorwatch-cli', note)
}

/** Creates a log that holds errors alone unless a level is set: commands show progress and results instead. */
function quietLog(config: Config): Logger {
  return createLogger(process.env['MIRRORWATCH_LOG_LEVEL'] ? config.logLevel : 'error')
}
