import { type DestinationStream, destination, type Logger, pino } from 'pino'
import type { Config } from './config.ts'

export type { Logger } from 'pino'

/** The service's log: one JSON object a line on stderr, so that stdout stays for results. */
export function createLogger(level: Config['logLevel'], stream: DestinationStream = destination(2)): Logger {
  return pino({ name: 'mirrorwatch', level }, stream)
}
