import { setTimeout as sleep } from 'node:timers/promises'
import { isGomodError } from '@mirrorwatch/gomod/errors'
import type { FeedWindow } from './feed-window.ts'
import { type IngestDeps, type IngestedPage, ingestPage, rereadTail } from './stages/1-ingest.ts'

export interface CrawlTotals {
  pages: number
  entries: number
  newModules: number
  newVersions: number
  skipped: number
  /** Timestamp of the last entry, microseconds since 1970; null where nothing was read. */
  positionMicros: bigint | null
}

export type OnPage = (totals: CrawlTotals, page: IngestedPage) => void

/** Reads a window of the feed from its cursor to its end. What was read is saved page by page. */
export async function catchUp(
  deps: IngestDeps,
  window: FeedWindow,
  { signal, onPage }: { signal: AbortSignal; onPage?: OnPage },
): Promise<CrawlTotals> {
  let totals = NOTHING
  for (;;) {
    signal.throwIfAborted()
    const page = await ingestPage(deps, window, signal)
    totals = plus(totals, page)
    onPage?.(totals, page)
    if (page.caughtUp) return plus(totals, await rereadTail(deps, window, signal))
  }
}

/** How long to wait after the end of the feed: a page fills in about an hour, a look-alike should not wait that long. */
const POLL_MS = 60_000
const FIRST_BACKOFF_MS = 5_000
const LAST_BACKOFF_MS = 300_000

export interface FollowEvents {
  onPage: OnPage
  /** The feed could not be read; the next try is in `retryMs`. */
  onTrouble: (error: Error, retryMs: number) => void
}

/** Follows a feed until `signal` fires. Whatever is wrong with the feed is told and tried again. */
export async function follow(
  deps: IngestDeps,
  window: FeedWindow,
  { signal, onPage, onTrouble }: FollowEvents & { signal: AbortSignal },
): Promise<void> {
  let troubles = 0
  while (!signal.aborted) {
    let waitMs = POLL_MS
    try {
      await catchUp(deps, window, { signal, onPage })
      troubles = 0
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof Error)) throw error
      const asked = isGomodError(error) ? (error.retryAfterMs ?? 0) : 0
      waitMs = Math.max(asked, Math.min(FIRST_BACKOFF_MS * 2 ** troubles, LAST_BACKOFF_MS))
      troubles = Math.min(troubles + 1, 10)
      onTrouble(error, waitMs)
    }
    await pause(waitMs, signal)
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal, ref: true })
  } catch (error) {
    if (!signal.aborted) throw error
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
