import type { Config } from '@mirrorwatch/pipeline/config/config'
import { createLogger, type Logger } from '@mirrorwatch/pipeline/observe/log'
import { openRuntime, type Runtime } from '@mirrorwatch/pipeline/service/runtime'
import { configuration } from '../inputs/configuration.ts'
import { note } from '../output/print.ts'

/** Opens store, queue and clients, for commands that do the work of the service. */
export async function openForWork(
  config: Config = configuration(),
  { log = quietLog(config), clock }: { log?: Logger; clock?: () => Date } = {},
): Promise<Runtime> {
  return openRuntime(config, { log, onTrouble: note, ...(clock === undefined ? {} : { clock }) })
}

/** Creates a log that holds errors alone unless a level is set: commands show progress and results instead. */
function quietLog(config: Config): Logger {
  return createLogger(process.env['MIRRORWATCH_LOG_LEVEL'] ? config.logLevel : 'error')
}
