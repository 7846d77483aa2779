import { catchUp, follow } from '@mirrorwatch/pipeline/crawl'
import { Command } from 'commander'
import { interruptSignal, note } from '../cli.ts'
import { configuration, openForWork } from '../config.ts'
import { startProgress } from '../progress.ts'
import { position, sinceOption, untilOption, type WindowOptions, windowOf } from '../window.ts'

export function crawlCommand(): Command {
  return new Command('crawl')
    .description('Tails the index feed into the store, or catches up and exits.')
    .option('--once', 'read to the end of the feed and exit')
    .addOption(sinceOption())
    .addOption(untilOption())
    .addHelpText(
      'after',
      `
Without --since it goes on where it stopped; the first time it starts a day back on the public feed, and at the
beginning of any other. With --since it reads that stretch, with a place of its own to go on from, and exits.

Example: mirrorwatch crawl --since 2026-11-01 --until 2026-11-08`,
    )
    .action(async (options: WindowOptions & { once?: true }) => {
      const config = configuration()
      const window = windowOf(config, options, new Date())
      await using runtime = await openForWork(config)
      const interrupt = interruptSignal('Run the same command to go on from here.')
      using progress = startProgress('feed', 'entries')
      const onPage: Parameters<typeof catchUp>[2]['onPage'] = (totals) =>
        progress.set(totals.entries, null, `at ${position(totals.positionMicros)}`)
      const bounded = options.once === true || options.since !== undefined || options.until !== undefined
      if (!bounded) {
        note(`Following ${config.indexUrl} into ${runtime.store.where}. Ctrl-C stops.`)
        await follow(runtime.ingestDeps, window, {
          signal: interrupt.signal,
          onPage,
          onTrouble: (error, retryMs) =>
            note(`${error.message}; trying again in ${Math.round(retryMs / 1000)} s`),
        })
        return
      }
      const totals = await catchUp(runtime.ingestDeps, window, { signal: interrupt.signal, onPage })
      progress.clear()
      note(
        `Read ${totals.entries} entries up to ${position(totals.positionMicros)}: ` +
          `${totals.newModules} new modules, ${totals.newVersions} new versions${totals.skipped === 0 ? '' : `, ${totals.skipped} lines not understood`}.`,
      )
    })
}
