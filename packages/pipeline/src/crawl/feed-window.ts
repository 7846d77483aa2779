/** Stretch of a feed with a separate cursor. */
export interface FeedWindow {
  /** Name of the cursor in the store. */
  name: string
  /** Start without a cursor, in microseconds since 1970; null for the beginning of the feed. */
  sinceMicros: bigint | null
  /** End of the window: entries from here on are not read; null for no end. */
  untilMicros: bigint | null
}

/** Hours before now at which a first run on the public feed starts: the whole feed is 59 million records. */
const FIRST_RUN_HOURS = 24n
const HOUR_MICROS = 3_600_000_000n

export interface WindowRequest {
  feedUrl: string
  /** True for the public feed. */
  isPublic: boolean
  sinceMicros: bigint | null
  untilMicros: bigint | null
  nowMicros: bigint
  /** True if other windows read the past, so that the followed one need not start there. */
  backfills?: boolean
}

/**
 * Returns the window for a request. Without `since` it is the followed one, which starts a day back on the public feed and at
 * the beginning of any other. With `since` it has a separate cursor, so that an interrupted backfill resumes where it stopped
 * and does not move the followed cursor.
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
