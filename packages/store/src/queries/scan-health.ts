import { sql } from 'kysely'
import type { Db } from '../database.ts'
import type { TimeInput } from '../values.ts'
import { timeText } from '../values.ts'
import { type TimeSpan, within } from './report-queries.ts'

interface FeedHealth {
  feed: string
  /** Timestamp of the last entry read. */
  position: string
  updatedAt: string
  entries: number
}

export interface ScanHealth {
  feeds: FeedHealth[]
  /** Inspections that ended in the span; a later one with the same outcome takes an earlier one's place. */
  inspected: number
  /** Inspections that are due. */
  due: number
  /** Inspections whose last attempt failed, by reason, the most frequent first. */
  failedInspections: { code: string; count: number }[]
  /** Work of the other stages whose last attempt failed, by stage. */
  failedWork: { stage: string; count: number }[]
  /** Versions whose zip was fetched to be read in full in the span, and those that wait to be read. */
  readInFull: number
  unread: number
  /** Up to which number each of these is counted. */
  countedUpTo: number
}

/** Beyond it, "more than" is all that a reader needs to know. */
const COUNT_UP_TO = 100_000
/** Positions below it number records instead of telling a time. */
const FIRST_TIME_MICROS = 1_000_000_000_000_000

/** Returns the position of each feed, the inspections in `span`, and the work that is due or fails at `now`. */
export async function scanHealth(db: Db, span: TimeSpan, now: TimeInput): Promise<ScanHealth> {
  const feeds = await sql<FeedHealth>`
    select feed, 'epoch'::timestamptz + position_micros * interval '1 microsecond' as position,
      updated_at as "updatedAt", entries
    from feed_cursor where position_micros >= ${FIRST_TIME_MICROS}::bigint order by feed limit 20`.execute(db)
  const inspected = await sql<{ count: number }>`
    select count(*) as count from inspection where ${within('last_seen_at', span)}`.execute(db)
  const failed = await sql<{ code: string; count: number }>`
    select last_error_code as code, count(*) as count
    from (select last_error_code from schedule where last_error_code is not null limit ${COUNT_UP_TO}) s
    group by 1 order by 2 desc, 1`.execute(db)
  const failedWork = await sql<{ stage: string; count: number }>`
    select stage, count(*) as count
    from (select stage from due_work where attempts > 0 limit ${COUNT_UP_TO}) w
    group by 1 order by 1`.execute(db)
  const due = await sql<{ count: number }>`
    select count(*) as count
    from (select from schedule where due_at <= ${timeText(now)}::timestamptz limit ${COUNT_UP_TO}) s`.execute(
    db,
  )
  const readInFull = await sql<{ count: number }>`
    select count(*) as count from code_reading where ${within('read_at', span)} and bytes > 0`.execute(db)
  const unread = await sql<{ count: number }>`
    select count(*) as count
    from (select from code_reading where due_at <= ${timeText(now)}::timestamptz limit ${COUNT_UP_TO}) r`.execute(
    db,
  )
  return {
    feeds: feeds.rows,
    inspected: inspected.rows[0]?.count ?? 0,
    due: due.rows[0]?.count ?? 0,
    failedInspections: failed.rows,
    failedWork: failedWork.rows,
    readInFull: readInFull.rows[0]?.count ?? 0,
    unread: unread.rows[0]?.count ?? 0,
    countedUpTo: COUNT_UP_TO,
  }
}
