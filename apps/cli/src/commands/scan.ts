import { findingBlocks } from '@mirrorwatch/notify/blocks/finding'
import { findingJson } from '@mirrorwatch/notify/writers/json'
import { findingsTable } from '@mirrorwatch/notify/writers/terminal'
import type { Runtime } from '@mirrorwatch/pipeline/service/runtime'
import { type ScanSummary, scan } from '@mirrorwatch/pipeline/service/scan'
import { scanListed } from '@mirrorwatch/pipeline/service/scan-listed'
import { scanModule } from '@mirrorwatch/pipeline/service/scan-module'
import { listFindings } from '@mirrorwatch/store/queries/findings-list'
import { isSetAside } from '@mirrorwatch/store/status'
import { failedInspections } from '@mirrorwatch/store/work/schedule'
import { Command, Option } from 'commander'
import { configuration } from '../inputs/configuration.ts'
import { CATALOG, readListedVersions } from '../inputs/listed-versions.ts'
import { modulePath } from '../inputs/options.ts'
import { position, sinceOption, untilOption, type WindowOptions, windowOf } from '../inputs/window.ts'
import { EXIT, exitWith } from '../output/exit.ts'
import { note, printJson, printLine, terminalStyle, visible } from '../output/print.ts'
import { startProgress } from '../output/progress.ts'
import { interruptSignal } from '../session/interrupt.ts'
import { openForWork } from '../session/open-runtime.ts'

interface Options extends WindowOptions {
  module?: string
  from?: string[]
  json?: true
}

const HELP = `
Without options it reads the feed from where it stopped last; the first time, from one day back on the public feed. If it is
interrupted, run it again: it continues where it stopped.

Examples:
  mirrorwatch scan --since 2026-11-23
  mirrorwatch scan --module github.com/boltdb-go/bolt
  mirrorwatch scan --from catalog
  mirrorwatch scan --from go.sum tools/go.sum

Exit codes: 0 nothing to report, 1 undismissed findings of medium severity or above, 2 the scan failed.`

export function scanCommand(): Command {
  return new Command('scan')
    .addOption(sinceOption())
    .addOption(untilOption())
    .addOption(
      new Option('--module <path>', 'scan every cached version of this module instead of the feed')
        .argParser(modulePath)
        .conflicts(['since', 'until', 'from']),
    )
    .addOption(
      new Option(
        '--from <source...>',
        `scan the versions of go.sum files, of folders laid out like a proxy, or of the proxy's own list ("${CATALOG}": Athens) instead of the feed`,
      ).conflicts(['since', 'until']),
    )
    .option('--json', 'print one JSON object per finding')
    .addHelpText('after', HELP)
    .action(scanOnce)
}

async function scanOnce(options: Options): Promise<void> {
  const config = configuration()
  const window = windowOf(config, options, new Date())
  await using runtime = await openForWork(config)
  const interrupt = interruptSignal('Run the same command again to continue from here.')
  try {
    const { signal } = interrupt
    const { proxy } = runtime.clients
    const listed = options.from && (await readListedVersions(options.from, proxy, signal))
    const summary = await withProgress(runtime, (events) => {
      if (listed !== undefined) return scanListed(runtime, listed, { ...events, signal })
      return options.module === undefined
        ? scan(runtime, window, { ...events, signal })
        : scanModule(runtime, options.module, { ...events, signal })
    })
    await printFindings(runtime, summary, options)
  } finally {
    interrupt.dispose()
  }
}

type Events = Omit<Parameters<typeof scan>[2], 'signal'>

/** Runs a scan and shows its progress. */
export async function withProgress(
  runtime: Runtime,
  run: (events: Events) => Promise<ScanSummary>,
): Promise<ScanSummary> {
  let progress = startProgress('feed', 'entries')
  try {
    return await run({
      onPage: (totals) => progress.set(totals.entries, null, `at ${position(totals.positionMicros)}`),
      onStage: (stage) => {
        progress[Symbol.dispose]()
        progress = startProgress(stage.name, 'jobs')
      },
      onProgress: (_stage, done, left) => progress.set(done, done + left),
    })
  } finally {
    progress[Symbol.dispose]()
    runtime.log.flush()
  }
}

async function printFindings(runtime: Runtime, summary: ScanSummary, options: Options): Promise<void> {
  const filter = options.module === undefined ? {} : { module: options.module }
  const { findings } = await listFindings(runtime.store.db, filter, { limit: 1000 })
  if (options.json) for (const finding of findings) await printJson(findingJson(finding))
  else if (findings.length > 0) {
    const blocks = findings.map((finding) => findingBlocks(finding))
    for (const line of findingsTable(blocks, terminalStyle())) await printLine(line)
  }
  note(summaryText(summary))
  await printFailures(runtime)
  // "No findings" would mislead if jobs failed, or if no version could be inspected.
  const { seen, postponed } = runtime.stageDeps.tally
  if (summary.failed > 0 || (postponed > 0 && seen === 0)) exitWith(EXIT.failed)
  const serious = findings.some((f) => f.severityRank <= 2 && !isSetAside(f.status))
  if (serious) exitWith(EXIT.found)
}

/** Says in one line what a scan did. */
export function summaryText({ crawl, done, failed }: ScanSummary): string {
  const read =
    crawl.entries === 0
      ? 'Nothing new in the feed'
      : `Read ${crawl.entries} entries (${crawl.newModules} new modules, ${crawl.newVersions} new versions)`
  const inspected = `${done['inspect'] ?? 0} inspections`
  return `${read}, ${inspected}${failed === 0 ? '' : `, ${failed} jobs failed (see the log above)`}.`
}

async function printFailures(runtime: Runtime): Promise<void> {
  const failures = await failedInspections(runtime.store.db, 5)
  if (failures.total === 0) return
  note(`${failures.total} versions could not be inspected and are retried later, for example:`)
  for (const { path, version, lastError } of failures.examples)
    note(`  ${visible(path)}@${visible(version)}: ${visible(lastError ?? '')}`)
}
