import { isGomodError } from '@mirrorwatch/gomod/errors'
import { createListClient } from '@mirrorwatch/pipeline/service/clients'
import { DEFAULT_MIN_DEPENDENTS } from '@mirrorwatch/pipeline/targets/ecosystems'
import { type RefreshSummary, refreshTargets } from '@mirrorwatch/pipeline/targets/refresh'
import { seedTargets } from '@mirrorwatch/pipeline/targets/seed-targets'
import { countTargets } from '@mirrorwatch/store/tables/targets'
import { Command } from 'commander'
import { configuration } from '../inputs/configuration.ts'
import { wholeNumber } from '../inputs/options.ts'
import { CliError } from '../output/exit.ts'
import { note, printJson } from '../output/print.ts'
import { startProgress } from '../output/progress.ts'
import { interruptSignal } from '../session/interrupt.ts'
import { openForReading } from '../session/open-store.ts'

interface Options {
  minDependents: number
  limit?: number
  restart?: true
  url?: string
  json?: true
}

const HELP = `
Asks packages.ecosyste.ms (--url or MIRRORWATCH_ECOSYSTEMS_URL for another address) for the modules that most others
depend on, 100 at a time, one request a second. Each page is saved as it comes: stopped in the middle, the next run goes
on after it, within a day. Targets that are not on the list stay.

Example: MIRRORWATCH_USER_AGENT='mirrorwatch (ops@example.com)' mirrorwatch targets refresh --min-dependents 50`

/** Note about the matching of new targets. */
export const BACKWARDS =
  'New ones are matched with every module known by the next scan, or by a running service.'

export function refreshCommand(): Command {
  return new Command('refresh')
    .description('Gets the most used modules and their figures from ecosyste.ms.')
    .option(
      '--min-dependents <n>',
      'end where modules have fewer dependents',
      wholeNumber(1),
      DEFAULT_MIN_DEPENDENTS,
    )
    .option('--limit <n>', 'read at most this many modules', wholeNumber(1))
    .option('--restart', 'begin at the first page, also where a run was interrupted')
    .option('--url <url>', 'base URL of the service')
    .option('--json', 'the result as JSON')
    .addHelpText('after', HELP)
    .action(refresh)
}

async function refresh(options: Options): Promise<void> {
  const env = options.url === undefined ? {} : { MIRRORWATCH_ECOSYSTEMS_URL: options.url }
  const config = configuration({ ...process.env, ...env })
  await using store = await openForReading(config)
  await seedTargets(store.db, new Date())
  await using http = createListClient(config)
  using progress = startProgress('refreshing', 'targets')
  const interrupt = interruptSignal('What was read is kept; the next run goes on after it.')
  let last: RefreshSummary | undefined
  const onPage = (summary: RefreshSummary): void => {
    last = summary
    progress.set(summary.modules, options.limit ?? null, `down to ${summary.least} dependents`)
  }
  try {
    const { minDependents, limit, restart } = options
    const summary = await refreshTargets(
      { db: store.db, http, clock: () => new Date() },
      {
        service: config.ecosystemsUrl,
        minDependents,
        ...(limit === undefined ? {} : { limit }),
        ...(restart === undefined ? {} : { restart }),
        signal: interrupt.signal,
        onPage,
      },
    )
    progress.clear()
    await tell(summary, config.ecosystemsUrl, await countTargets(store.db), options.json === true)
  } catch (error) {
    progress.clear()
    throw explained(error, last)
  } finally {
    interrupt.dispose()
  }
}

async function tell(summary: RefreshSummary, service: string, targets: number, json: boolean): Promise<void> {
  const { modules, added, skipped, resumedAfter, page, least } = summary
  if (json) await printJson({ service, ...summary, targets })
  if (resumedAfter > 0) note(`Went on after page ${resumedAfter} of an interrupted run.`)
  if (skipped > 0) note(`${skipped} entries are no module paths or have no figure; they were left out.`)
  const down = least === null ? '' : `, down to ${least} dependents`
  note(`${modules} modules (pages up to ${page})${down}; ${added} new targets, ${targets} in all.`)
  if (added > 0) note(BACKWARDS)
}

/** Adds to an upstream's error the number of modules already saved, and the time to wait before the next attempt. */
function explained(error: unknown, last: RefreshSummary | undefined): unknown {
  if (!isGomodError(error)) return error
  const kept = last === undefined ? '' : ` ${last.modules} modules are kept.`
  const wait = error.retryAfterMs === undefined ? '' : ` in ${Math.ceil(error.retryAfterMs / 1000)} s`
  const again =
    error.code === 'retry-later'
      ? `Run it again${wait}; it goes on where it stopped.`
      : 'Is it the address of an ecosyste.ms packages service? --url or MIRRORWATCH_ECOSYSTEMS_URL sets it.'
  return new CliError(error.message, { todo: `${again}${kept}`, cause: error })
}
