import { SEVERITIES, type Severity } from '@mirrorwatch/detect/severity'
import { sql } from 'kysely'
import type { Db, Trx } from '../database.ts'
import { logDecision } from '../decisions/log.ts'
import { StoreError } from '../errors.ts'
import type { DecisionVia } from '../finding-tables.ts'
import type { TimeInput } from '../values.ts'
import { timeText } from '../values.ts'

/** A path that a team watches: the module of that path and everything below it, and what imitates them. */
export interface WatchEntry {
  id: number
  path: string
  /** File that brought it, such as go.mod; null where a person named it. */
  source: string | null
  /** Addresses that get alerts about it, next to those of the configuration. */
  mail: string[]
  /** Names of configured channels that get them too. */
  channels: string[]
  /** Severity from which they get them. */
  minSeverity: Severity
  reason: string
  author: string
  createdAt: string
}

export interface WatchRequest {
  paths: readonly string[]
  source: string | null
  mail: readonly string[]
  channels: readonly string[]
  minSeverity: Severity
  reason: string
  author: string
  via: DecisionVia
}

/** Paths of the whole list: the dependencies of some dozen large projects. */
export const MAX_WATCHED = 20_000

/** Watches paths. Watching a path again replaces what was said about it. @throws StoreError `invalid-input` for too many */
export async function watchPaths(trx: Trx, request: WatchRequest, now: TimeInput): Promise<void> {
  const { paths, source, mail, channels, minSeverity, reason, author, via } = request
  const subject = source ?? (paths.length === 1 ? (paths[0] ?? '') : `${paths.length} paths`)
  await logDecision(trx, { author, via, action: 'watch-add', reason, subject }, now)
  await sql`
    insert into watch_entry (path, source, mail, channels, min_severity, reason, author, created_at)
    select distinct path, ${source}::text, ${mail}::text[], ${channels}::text[], ${minSeverity}, ${reason}, ${author}, ${timeText(now)}::timestamptz
    from unnest(${paths}::text[]) as p (path) order by 1
    on conflict (path) do update set source = excluded.source, mail = excluded.mail, channels = excluded.channels, min_severity = excluded.min_severity,
      reason = excluded.reason, author = excluded.author, created_at = excluded.created_at`.execute(trx)
  const { count } = await trx
    .selectFrom('watch_entry')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  if (count > MAX_WATCHED) {
    throw new StoreError('invalid-input', `The watch list may have ${MAX_WATCHED} paths at most.`)
  }
}

/** Stops watching a path, or all paths of a source. Returns how many those were. @throws StoreError `not-found` */
export async function unwatch(
  trx: Trx,
  what: { id: number } | { source: string } | { path: string },
  by: { author: string; via: DecisionVia },
  now: TimeInput,
): Promise<number> {
  const [column, value] = Object.entries(what)[0] as ['id' | 'source' | 'path', string | number]
  const removed = await trx.deleteFrom('watch_entry').where(column, '=', value).returning('path').execute()
  if (removed.length === 0) throw new StoreError('not-found', `There is no watch entry ${value}.`)
  const [first] = removed
  const subject = removed.length === 1 ? (first?.path ?? '') : String(value)
  await logDecision(trx, { ...by, action: 'watch-remove', reason: '', subject }, now)
  return removed.length
}

export interface WatchPosition {
  limit: number
  after?: string | null
  from?: string | null
}

/** Returns the watch list by path: `limit` entries after the path `after`, or from `from` on. */
async function listWatchEntries(
  db: Db,
  { limit, after = null, from = null }: WatchPosition,
): Promise<WatchEntry[]> {
  return db
    .selectFrom('watch_entry')
    .$if(after !== null, (query) => query.where('path', '>', after ?? ''))
    .$if(from !== null, (query) => query.where('path', '>=', from ?? ''))
    .limit(limit)
    .select([
      'id',
      'path',
      'source',
      'mail',
      'channels',
      'min_severity as minSeverity',
      'reason',
      'author',
      'created_at as createdAt',
    ])
    .orderBy('path')
    .execute()
}

