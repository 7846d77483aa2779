import { sql } from 'kysely'
import type { Db, Trx, WindowKind } from '../database.ts'

/** A stretch of a feed that is read with a cursor of its own, by one reader at a time. */
export interface StoredWindow {
  name: string
  kind: WindowKind
  /** Microseconds since 1970, or a record number. */
  since: bigint
  /** Itself not included; null: open. */
  until: bigint | null
}

/** A reader's claim on a window. Whoever saves for a window shows its lease: one that was lost meanwhile saves nothing. */
export interface Lease {
  window: string
  owner: string
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

/**
 * Claims the newest unfinished window of a kind that nobody has; null where there is none. The lease ends after `seconds`
 * by the database's clock, so that the clocks of several machines need not agree.
 */
export async function takeWindow(
  db: Db,
  feed: string,
  kind: WindowKind,
  owner: string,
  seconds: number,
): Promise<StoredWindow | null> {
  const { rows } = await sql<Parameters<typeof asWindow>[0]>`
    update feed_window set lease_owner = ${owner}::uuid,
      lease_until = clock_timestamp() + ${seconds} * interval '1 second', rate = null, speed = null
    where name = (
      select name from feed_window
      where feed = ${feed} and kind = ${kind} and finished_at is null
        and (lease_until is null or lease_until < clock_timestamp())
      order by since_position desc limit 1
      for update skip locked
    )
    returning name, kind, since_position, until_position`.execute(db)
  const [row] = rows
  return row === undefined ? null : asWindow(row)
}

/** Keeps a window for `seconds` more. False where the lease was lost: another reader may have the window now. */
export async function renewLease(db: Db, lease: Lease, seconds: number): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update feed_window set lease_until = clock_timestamp() + ${seconds} * interval '1 second'
    where name = ${lease.window} and lease_owner = ${lease.owner}::uuid and finished_at is null`.execute(db)
  return numAffectedRows === 1n
}

/** Gives a window back; nothing where the lease was lost. */
export async function releaseLease(db: Db, lease: Lease): Promise<void> {
  await sql`
    update feed_window set lease_until = null, lease_owner = null
    where name = ${lease.window} and lease_owner = ${lease.owner}::uuid`.execute(db)
}

export interface Stride {
  /** Entries of this page. */
  entries: number
  /** How far the position moved. */
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
 * Notes the progress of a window, in the transaction that saves what was read. Locks the row: from here on nobody else can
 * take the window before the transaction ends.
 *
 * @returns false where the lease was lost; the caller must then save nothing.
 */
export async function noteStride(trx: Trx, lease: Lease, stride: Stride): Promise<boolean> {
  const rate = stride.entries / Math.max(stride.seconds, 0.001)
  const speed = Number(stride.advanced) / Math.max(stride.seconds, 0.001)
  const { numAffectedRows } = await sql`
    update feed_window set
      rate = coalesce(rate * ${1 - SMOOTHING}::float8 + ${rate * SMOOTHING}::float8, ${rate}::float8),
      speed = coalesce(speed * ${1 - SMOOTHING}::float8 + ${speed * SMOOTHING}::float8, ${speed}::float8),
      caught_up_at = case when ${stride.caughtUp}::boolean then clock_timestamp() else caught_up_at end,
      finished_at = case when ${stride.finished}::boolean then clock_timestamp() end,
      lease_owner = case when ${stride.finished}::boolean then null else lease_owner end,
      lease_until = case when ${stride.finished}::boolean then null else lease_until end
    where name = ${lease.window} and lease_owner = ${lease.owner}::uuid and finished_at is null`.execute(trx)
  return numAffectedRows === 1n
}

/** How many windows of a kind are still to be read, whoever has them. */
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

/** Opens a window that was finished (or not) anew, from `since` to `until`. Not while somebody has it. */
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
