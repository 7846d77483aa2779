import { sql } from 'kysely'
import type { Db, WindowKind } from '../database.ts'
import { IS_READ } from './windows.ts'

/** Progress of all crawlers in the windows of one kind. */
export interface CrawlProgress {
  feed: string
  kind: WindowKind
  windows: number
  finished: number
  /** Windows that are being read now. */
  reading: number
  /** Entries read so far, repeated ones included. */
  entries: number
  /** Position of the newest window, in microseconds since 1970 or as a record number; null if nothing was read. */
  position: number | null
  /** Positions read and to be read of the windows that have an end. */
  covered: number
  total: number
  /** Entries a second, of the windows that are being read now. */
  rate: number
  /** Positions a second, likewise. */
  speed: number
  /** Last time that a page was saved. */
  updatedAt: string | null
  /** Last time that the end was reached. */
  caughtUpAt: string | null
}

/** Returns the progress in each kind of window. Reads a few hundred rows at most. */
export async function crawlProgress(db: Db): Promise<CrawlProgress[]> {
  const { rows } = await sql<CrawlProgress>`
    select w.feed, w.kind, count(*) as windows, count(w.finished_at) as finished,
      count(*) filter (where ${IS_READ}) as reading,
      coalesce(sum(c.entries), 0)::bigint as entries, max(c.position_micros) as position,
      coalesce(sum(case
        when w.until_position is null then 0
        when w.finished_at is not null then w.until_position - w.since_position
        else greatest(0, least(coalesce(c.position_micros, w.since_position), w.until_position) - w.since_position) end), 0)::bigint as covered,
      coalesce(sum(w.until_position - w.since_position), 0)::bigint as total,
      coalesce(sum(w.rate) filter (where ${IS_READ}), 0) as rate,
      coalesce(sum(w.speed) filter (where ${IS_READ}), 0) as speed,
      max(c.updated_at) as "updatedAt", max(w.caught_up_at) as "caughtUpAt"
    from feed_window w left join feed_cursor c on c.feed = w.name
    group by w.feed, w.kind
    order by w.feed, w.kind`.execute(db)
  return rows
}