/** Returns the lowest severity about which an entry's recipients want mail; null where no entry has recipients. */
export async function lowestWatchedSeverity(db: Db): Promise<Severity | null> {
  const { rows } = await sql<{ severity: Severity }>`
    select min_severity as severity from watch_entry where cardinality(mail) + cardinality(channels) > 0
    order by array_position(${[...SEVERITIES]}::text[], min_severity) desc limit 1`.execute(db)
  return rows[0]?.severity ?? null
}

/** Number of findings that an entry touches: counted up to {@link MAX_HITS}, one more says that there are more. */
interface WatchHits {
  id: number
  hits: number
  /** When the latest of them was last seen; null where it never touched one. Of many, the latest of those counted. */
  lastSeenAt: string | null
}

/** Findings that are counted of an entry. */
export const MAX_HITS = 100

/** An entry with its hits. */
export type HitEntry = WatchEntry & Omit<WatchHits, 'id'>

/**
 * Returns the hits of entries that have any. A path and what is below it are two ranges of an index, for modules and for
 * targets, of which no more is read than is counted: entries with many hits cost the same however many those are.
 */
async function watchHits(db: Db, ids: readonly number[]): Promise<WatchHits[]> {
  const atMost = sql.lit(MAX_HITS + 1)
  const { rows } = await sql<WatchHits>`
    select w.id, hit.hits, hit."lastSeenAt"
    from watch_entry w cross join lateral (
      select count(*) as hits, max(f.last_seen_at) as "lastSeenAt"
      from (
        select distinct id from (
          (select finding_id as id from finding_search where module = w.path limit ${atMost})
          union all (select finding_id from finding_search where module > w.path || '/' and module < w.path || '0'
                     order by module limit ${atMost})
          union all (select id from finding where target = w.path limit ${atMost})
          union all (select id from finding where target > w.path || '/' and target < w.path || '0'
                     order by target limit ${atMost})) touched
        limit ${atMost}) counted
      cross join lateral (select last_seen_at from finding where id = counted.id offset 0) f) hit
    where w.id = any(${ids}::bigint[]) and hit.hits > 0`.execute(db)
  return rows
}

/** Returns a page of the list with the hits of each entry; `nextPath` is the `after` of the next page, null on the last. */
export async function watchPage(
  db: Db,
  position: WatchPosition,
): Promise<{ entries: HitEntry[]; nextPath: string | null }> {
  const { limit } = position
  const found = await listWatchEntries(db, { ...position, limit: limit + 1 })
  const shown = found.slice(0, limit)
  const ids = shown.map(({ id }) => id)
  const hits = new Map((await watchHits(db, ids)).map((each) => [each.id, each]))
  const entries = shown.map((entry) => {
    const { hits: count = 0, lastSeenAt = null } = hits.get(entry.id) ?? {}
    return { ...entry, hits: count, lastSeenAt }
  })
  return { entries, nextPath: found.length > limit ? (shown.at(-1)?.path ?? null) : null }
}

/** Returns which entries watch each of these findings: as their module or their target, or a path above one of them. */
export async function watchersOf(db: Db, findingIds: readonly number[]): Promise<Map<number, WatchEntry[]>> {
  const watchers = new Map<number, WatchEntry[]>()
  if (findingIds.length === 0) return watchers
  const { rows } = await sql<WatchEntry & { findingId: number }>`
    select s.finding_id as "findingId", w.id, w.path, w.source, w.mail, w.channels, w.min_severity as "minSeverity", w.reason,
      w.author, w.created_at as "createdAt"
    from finding_search s join watch_entry w on w.path = any(s.scopes)
    where s.finding_id = any(${findingIds}::bigint[]) order by w.path`.execute(db)
  for (const { findingId, ...entry } of rows) {
    watchers.set(findingId, [...(watchers.get(findingId) ?? []), entry])
  }
  return watchers
}
