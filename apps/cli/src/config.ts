import type { Config } from '@mirrorwatch/pipeline/config/config'
import { createLogger, type Logger } from '@mirrorwatch/pipeline/operate/log'
import { openConfiguredStore, openRuntime, type Runtime } from '@mirrorwatch/pipeline/service/runtime'
import type { Store } from '@mirrorwatch/store/connect/connect'
import { configuration } from './config-only.ts'

export { configuration } from './config-only.ts'

/** Everything, for commands that do the work themselves. Their log is quiet: they have progress and results instead. */
export async function openForWork(
  config: Config = configuration(),
  log: Logger = quietLog(config),
): Promise<Runtime> {
  return openRuntime(config, { log })
}

/** The store alone, for commands that look something up. Joins a running mirrorwatch where there is one. */
export function openForReading(config: Config = configuration()): Promise<Store> {
  return openConfiguredStore(config, 'mirrorwatch-cli')
}

function quietLog(config: Config): Logger {
  return createLogger(process.env['MIRRORWATCH_LOG_LEVEL'] ? config.logLevel : 'error')
}
