import { sql } from 'kysely'
import type { Db, Trx, WindowKind } from '../database.ts'
import { type Lease, lockLease, releaseLease, takeLease } from './lease.ts'

/** A section of a feed with its own cursor, read by one reader at a time. */
export interface StoredWindow {
  name: string
  kind: WindowKind
  /** Microseconds since 1970, or a record number. */
  since: bigint
  /** Itself not included; null: open. */
  until: bigint | null
}

/** Serialises planning, so that two crawlers that start together do not lay their windows across each other. */
const PLAN_LOCK = 7_301_101

/** Adds windows that are not there yet; those that are stay as they are. */
export async function addWindows(trx: Trx, feed: string, windows: readonly StoredWindow[]): Promise<void> {
  if (windows.length === 0) return
  await sql`
    insert into feed_window (name, feed, kind, since_position, until_position)
    select w.name, ${feed}, w.kind, w.since, w.until
    from unnest(
      ${windows.map((w) => w.name)}::text[], ${windows.map((w) => w.kind)}::text[],
      ${windows.map((w) => String(w.since))}::bigint[],
      ${windows.map((w) => (w.until === null ? null : String(w.until)))}::bigint[]
    ) as w (name, kind, since, until)
    on conflict (name) do nothing`.execute(trx)
}

/** Held until the end of the transaction. */
export async function lockPlanning(trx: Trx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${PLAN_LOCK})`.execute(trx)
}

/** All windows of a feed of one kind, oldest first. */
export async function windowsOf(db: Db, feed: string, kind: WindowKind): Promise<StoredWindow[]> {
  const rows = await db
    .selectFrom('feed_window')
    .select(['name', 'kind', 'since_position', 'until_position'])
    .where('feed', '=', feed)
    .where('kind', '=', kind)
    .orderBy('since_position')
    .execute()
  return rows.map(asWindow)
}

function asWindow(row: {
  name: string
  kind: WindowKind
  since_position: number
  until_position: number | null
}): StoredWindow {
  const until = row.until_position === null ? null : BigInt(row.until_position)
  return { name: row.name, kind: row.kind, since: BigInt(row.since_position), until }
}

/** The lease of a window's reader. */
export function windowLease(window: string, holder: string): Lease {
  return { name: `window ${window}`, holder }
}

/** SQL condition: a reader has the window `w`. */
export const IS_READ = sql<boolean>`exists (
  select from lease l where l.name = 'window ' || w.name and l.until > clock_timestamp())`

/** Leases the newest unfinished window of a kind without a reader, for `ms`. Returns null if there is none. */
export async function takeWindow(
  db: Db,
  { feed, kind, holder }: { feed: string; kind: WindowKind; holder: string },
  ms: number,
): Promise<StoredWindow | null> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<Parameters<typeof asWindow>[0]>`
      select name, kind, since_position, until_position from feed_window w
      where feed = ${feed} and kind = ${kind} and finished_at is null and not ${IS_READ}
      order by since_position desc limit 1
      for update skip locked`.execute(trx)
    const [row] = rows
    if (row === undefined || !(await takeLease(trx, windowLease(row.name, holder), ms))) return null
    await trx
      .updateTable('feed_window')
      .set({ rate: null, speed: null })
      .where('name', '=', row.name)
      .execute()
    return asWindow(row)
  })
}

export interface Stride {
  /** Entries of this page. */
  entries: number
  /** Distance that the position moved. */
  advanced: bigint
  /** Since the page before. */
  seconds: number
  caughtUp: boolean
  /** The window was read to its end for good. */
  finished: boolean
}

/** Weight of the newest page in the smoothed figures: about the last ten pages count. */
const SMOOTHING = 0.2

/**
 * Records the progress of a window, in the transaction that saves what was read. A window that is finished loses its reader.
 *
 * @returns false where the reader has lost its lease; the caller must then save nothing.
 */
export async function recordStride(
  trx: Trx,
  window: string,
  holder: string,
  stride: Stride,
): Promise<boolean> {
  const lease = windowLease(window, holder)
  if (!(await lockLease(trx, lease))) return false
  const rate = stride.entries / Math.max(stride.seconds, 0.001)
  const speed = Number(stride.advanced) / Math.max(stride.seconds, 0.001)
  await sql`
    update feed_window set
      rate = coalesce(rate * ${1 - SMOOTHING}::float8 + ${rate * SMOOTHING}::float8, ${rate}::float8),
      speed = coalesce(speed * ${1 - SMOOTHING}::float8 + ${speed * SMOOTHING}::float8, ${speed}::float8),
      caught_up_at = case when ${stride.caughtUp}::boolean then clock_timestamp() else caught_up_at end,
      finished_at = case when ${stride.finished}::boolean then clock_timestamp() end
    where name = ${window}`.execute(trx)
  if (stride.finished) await releaseLease(trx, lease)
  return true
}

/** Counts the unfinished windows of a kind, including leased ones. */
export async function unfinishedWindows(db: Db, feed: string, kind: WindowKind): Promise<number> {
  const row = await db
    .selectFrom('feed_window')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('feed', '=', feed)
    .where('kind', '=', kind)
    .where('finished_at', 'is', null)
    .executeTakeFirstOrThrow()
  return row.count
}

/** Reopens a window from `since` to `until`. Returns false while its last round has not ended. */
export async function restartWindow(trx: Trx, feed: string, window: StoredWindow): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into feed_window as w (name, feed, kind, since_position, until_position)
    values (${window.name}, ${feed}, ${window.kind}, ${String(window.since)}::bigint,
            ${window.until === null ? null : String(window.until)}::bigint)
    on conflict (name) do update set since_position = excluded.since_position,
      until_position = excluded.until_position, finished_at = null, rate = null, speed = null
    where w.finished_at is not null`.execute(trx)
  if (numAffectedRows !== 1n) return false
  await trx.deleteFrom('feed_cursor').where('feed', '=', window.name).execute()
  return true
}
