import { clearInterval, setInterval } from 'node:timers'
import { type CrawlTotals, catchUp } from '@mirrorwatch/pipeline/crawl/crawl'
import { crawlOnce, paces } from '@mirrorwatch/pipeline/crawl/crawler'
import type { FeedWindow } from '@mirrorwatch/pipeline/crawl/feed-window'
import { paceText } from '@mirrorwatch/pipeline/crawl/progress'
import { crawlOf } from '@mirrorwatch/pipeline/crawl/readers'
import { serve } from '@mirrorwatch/pipeline/service/run-process'
import type { Runtime } from '@mirrorwatch/pipeline/service/runtime'
import { Command } from 'commander'
import { configuration } from '../inputs/configuration.ts'
import { position, sinceOption, untilOption, type WindowOptions, windowOf } from '../inputs/window.ts'
import { note } from '../output/print.ts'
import { startProgress } from '../output/progress.ts'
import { interruptSignal } from '../session/interrupt.ts'
import { openForWork } from '../session/open-runtime.ts'

const HELP = `
Without options it follows both feeds until it is stopped, starting where it stopped last. The first time, it starts one day
back on the public feed and at the beginning of any other. Set MIRRORWATCH_BACKFILL_SINCE to read the past as well.

With --since or --until it reads that part of the index feed alone, and exits. Run again, it continues where it stopped.

Examples:
  mirrorwatch crawl --once
  mirrorwatch crawl --since 2026-11-01 --until 2026-11-08
  MIRRORWATCH_BACKFILL_SINCE=2019-04-10 mirrorwatch crawl`

export function crawlCommand(): Command {
  return new Command('crawl')
    .option('--once', 'read both to their end and exit')
    .addOption(sinceOption())
    .addOption(untilOption())
    .addHelpText('after', HELP)
    .action(crawl)
}

async function crawl(options: WindowOptions & { once?: true }): Promise<void> {
  const config = configuration()
  const window = windowOf(config, options, new Date())
  const isPart = options.since !== undefined || options.until !== undefined
  if (!isPart && options.once !== true) {
    await serve('mirrorwatch-crawler', config, { crawl: true, stages: [], sweep: false })
    return
  }
  await using runtime = await openForWork(config)
  const { signal } = interruptSignal('Run the same command again to continue from here.')
  printTotals(isPart ? await readPart(runtime, window, signal) : await readAll(runtime, signal))
}

async function readPart(runtime: Runtime, window: FeedWindow, signal: AbortSignal): Promise<CrawlTotals> {
  using progress = startProgress('feed', 'entries')
  return await catchUp(runtime.ingestDeps, window, {
    signal,
    onPage: (totals) => progress.set(totals.entries, null, `at ${position(totals.positionMicros)}`),
  })
}

/** Interval at which the progress line switches to the next reader. */
const NEXT_READER_MS = 1_000

/** Reads the feed, its past and the checksum database at the same time; the progress line shows them in turn. */
async function readAll(runtime: Runtime, signal: AbortSignal): Promise<CrawlTotals> {
  const crawling = crawlOf(runtime)
  using progress = startProgress('crawl', 'entries')
  let read = 0
  let turn = 0
  const showNext = async (): Promise<void> => {
    // A store that does not answer fails the crawl itself, which reports it.
    const all = await paces(crawling, Date.now()).catch(() => [])
    const busy = all.filter((pace) => pace.perSecond !== null)
    const next = busy[turn++ % Math.max(1, busy.length)]
    if (next !== undefined) progress.set(read, null, paceText(next))
  }
  const timer = setInterval(() => void showNext(), NEXT_READER_MS)
  try {
    return await crawlOnce(crawling, signal, {
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
    for (const pace of await paces(crawling, Date.now())) note(paceText(pace))
  }
}

function printTotals({ entries, positionMicros, newModules, newVersions, skipped }: CrawlTotals): void {
  const read = `Read ${entries} entries up to ${position(positionMicros)}`
  const unreadable = skipped === 0 ? '' : `, ${skipped} unreadable lines skipped`
  note(`${read}: ${newModules} new modules, ${newVersions} new versions${unreadable}.`)
}
