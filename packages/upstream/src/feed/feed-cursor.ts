import type { FeedEntry } from './feed.ts'

/**
 * How far a feed has been read. Timestamps repeat, also across the boundary of two pages, and `since` is inclusive: so the
 * entries already seen at the last timestamp belong to the position. Save it together with the entries.
 */
export interface FeedCursor {
  /** Microseconds since 1970 of the last row; the next page is asked `since` this. */
  positionMicros: bigint
  /** Entries with exactly that timestamp that were seen, as `path@version`. */
  seenAtPosition: ReadonlySet<string>
}

export interface CursorStep {
  /** Entries of the page that the cursor had not seen, each (path, version) once, in the feed's order. */
  fresh: FeedEntry[]
  /** The position to continue at. */
  cursor: FeedCursor
  /** True where the page had nothing new: ask again in a minute. */
  caughtUp: boolean
  /**
   * True where a full page of a single timestamp held nothing new. There is no way to page within one microsecond, so the
   * cursor went past it; more entries of that microsecond, if there are any, can only be had from another source.
   */
  skippedMicrosecond: boolean
}

/** The part of a page that a step needs; a FeedPage is one. */
export interface CursorPage {
  entries: readonly FeedEntry[]
  /** Latest timestamp of all rows, also of those that are no entries; null where only the entries count. */
  lastMicros: bigint | null
  full: boolean
}

/**
 * Takes the page that was asked for `since` the cursor's position. Pure; no entry is lost or handed out twice by any
 * sequence of pages, wherever it is interrupted, as long as cursor and entries are saved together. Entries older than the
 * position (the feed promises no order) are left to whoever reads the tail again.
 */
export function nextCursor(cursor: FeedCursor, page: CursorPage): CursorStep {
  const { positionMicros, seenAtPosition } = cursor
  const fresh = unseen(cursor, page.entries)
  const last = latest([positionMicros, page.lastMicros ?? positionMicros, ...page.entries.map(timestampOf)])
  if (fresh.length > 0 || last > positionMicros) {
    const atLast = page.entries.filter((entry) => entry.timestampMicros === last).map(entryKey)
    const seen = last === positionMicros ? [...seenAtPosition, ...atLast] : atLast
    const next = { positionMicros: last, seenAtPosition: new Set(seen) }
    return { fresh, cursor: next, caughtUp: false, skippedMicrosecond: false }
  }
  // A server that ignores `since` must not send us through the microseconds one by one.
  const stuck = page.full && page.entries.every((entry) => entry.timestampMicros === positionMicros)
  if (!stuck) return { fresh, cursor, caughtUp: true, skippedMicrosecond: false }
  const next = { positionMicros: positionMicros + 1n, seenAtPosition: new Set<string>() }
  return { fresh, cursor: next, caughtUp: false, skippedMicrosecond: true }
}

function unseen({ positionMicros, seenAtPosition }: FeedCursor, entries: readonly FeedEntry[]): FeedEntry[] {
  const inPage = new Set<string>()
  return entries.filter((entry) => {
    const key = entryKey(entry)
    if (entry.timestampMicros < positionMicros || inPage.has(key)) return false
    if (entry.timestampMicros === positionMicros && seenAtPosition.has(key)) return false
    inPage.add(key)
    return true
  })
}

function latest(times: bigint[]): bigint {
  return times.reduce((a, b) => (a > b ? a : b))
}

function timestampOf(entry: FeedEntry): bigint {
  return entry.timestampMicros
}

function entryKey({ path, version }: FeedEntry): string {
  return `${path}@${version}`
}
