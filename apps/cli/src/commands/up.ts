import { serve } from '@mirrorwatch/pipeline/service/run-process'
import { ALL_PARTS } from '@mirrorwatch/pipeline/service/service'
import { Command } from 'commander'
import { configuration } from '../inputs/configuration.ts'

const HELP = `
Without configuration, the store is an embedded Postgres in .mirrorwatch/, and the crawler starts one day back on the public
feed. The log is JSON, one object a line, on stderr. Ctrl-C stops; nothing is lost, the next start continues from there.

Examples:
  mirrorwatch up
  DATABASE_URL=postgres://… REDIS_URL=redis://… mirrorwatch up`

export function upCommand(): Command {
  return new Command('up')
    .description('Run the whole service in one process: crawler, workers, scheduler.')
    .addHelpText('after', HELP)
    .action(() => serve('mirrorwatch', configuration(), ALL_PARTS))
}
