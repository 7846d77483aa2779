/** A stretch of a feed that is read with a cursor of its own. */
export interface FeedWindow {
  /** Name of the cursor in the store. */
  name: string
  /** Where reading starts where there is no cursor yet; null: the beginning of the feed. Microseconds since 1970. */
  sinceMicros: bigint | null
  /** Entries from here on are not read; null: to the end. */
  untilMicros: bigint | null
}

/** How far back a first run on the public feed starts: the whole of it is 59 million records. */
const FIRST_RUN_HOURS = 24n
const HOUR_MICROS = 3_600_000_000n

export interface WindowRequest {
  feedUrl: string
  /** Whether the feed is the public one. */
  isPublic: boolean
  sinceMicros: bigint | null
  untilMicros: bigint | null
  nowMicros: bigint
  /** Whether the past is read by windows of its own, so that the followed one need not begin there. */
  backfills?: boolean
}

/**
 * The window for a request. Without `since` it is the one that is always followed: it starts a day back on the public
 * feed and at the beginning of any other. With `since` it has a cursor of its own, so that an interrupted backfill
 * goes on where it stopped and does not move the one that is followed.
 */
export function feedWindow(request: WindowRequest): FeedWindow {
  const { feedUrl, sinceMicros, untilMicros } = request
  if (sinceMicros === null) {
    const fromNow = request.isPublic || request.backfills === true
    const start = fromNow ? request.nowMicros - FIRST_RUN_HOURS * HOUR_MICROS : null
    return { name: feedUrl, sinceMicros: start, untilMicros }
  }
  const end = untilMicros === null ? '' : `&until=${untilMicros}`
  return { name: `${feedUrl}?since=${sinceMicros}${end}`, sinceMicros, untilMicros }
}
