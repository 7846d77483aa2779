import { setTimeout as sleep } from 'node:timers/promises'
import { isGomodError } from '@mirrorwatch/gomod/errors'
import { isPipelineError } from '../errors.ts'
import type { FeedWindow } from './feed-window.ts'
import { type IngestDeps, type IngestedPage, ingestPage, rereadTail } from './ingest.ts'
import type { HeldLease } from './lease.ts'

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

export interface CatchUpOptions {
  signal: AbortSignal
  onPage?: OnPage
  /** The claim on the window, where several crawlers may want it. */
  lease?: HeldLease
}

/**
 * Reads a window of the feed from its cursor to its end. What was read is saved page by page. The tail of a window without
 * an end is read once more.
 */
export async function catchUp(
  deps: IngestDeps,
  window: FeedWindow,
  { signal, onPage, lease }: CatchUpOptions,
): Promise<CrawlTotals> {
  let totals = NOTHING
  for (;;) {
    signal.throwIfAborted()
    const page = await ingestPage(deps, window, signal, lease)
    totals = plus(totals, page)
    onPage?.(totals, page)
    // A window that was finished under a lease lies in the past, where nothing comes late any more.
    if (page.caughtUp && lease !== undefined && window.untilMicros !== null) return totals
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

/**
 * Follows a feed until `signal` fires. Whatever is wrong with the feed is told and tried again.
 *
 * @throws PipelineError `lease-lost`
 */
export async function follow(
  deps: IngestDeps,
  window: FeedWindow,
  { signal, onPage, onTrouble, lease }: FollowEvents & { signal: AbortSignal; lease?: HeldLease },
): Promise<void> {
  let troubles = 0
  while (!signal.aborted) {
    let waitMs = POLL_MS
    try {
      await catchUp(deps, window, { signal, onPage, ...(lease === undefined ? {} : { lease }) })
      troubles = 0
    } catch (error) {
      if (signal.aborted) return
      if (isPipelineError(error, 'lease-lost')) throw error
      if (!(error instanceof Error)) throw error
      const asked = isGomodError(error) ? (error.retryAfterMs ?? 0) : 0
      waitMs = Math.max(asked, Math.min(FIRST_BACKOFF_MS * 2 ** troubles, LAST_BACKOFF_MS))
      troubles = Math.min(troubles + 1, 10)
      onTrouble(error, waitMs)
    }
    await pause(waitMs, signal)
  }
}

/** Waits; returns early, without an error, when `signal` fires. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
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
