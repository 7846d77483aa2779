import { savePage } from '@mirrorwatch/store/tables/feed'
import type { ModuleVersion } from '@mirrorwatch/upstream/proxy/proxy-folder'
import type { CrawlTotals } from '../crawl/crawl.ts'
import { inspectionsOfPage, PAGE_SIZE } from '../crawl/ingest.ts'
import type { Runtime } from './runtime.ts'
import { runStages, type ScanEvents, type ScanSummary } from './scan.ts'

/** Name under which the store keeps the position of lists. They have no order, so it is the time of the last one. */
const LIST_FEED = 'listed versions'

/** Runs one bounded pass over these versions instead of over a feed: for proxies without an index. Known ones are left as they are. */
export async function scanListed(
  runtime: Runtime,
  versions: readonly ModuleVersion[],
  { signal, ...events }: ScanEvents & { signal: AbortSignal },
): Promise<ScanSummary> {
  const crawl = await saveListed(runtime, versions, signal)
  return runStages(runtime, crawl, { signal, ...events })
}

/** Saves versions as if a feed had brought them now; a feed's own, earlier times win when it does. */
async function saveListed(
  { db, clock, config }: Runtime,
  versions: readonly ModuleVersion[],
  signal: AbortSignal,
): Promise<CrawlTotals> {
  const now = clock()
  const positionMicros = BigInt(now.getTime()) * 1000n
  const totals = {
    pages: 0,
    entries: versions.length,
    newModules: 0,
    newVersions: 0,
    skipped: 0,
    positionMicros,
  }
  for (let at = 0; at < versions.length; at += PAGE_SIZE) {
    signal.throwIfAborted()
    const entries = versions.slice(at, at + PAGE_SIZE).map(({ module, version }) => ({
      path: module,
      version,
      timestampMicros: positionMicros,
    }))
    const saved = await db.transaction().execute((trx) =>
      savePage(trx, {
        feed: LIST_FEED,
        entries,
        cursor: { positionMicros, seenAtPosition: [] },
        schedule: inspectionsOfPage('all', now),
        goModDueAt: now,
        goModsOf: config.countDependents,
      }),
    )
    totals.pages++
    totals.newModules += saved.newModules
    totals.newVersions += saved.newVersions
  }
  return totals
}
