import { POPULAR_DEPENDENTS } from '@mirrorwatch/detect/dependents'
import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'
import type { Db, Trx } from '../database.ts'
import { isPseudoVersion } from '../pseudo-version.ts'
import { LOOKALIKE_PRIORITY, NEW_VERSION_PRIORITY, POPULAR_TARGET_PRIORITY } from '../work/priority.ts'
import { lockModules } from './modules.ts'

/** Position that a feed has been read to. */
export interface FeedCursor {
  /** Timestamp of the last saved entry, in microseconds since 1970; for the checksum database a record number. */
  positionMicros: bigint
  /** Entries already saved that have exactly that timestamp, as `path@version`. */
  seenAtPosition: string[]
}

export interface StoredCursor extends FeedCursor {
  entries: number
  pages: number
  updatedAt: string
}

export interface FeedEntry {
  path: string
  version: string
  timestampMicros: bigint
}

export interface FeedPage {
  feed: string
  entries: readonly FeedEntry[]
  cursor: FeedCursor
  /**
   * Inspection of new versions; null: none. `priority` 0 is most urgent, 9 least. Versions of look-alikes and targets get
   * their own priority. Of the others, only versions cached since `unwatchedSince` are
   * inspected; null or undefined: all.
   */
  schedule: { dueAt: Date | string; priority: number; unwatchedSince?: Date | string | null } | null
  /** Time to read the go.mod of modules with new versions; null: never. */
  goModDueAt?: Date | string | null
  /** Modules whose go.mod is read: all (the default), or look-alikes and targets only. */
  goModsOf?: 'all' | 'watched'
}

/** Null where the feed was never read. */
export async function readCursor(db: Db, feed: string): Promise<StoredCursor | null> {
  const row = await db.selectFrom('feed_cursor').selectAll().where('feed', '=', feed).executeTakeFirst()
  if (row === undefined) return null
  return {
    positionMicros: BigInt(row.position_micros),
    seenAtPosition: row.seen_at_position,
    entries: row.entries,
    pages: row.pages,
    updatedAt: row.updated_at,
  }
}

/**
 * One writer of feed pages at a time. Pages of parallel windows touch the same modules in different orders, which would
 * deadlock; the database is far faster than the feed, so that waiting for each other costs nothing.
 */
const PAGE_LOCK = 7_301_100

/**
 * Saves one page: new modules, new versions, their schedule, and the cursor, all in the caller's transaction, so that a
 * kill at any point loses and doubles nothing. An entry seen before changes nothing but the cursor; the cursor never
 * moves backwards, so that two crawlers on one feed do no harm.
 */
export async function savePage(
  trx: Trx,
  page: FeedPage,
): Promise<{ newModules: number; newVersions: number }> {
  await lockPages(trx)
  const added = page.entries.length === 0 ? { newModules: 0, newVersions: 0 } : await saveEntries(trx, page)
  await saveCursor(trx, page.feed, page.cursor, page.entries.length)
  return added
}

