import { createLogger } from '@mirrorwatch/pipeline/operate/log'
import { STAGES } from '@mirrorwatch/pipeline/pipeline'
import { runService } from '@mirrorwatch/pipeline/service/service'
import type { StageName } from '@mirrorwatch/pipeline/work/stage'
import { Command, InvalidArgumentError } from 'commander'
import { configuration } from '../inputs/configuration.ts'
import { note } from '../output/print.ts'
import { interruptSignal } from '../session/interrupt.ts'
import { openForWork } from '../session/open.ts'

const NAMES = STAGES.map(({ name }) => name)

export function workerCommand(): Command {
  return new Command('worker')
    .description(
      'Runs workers only: jobs that a crawler and a sweep elsewhere, or this one, have put on the queue.',
    )
    .option('--queues <names>', `only these queues, with commas: ${NAMES.join(', ')}`, stageNames, NAMES)
    .option('--no-sweep', 'do not fill the queue from what is due')
    .addHelpText('after', '\nExample: mirrorwatch worker --queues inspect,assess')
    .action(async (options: { queues: StageName[]; sweep: boolean }) => {
      const config = configuration()
      await using runtime = await openForWork(config, createLogger(config.logLevel))
      const interrupt = interruptSignal('Jobs that are not done are given to another worker.')
      note(
        `Working on ${options.queues.join(', ')}; store in ${runtime.store.where}, queue on ${runtime.queue.kind}.`,
      )
      await runService(
        runtime,
        { crawl: false, stages: options.queues, sweep: options.sweep },
        interrupt.signal,
      )
      note('Stopped.')
    })
}

function stageNames(text: string): StageName[] {
  return text.split(',').map((given) => {
    const name = NAMES.find((candidate) => candidate === given.trim())
    if (name === undefined)
      throw new InvalidArgumentError(`"${given}" is no queue; there are ${NAMES.join(', ')}.`)
    return name
  })
}
