import type { Db } from '@mirrorwatch/store/database'
import { readCursor, type FeedPage as StoredPage, savePage } from '@mirrorwatch/store/tables/feed'
import { NEW_VERSION_PRIORITY } from '@mirrorwatch/store/work/priority'
import type { FeedClient, FeedEntry, FeedPage } from '@mirrorwatch/upstream/feed/feed'
import type { FeedCursor } from '@mirrorwatch/upstream/feed/feed-cursor'
import { nextCursor } from '@mirrorwatch/upstream/feed/feed-cursor'
import type { FeedWindow } from './feed-window.ts'
import { type HeldWindow, recordProgress } from './window.ts'

export interface IngestDeps {
  db: Db
  feed: FeedClient
  clock: () => Date
  /**
   * `all` to inspect every version, `recent` for those of the last month and all of look-alikes and targets. Older ones are
   * checked by the stage baseline, for which one request each suffices.
   */
  inspect: 'all' | 'recent'
  /** Modules whose requirements are read from their go.mod: all, or look-alikes and targets. */
  countDependents: 'all' | 'watched'
}

export interface IngestedPage {
  entries: number
  newModules: number
  newVersions: number
  /** Number of malformed lines. */
  skipped: number
  /** True if the feed has nothing newer in this window. */
  caughtUp: boolean
  /**
   * Microsecond with more entries than one page can hold, of which only the first page was available; the checksum database has
   * the rest. Null if there was no such microsecond.
   */
  skippedMicrosecond: bigint | null
  positionMicros: bigint
}

/** Entries requested at once: the feed's maximum. */
export const PAGE_SIZE = 2000

/**
 * Reads the next page of a feed window and saves it with the cursor in one transaction, so that a kill at any point
 * neither loses nor doubles an entry. An empty page means `caughtUp`. Saves nothing after the lease of a `held` window is lost.
 *
 * @throws GomodError `retry-later` or `bad-response` if the feed cannot be read; PipelineError `lease-lost`.
 */
export async function ingestPage(
  deps: IngestDeps,
  window: FeedWindow,
  signal: AbortSignal,
  held?: HeldWindow,
): Promise<IngestedPage> {
  const stored = await readCursor(deps.db, window.name)
  const cursor = stored === null ? startOf(window) : asCursor(stored)
  const asked = { since: cursor.positionMicros, limit: PAGE_SIZE, includeAll: true }
  const page = await deps.feed.page(asked, signal)
  const { inside, cut } = withinWindow(page, window)
  const step = nextCursor(cursor, inside)
  const caughtUp = step.caughtUp || cut
  const saved = await deps.db.transaction().execute(async (trx) => {
    await recordProgress(trx, held, {
      entries: step.fresh.length,
      advanced: step.cursor.positionMicros - cursor.positionMicros,
      caughtUp,
      finished: caughtUp && window.untilMicros !== null,
    })
    return savePage(trx, pageOf(deps, window, step.fresh, step.cursor))
  })
  return {
    entries: step.fresh.length,
    ...saved,
    skipped: page.skipped,
    caughtUp,
    skippedMicrosecond: step.skippedMicrosecond ? cursor.positionMicros : null,
    positionMicros: step.cursor.positionMicros,
  }
}

function pageOf(deps: IngestDeps, window: FeedWindow, entries: FeedEntry[], cursor: FeedCursor): StoredPage {
  const now = deps.clock()
  return {
    feed: window.name,
    entries,
    cursor: { positionMicros: cursor.positionMicros, seenAtPosition: [...cursor.seenAtPosition] },
    schedule: inspectionsOfPage(deps.inspect, now),
    goModDueAt: now,
    goModsOf: deps.countDependents,
  }
}

/** Age from which on a version that the feed brings is not inspected for its own sake. */
const RECENT_MS = 30 * 86_400_000

/** Returns the versions of a page that need an inspection. */
export function inspectionsOfPage(
  inspect: IngestDeps['inspect'],
  now: Date,
): NonNullable<StoredPage['schedule']> {
  const unwatchedSince = inspect === 'all' ? null : new Date(now.getTime() - RECENT_MS)
  return { dueAt: now, priority: NEW_VERSION_PRIORITY, unwatchedSince }
}

function startOf(window: FeedWindow): FeedCursor {
  return { positionMicros: window.sinceMicros ?? 0n, seenAtPosition: new Set() }
}

function asCursor(stored: { positionMicros: bigint; seenAtPosition: string[] }): FeedCursor {
  return { positionMicros: stored.positionMicros, seenAtPosition: new Set(stored.seenAtPosition) }
}

/** Returns the part of a page before the window's end. The feed is in order, so later entries are outside too. */
function withinWindow(page: FeedPage, window: FeedWindow): { inside: FeedPage; cut: boolean } {
  const { untilMicros } = window
  if (untilMicros === null || page.lastMicros === null || page.lastMicros < untilMicros) {
    return { inside: page, cut: false }
  }
  const entries = page.entries.filter((entry) => entry.timestampMicros < untilMicros)
  const lastMicros = entries.at(-1)?.timestampMicros ?? null
  return { inside: { ...page, entries, lastMicros, full: false }, cut: true }
}

/** Distance before the cursor at which the tail is reread: the feed does not promise that entries become visible in order. */
const TAIL_MICROS = 600_000_000n

/**
 * Reads one page from ten minutes before the cursor, for entries that became visible late. Keeps the cursor. Returns null if
 * there is nothing to reread.
 */
export async function rereadTail(
  deps: IngestDeps,
  window: FeedWindow,
  signal: AbortSignal,
): Promise<IngestedPage | null> {
  const stored = await readCursor(deps.db, window.name)
  if (stored === null) return null
  const since = stored.positionMicros - TAIL_MICROS
  const page = await deps.feed.page(
    { since: since < 0n ? null : since, limit: PAGE_SIZE, includeAll: true },
    signal,
  )
  const entries = withinWindow(page, window).inside.entries.filter(
    (entry) => entry.timestampMicros <= stored.positionMicros,
  )
  const saved = await deps.db
    .transaction()
    .execute((trx) => savePage(trx, pageOf(deps, window, entries, asCursor(stored))))
  return {
    entries: 0,
    ...saved,
    skipped: 0,
    caughtUp: true,
    skippedMicrosecond: null,
    positionMicros: stored.positionMicros,
  }
}
