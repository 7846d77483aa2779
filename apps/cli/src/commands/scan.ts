import { checkModulePath } from '@mirrorwatch/gomod/paths/module-path'
import type { Runtime } from '@mirrorwatch/pipeline/service/runtime'
import { type ScanSummary, scan } from '@mirrorwatch/pipeline/service/scan'
import { scanModule } from '@mirrorwatch/pipeline/service/scan-module'
import { listFindings } from '@mirrorwatch/store/queries/findings-list'
import { failedInspections } from '@mirrorwatch/store/work/schedule'
import { Command } from 'commander'
import { exported } from '../export.ts'
import { findingsTable } from '../finding-text.ts'
import { configuration } from '../inputs/configuration.ts'
import { position, sinceOption, untilOption, type WindowOptions, windowOf } from '../inputs/window.ts'
import { EXIT, exitWith } from '../output/exit.ts'
import { note, printJson, printLine, visible } from '../output/print.ts'
import { startProgress } from '../output/progress.ts'
import { interruptSignal } from '../session/interrupt.ts'
import { openForWork } from '../session/open.ts'

export function scanCommand(): Command {
  return new Command('scan')
    .description(
      'One bounded pass, feed to findings, then exits. Exit code 1 where there are open findings of at least medium severity.',
    )
    .addOption(sinceOption())
    .addOption(untilOption())
    .option('--module <path>', 'every cached version of this one module, without the feed')
    .option('--json', 'findings as JSON objects, one a line')
    .addHelpText(
      'after',
      `
Interrupted or killed, it goes on where it stopped when it is run again.

Example: mirrorwatch scan --since 2026-11-23
Example: mirrorwatch scan --module github.com/boltdb-go/bolt`,
    )
    .action(async (options: WindowOptions & { module?: string; json?: true }) => {
      const config = configuration()
      if (options.module !== undefined) checkModulePath(options.module)
      const window = windowOf(config, options, new Date())
      await using runtime = await openForWork(config)
      const interrupt = interruptSignal('Run the same command to go on from here.')
      try {
        const summary = await runScan(runtime, (events) =>
          options.module === undefined
            ? scan(runtime, window, { ...events, signal: interrupt.signal })
            : scanModule(runtime, options.module, { ...events, signal: interrupt.signal }),
        )
        await report(runtime, summary, options)
      } finally {
        interrupt.dispose()
      }
    })
}

type Events = Omit<Parameters<typeof scan>[2], 'signal'>

/** Runs a scan with its progress shown. */
export async function runScan(
  runtime: Runtime,
  run: (events: Events) => Promise<ScanSummary>,
): Promise<ScanSummary> {
  let progress = startProgress('feed', 'entries')
  try {
    const summary = await run({
      onPage: (totals) => progress.set(totals.entries, null, `at ${position(totals.positionMicros)}`),
      onStage: (stage) => {
        progress[Symbol.dispose]()
        progress = startProgress(stage.name, 'jobs')
      },
      onProgress: (_stage, done, left) => progress.set(done, done + left),
    })
    return summary
  } finally {
    progress[Symbol.dispose]()
    runtime.log.flush()
  }
}

async function report(
  runtime: Runtime,
  summary: ScanSummary,
  options: { module?: string; json?: true },
): Promise<void> {
  const { db } = runtime.store
  const filter = options.module === undefined ? {} : { module: options.module }
  const { findings } = await listFindings(db, filter, { limit: 1000 })
  if (options.json) for (const finding of findings) await printJson(exported(finding))
  else if (findings.length > 0) for (const line of findingsTable(findings)) await printLine(line)
  note(summaryText(summary))
  await tellFailures(runtime)
  // Nothing of this run could be looked at: no findings would then say nothing at all.
  const { seen, postponed } = runtime.stageDeps.tally
  if (postponed > 0 && seen === 0) exitWith(EXIT.failed)
  const serious = findings.some((f) => f.severityRank <= 2 && f.status !== 'dismissed')
  if (serious) exitWith(EXIT.found)
}

/** What a scan did, in one line. */
export function summaryText({ crawl, done, failed }: ScanSummary): string {
  const read =
    crawl.entries === 0
      ? 'Nothing new in the feed'
      : `Read ${crawl.entries} entries (${crawl.newModules} new modules, ${crawl.newVersions} new versions)`
  const inspected = `${done['inspect'] ?? 0} inspections`
  return `${read}, ${inspected}${failed === 0 ? '' : `, ${failed} jobs failed (see the log above)`}.`
}

async function tellFailures(runtime: Runtime): Promise<void> {
  const failures = await failedInspections(runtime.store.db, 5)
  if (failures.total === 0) return
  note(`${failures.total} versions could not be inspected now and are tried again later; for example:`)
  for (const row of failures.examples)
    note(`  ${visible(row.path)}@${visible(row.version)}: ${visible(row.lastError ?? '')}`)
}
