import type { Db } from '@mirrorwatch/store/database'
import { readCursor } from '@mirrorwatch/store/tables/feed'
import { type SavedListing, saveListing } from '@mirrorwatch/store/tables/listing'
import type { StoredWindow } from '@mirrorwatch/store/work/windows'
import type { FeedClient, FeedEntry, FeedPage } from '@mirrorwatch/upstream/feed/feed'
import { type HeldWindow, recordProgress } from './window.ts'

export interface ListedDeps {
  db: Db
  feed: FeedClient
  clock: () => Date
}

export interface ListedPage extends SavedListing {
  entries: number
  finished: boolean
  positionMicros: bigint
}

/**
 * Comparison of both feeds for one stretch. `judged` are the entries that the two pages cover; only the complete feed lists
 * those in `missing`.
 */
export interface Comparison {
  listed: FeedEntry[]
  missing: FeedEntry[]
  /** Start of the next stretch, inclusive; null at the end of the feed. */
  next: bigint | null
}

/**
 * Compares a page of the complete feed with a page of the default one, both requested `since` the same time. Pure. The default
 * feed has fewer entries, so its page reaches at least as far unless it ends. The last timestamp of a full page is left to the
 * next stretch, which starts with it, because the rest of its entries may be on the next page.
 */
export function compareListings(since: bigint, all: FeedPage, listed: FeedPage): Comparison {
  const last = all.lastMicros
  if (last === null) return { listed: [], missing: [], next: null }
  const reach = listed.full ? (listed.lastMicros ?? since) : null
  // A page of one timestamp cannot be paged through, so entries that neither page holds in full are not judged.
  const end = all.full ? last : last + 1n
  const bound = reach !== null && reach < end ? reach : end
  const here = new Set(listed.entries.map(key))
  const judged = all.entries.filter((entry) => entry.timestampMicros < bound)
  return {
    listed: judged.filter((entry) => here.has(key(entry))),
    missing: judged.filter((entry) => !here.has(key(entry))),
    next: nextStart(since, bound, all.full || bound < end),
  }
}

function nextStart(since: bigint, bound: bigint, more: boolean): bigint | null {
  if (!more) return null
  return bound > since ? bound : since + 1n
}

function key({ path, version }: FeedEntry): string {
  return `${path}@${version}`
}

/**
 * Reads one stretch of both feeds, saves what was taken down, and moves the round's cursor.
 *
 * @throws GomodError where the feed cannot be read; PipelineError `lease-lost`
 */
export async function readListedPage(
  deps: ListedDeps,
  window: StoredWindow,
  held: HeldWindow,
  signal: AbortSignal,
): Promise<ListedPage> {
  const since = (await readCursor(deps.db, window.name))?.positionMicros ?? window.since
  // The complete page comes first: an entry that appears between the two requests is in the second, so it is not reported missing.
  const all = await deps.feed.page({ since, includeAll: true }, signal)
  const listed = await deps.feed.page({ since, includeAll: false }, signal)
  const compared = compareListings(since, within(all, window.until), listed)
  const next = compared.next ?? window.until ?? since
  const finished = compared.next === null || (window.until !== null && next >= window.until)
  const entries = compared.listed.length + compared.missing.length
  const saved = await deps.db.transaction().execute(async (trx) => {
    await recordProgress(trx, held, { entries, advanced: next - since, caughtUp: finished, finished })
    const { missing } = compared
    return saveListing(
      trx,
      { feed: window.name, missing, listed: compared.listed, nextMicros: next },
      deps.clock(),
    )
  })
  return { ...saved, entries, finished, positionMicros: next }
}

/** Returns the part before the end of the round: one feed may list younger entries a little before the other. */
function within(page: FeedPage, until: bigint | null): FeedPage {
  if (until === null || page.lastMicros === null || page.lastMicros < until) return page
  const entries = page.entries.filter((entry) => entry.timestampMicros < until)
  return { ...page, entries, lastMicros: entries.at(-1)?.timestampMicros ?? null, full: false }
}
