import { pauseUnlessAborted } from '@mirrorwatch/upstream/http/pause'
import type { FeedWindow } from './feed-window.ts'
import { type IngestDeps, type IngestedPage, ingestPage, rereadTail } from './ingest.ts'
import { retrying } from './retrying.ts'
import type { HeldWindow } from './window.ts'

export interface CrawlTotals {
  pages: number
  entries: number
  newModules: number
  newVersions: number
  skipped: number
  /** Timestamp of the last entry, microseconds since 1970; null if nothing was read. */
  positionMicros: bigint | null
}

export type OnPage = (totals: CrawlTotals, page: IngestedPage) => void

export interface CatchUpOptions {
  signal: AbortSignal
  onPage?: OnPage
  /** The window's lease, if several crawlers may want it. */
  held?: HeldWindow
}

/**
 * Reads a window of the feed from its cursor to its end and saves each page. Reads the tail of a window without an end once
 * more.
 */
export async function catchUp(
  deps: IngestDeps,
  window: FeedWindow,
  { signal, onPage, held }: CatchUpOptions,
): Promise<CrawlTotals> {
  let totals = NOTHING
  for (;;) {
    signal.throwIfAborted()
    const page = await ingestPage(deps, window, signal, held)
    totals = plus(totals, page)
    onPage?.(totals, page)
    // A finished window lies in the past, where no entry arrives late.
    if (page.caughtUp && held !== undefined && window.untilMicros !== null) return totals
    if (page.caughtUp) return plus(totals, await rereadTail(deps, window, signal))
  }
}

/** Poll interval at the end of the feed: a page fills in about an hour, but a look-alike should not wait that long. */
const POLL_MS = 60_000

export interface FollowEvents {
  onPage: OnPage
  /** Reports that the feed could not be read; the next attempt is in `retryMs`. */
  onTrouble: (error: Error, retryMs: number) => void
}

/**
 * Follows a feed until `signal` fires. Reports and retries every failure of the feed.
 *
 * @throws PipelineError `lease-lost`
 */
export async function follow(
  deps: IngestDeps,
  window: FeedWindow,
  { signal, onPage, onTrouble, held }: FollowEvents & { signal: AbortSignal; held: HeldWindow },
): Promise<void> {
  while (!signal.aborted) {
    await retrying({ signal, onTrouble }, () => catchUp(deps, window, { signal, onPage, held }))
    await pauseUnlessAborted(POLL_MS, signal)
  }
}

const NOTHING: CrawlTotals = {
  pages: 0,
  entries: 0,
  newModules: 0,
  newVersions: 0,
  skipped: 0,
  positionMicros: null,
}

function plus(totals: CrawlTotals, page: IngestedPage | null): CrawlTotals {
  if (page === null) return totals
  return {
    pages: totals.pages + 1,
    entries: totals.entries + page.entries,
    newModules: totals.newModules + page.newModules,
    newVersions: totals.newVersions + page.newVersions,
    skipped: totals.skipped + page.skipped,
    positionMicros: page.positionMicros,
  }
}
