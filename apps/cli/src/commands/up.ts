import { createLogger } from '@mirrorwatch/pipeline/operate/log'
import { probeUpstreams } from '@mirrorwatch/pipeline/operate/probe'
import { ALL_PARTS, runService } from '@mirrorwatch/pipeline/service/service'
import { Command } from 'commander'
import { configuration } from '../inputs/configuration.ts'
import { note } from '../output/print.ts'
import { interruptSignal } from '../session/interrupt.ts'
import { openForWork } from '../session/open.ts'

export function upCommand(): Command {
  return new Command('up')
    .description(
      'Runs everything in one process: crawler, workers, scheduler. Logs to stderr; Ctrl-C ends it cleanly.',
    )
    .addHelpText(
      'after',
      `
With nothing configured it keeps an embedded Postgres in .mirrorwatch/ and follows the public mirror from a day back.

Example: mirrorwatch up
Example: DATABASE_URL=postgres://… REDIS_URL=redis://… mirrorwatch up`,
    )
    .action(async () => {
      const config = configuration()
      await using runtime = await openForWork(config, createLogger(config.logLevel))
      const interrupt = interruptSignal('Nothing is lost: it goes on from here when it is started again.')
      note(
        `mirrorwatch is up: store in ${runtime.store.where}, queue on ${runtime.queue.kind}. Ctrl-C stops.`,
      )
      const told = tellUnreachable(config, interrupt.signal)
      await runService(runtime, ALL_PARTS, interrupt.signal)
      await told
      note('Stopped.')
    })
}

async function tellUnreachable(config: ReturnType<typeof configuration>, signal: AbortSignal): Promise<void> {
  for (const { name, url, fault, todo } of await probeUpstreams(config, signal)) {
    if (fault !== null && !signal.aborted)
      note(`Cannot reach the ${name} at ${url}: ${fault}\n  ${todo} Trying again, at growing intervals.`)
  }
}
