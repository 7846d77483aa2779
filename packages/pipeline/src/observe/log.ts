import { AsyncLocalStorage } from 'node:async_hooks'
import { type DestinationStream, destination, type Logger, pino } from 'pino'
import type { Config } from '../config/config.ts'

export type { Logger } from 'pino'

/** Job or request in which a line of the log was written. */
export type LogContext = { job: string; stage: string } | { request: string }

const context = new AsyncLocalStorage<LogContext>()

/** Runs `work`; every line that it logs carries `about`. */
export function logAbout<T>(about: LogContext, work: () => T): T {
  return context.run(about, work)
}

/** Creates the service's log: one JSON object a line on stderr, so that stdout stays for results. */
export function createLogger(level: Config['logLevel'], stream: DestinationStream = destination(2)): Logger {
  return pino({ name: 'mirrorwatch', level, mixin: () => context.getStore() ?? {} }, stream)
}
