import { clearInterval, setInterval } from 'node:timers'
import { type CrawlTotals, catchUp } from '@mirrorwatch/pipeline/crawl/crawl'
import { crawlOnce, paces } from '@mirrorwatch/pipeline/crawl/crawler'
import { paceText } from '@mirrorwatch/pipeline/crawl/progress'
import { crawlOf } from '@mirrorwatch/pipeline/crawl/readers'
import { createLogger } from '@mirrorwatch/pipeline/operate/log'
import type { Runtime } from '@mirrorwatch/pipeline/service/runtime'
import { runService } from '@mirrorwatch/pipeline/service/service'
import { Command } from 'commander'
import { configuration } from '../inputs/configuration.ts'
import { position, sinceOption, untilOption, type WindowOptions, windowOf } from '../inputs/window.ts'
import { note } from '../output/print.ts'
import { startProgress } from '../output/progress.ts'
import { interruptSignal } from '../session/interrupt.ts'
import { openForWork } from '../session/open.ts'

export function crawlCommand(): Command {
  return new Command('crawl')
    .description('Tails the index feed and the checksum database into the store, or catches up and exits.')
    .option('--once', 'read to the end of both and exit')
    .addOption(sinceOption())
    .addOption(untilOption())
    .addHelpText(
      'after',
      `
Without --since it goes on where it stopped; the first time it starts a day back on the public feed, and at the
beginning of any other. MIRRORWATCH_BACKFILL_SINCE has it read the past beside that. With --since it reads that
stretch of the feed alone, with a place of its own to go on from, and exits.

Example: mirrorwatch crawl --since 2026-11-01 --until 2026-11-08
Example: MIRRORWATCH_BACKFILL_SINCE=2019-04-10 mirrorwatch crawl`,
    )
    .action(async (options: WindowOptions & { once?: true }) => {
      const config = configuration()
      const window = windowOf(config, options, new Date())
      const isStretch = options.since !== undefined || options.until !== undefined
      const follows = !isStretch && options.once !== true
      await using runtime = await openForWork(config, ...(follows ? [createLogger(config.logLevel)] : []))
      const { signal } = interruptSignal('Run the same command to go on from here.')
      if (follows) {
        note(`Following ${config.indexUrl} into ${runtime.store.where}. Ctrl-C stops.`)
        await runService(runtime, { crawl: true, stages: [], sweep: false }, signal)
        return
      }
      tellTotals(isStretch ? await readStretch(runtime, window, signal) : await readAll(runtime, signal))
    })
}

async function readStretch(
  runtime: Runtime,
  window: ReturnType<typeof windowOf>,
  signal: AbortSignal,
): Promise<CrawlTotals> {
  using progress = startProgress('feed', 'entries')
  return await catchUp(runtime.ingestDeps, window, {
    signal,
    onPage: (totals) => progress.set(totals.entries, null, `at ${position(totals.positionMicros)}`),
  })
}

const LOOK_MS = 1_000

/** The feed, its past and the checksum database at the same time; what is shown of them takes turns. */
async function readAll(runtime: Runtime, signal: AbortSignal): Promise<CrawlTotals> {
  const crawl = crawlOf(runtime)
  using progress = startProgress('crawl', 'entries')
  let read = 0
  let turn = 0
  const look = async (): Promise<void> => {
    // What cannot be read now is told by the crawl itself.
    const now = await paces(crawl, Date.now()).catch(() => [])
    const busy = now.filter((pace) => pace.perSecond !== null)
    const shown = busy[turn++ % Math.max(1, busy.length)]
    if (shown !== undefined) progress.set(read, null, paceText(shown))
  }
  const timer = setInterval(() => void look(), LOOK_MS)
  try {
    return await crawlOnce(crawl, signal, {
      onPage: (_totals, page) => {
        read += page.entries
      },
      onLogPage: ({ records }) => {
        read += records
      },
    })
  } finally {
    clearInterval(timer)
    progress.clear()
    for (const pace of await paces(crawl, Date.now())) note(paceText(pace))
  }
}

function tellTotals({ entries, positionMicros, newModules, newVersions, skipped }: CrawlTotals): void {
  note(
    `Read ${entries} entries up to ${position(positionMicros)}: ` +
      `${newModules} new modules, ${newVersions} new versions${skipped === 0 ? '' : `, ${skipped} lines not understood`}.`,
  )
}