/** Held until the end of the transaction. */
export async function lockPages(trx: Trx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${PAGE_LOCK})`.execute(trx)
}

async function saveEntries(trx: Trx, page: FeedPage): Promise<{ newModules: number; newVersions: number }> {
  const paths = page.entries.map((entry) => entry.path)
  const versions = page.entries.map((entry) => entry.version)
  const micros = page.entries.map((entry) => String(entry.timestampMicros))
  const modules = await insertModules(trx, paths, micros)
  await lockModules(trx, paths)
  const { newVersions, corrected } = await insertVersions(trx, paths, versions, micros, page)
  if (corrected.length > 0) await correctTimes(trx, corrected)
  return { newModules: modules, newVersions }
}

/** Modules whose times were estimates: they follow from the versions' times, now that these are known. */
async function correctTimes(trx: Trx, moduleIds: readonly number[]): Promise<void> {
  await sql`
    update module m set first_cached_at = v.first, last_cached_at = v.last
    from (
      select module_id, min(cached_at) as first, max(cached_at) as last from version
      where module_id = any(${moduleIds}::bigint[]) group by module_id
    ) v where v.module_id = m.id`.execute(trx)
}

/** With one time for first and last: the versions, which are counted once each, move both. */
async function insertModules(trx: Trx, paths: string[], micros: string[]): Promise<number> {
  const { numAffectedRows } = await sql`
    insert into module (path, first_cached_at, last_cached_at)
    select e.path,
           'epoch'::timestamptz + min(e.micros) * interval '1 microsecond',
           'epoch'::timestamptz + min(e.micros) * interval '1 microsecond'
    from unnest(${paths}::text[], ${micros}::bigint[]) as e (path, micros)
    where not exists (select from module m where m.path = e.path)
    group by e.path
    order by e.path
    on conflict (path) do nothing`.execute(trx)
  return Number(numAffectedRows ?? 0)
}

/** A separate statement, because it must see the modules that the one before it inserted. */
async function insertVersions(
  trx: Trx,
  paths: string[],
  versions: string[],
  micros: string[],
  page: FeedPage,
): Promise<{ newVersions: number; corrected: number[] }> {
  const { rows } = await sql<{ newVersions: number; corrected: number[] }>`
    with brought as (
      insert into version as v (module_id, version, cached_at)
      select m.id, e.version, 'epoch'::timestamptz + min(e.micros) * interval '1 microsecond'
      from unnest(${paths}::text[], ${versions}::text[], ${micros}::bigint[]) as e (path, version, micros)
      join module m on m.path = e.path
      group by m.id, e.version
      order by m.id, e.version
      on conflict (module_id, version) do update set cached_at = excluded.cached_at, logged_only = false
      where v.logged_only
      returning module_id, version, cached_at, xmax = 0 as is_new
    ), added as (
      select module_id, version, cached_at from brought where is_new
    ), per_module as (
      select module_id, count(*)::int as versions, min(cached_at) as first, max(cached_at) as last
      from added group by module_id
    ), counted as (
      update module m
      set version_count = m.version_count + p.versions,
          first_cached_at = least(m.first_cached_at, p.first),
          last_cached_at = greatest(m.last_cached_at, p.last)
      from per_module p where m.id = p.module_id
    ), ${followUps(page)}
    select (select count(*) from added) as "newVersions",
      array(select distinct module_id from brought where not is_new) as corrected`.execute(trx)
  return rows[0] ?? { newVersions: 0, corrected: [] }
}

/**
 * Returns CTEs that schedule work for new versions. They read `added` (module_id, version, cached_at) and `per_module`
 * (module_id). The repositories of tagged versions of the last day are looked at hourly from now on.
 */
export function followUps(page: Pick<FeedPage, 'schedule' | 'goModDueAt' | 'goModsOf'>): RawBuilder<unknown> {
  const { schedule, goModDueAt = null, goModsOf = 'all' } = page
  const dueAt = schedule === null ? null : new Date(schedule.dueAt).toISOString()
  const since = new Date(schedule?.unwatchedSince ?? 0).toISOString()
  const readAt = goModDueAt === null ? null : new Date(goModDueAt).toISOString()
  return sql`watched as (
      select module_id, least(
        (select min(case c.strength
           when 'strong' then ${sql.lit(LOOKALIKE_PRIORITY.strong)} when 'medium' then ${sql.lit(LOOKALIKE_PRIORITY.medium)}
           else ${sql.lit(LOOKALIKE_PRIORITY.weak)} end)
         from candidate c where c.module_id = p.module_id),
        (select case when t.dependents >= ${sql.lit(POPULAR_DEPENDENTS)}
           then ${sql.lit(POPULAR_TARGET_PRIORITY)} else ${sql.lit(NEW_VERSION_PRIORITY)} end
         from module m join target t on t.path = m.path where m.id = p.module_id)
      )::smallint as priority
      from per_module p
    ), scheduled as (
      insert into schedule as s (module_id, version, priority, due_at)
      select a.module_id, a.version, least(${schedule?.priority ?? 9}::smallint, w.priority), ${dueAt}::timestamptz
      from added a left join watched w using (module_id)
      where ${dueAt}::timestamptz is not null and (a.cached_at >= ${since}::timestamptz or w.priority is not null)
      order by a.module_id, a.version
      on conflict (module_id, version) do update
      set priority = least(s.priority, excluded.priority), due_at = least(s.due_at, excluded.due_at)
    ), to_read as (
      insert into due_work as d (stage, module_id, due_at)
      select 'require', p.module_id, ${readAt}::timestamptz from per_module p
      where ${readAt}::timestamptz is not null
        and (${goModsOf} = 'all' or ${isWatched(sql.ref('p.module_id'))})
      order by p.module_id
      on conflict (stage, module_id, version) do update set due_at = excluded.due_at where d.due_at > excluded.due_at
    ), hastened as (
      update repository r set pace = 0, due_at = least(r.due_at, ${dueAt}::timestamptz + interval '1 hour')
      from (
        select distinct m.repository_id as id from added a join module m on m.id = a.module_id
        where a.cached_at > ${dueAt}::timestamptz - interval '1 day'
          and not ${isPseudoVersion(sql.ref('a.version'))}
      ) young
      where r.id = young.id and r.pace > 0
    )`
}

/** Returns a condition: the module is a look-alike or a target. */
function isWatched(moduleId: ReturnType<typeof sql.ref>): RawBuilder<boolean> {
  return sql<boolean>`(
    exists (select from candidate c where c.module_id = ${moduleId})
    or exists (select from target t join module tm on tm.path = t.path where tm.id = ${moduleId}))`
}

/** Moves a cursor, in the transaction that saves what was read. It never moves backwards. */
export async function saveCursor(trx: Trx, feed: string, cursor: FeedCursor, entries: number): Promise<void> {
  await sql`
    insert into feed_cursor as c (feed, position_micros, seen_at_position, entries, pages, updated_at)
    values (${feed}, ${String(cursor.positionMicros)}::bigint, ${cursor.seenAtPosition}::text[],
            ${entries}, 1, clock_timestamp())
    on conflict (feed) do update set
      position_micros = greatest(c.position_micros, excluded.position_micros),
      seen_at_position = case
        when excluded.position_micros >= c.position_micros then excluded.seen_at_position
        else c.seen_at_position end,
      entries = c.entries + excluded.entries,
      pages = c.pages + 1,
      updated_at = excluded.updated_at`.execute(trx)
}
