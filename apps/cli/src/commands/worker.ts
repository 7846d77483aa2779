import { STAGES } from '@mirrorwatch/pipeline/pipeline'
import { serve } from '@mirrorwatch/pipeline/service/run-process'
import type { StageName } from '@mirrorwatch/pipeline/work/queue/queue-names'
import { Command, InvalidArgumentError, Option } from 'commander'
import { configuration } from '../inputs/configuration.ts'

const QUEUES = STAGES.map(({ name }) => name)

const HELP = `
Start as many as you like beside one crawler, on the same Postgres. The log is JSON on stderr. Ctrl-C stops; unfinished jobs
go to another worker.

Example:
  mirrorwatch worker --queues inspect,assess`

export function workerCommand(): Command {
  return new Command('worker')
    .addOption(
      new Option('--queues <names>', `work on these queues only: ${QUEUES.join(',')}`)
        .argParser(queueNames)
        .default(QUEUES, 'all'),
    )
    .option('--no-sweep', 'do not put due work on the queues')
    .addHelpText('after', HELP)
    .action(({ queues, sweep }: { queues: StageName[]; sweep: boolean }) =>
      serve('mirrorwatch-worker', configuration(), { crawl: false, stages: queues, sweep }),
    )
}

function queueNames(text: string): StageName[] {
  return text.split(',').map((given) => {
    const name = QUEUES.find((candidate) => candidate === given.trim())
    if (name !== undefined) return name
    throw new InvalidArgumentError(`"${given}" is not a queue. The queues are ${QUEUES.join(', ')}.`)
  })
}
