import { sql } from 'kysely'
import type { Db, Trx } from '../database.ts'
import type { TimeInput } from '../values.ts'
import { timeText } from '../values.ts'

export interface Target {
  path: string
  dependents: number
  source: string
  addedAt: string
  matchedBackwardsAt: string | null
}

const COLUMNS = [
  'path',
  'dependents',
  'source',
  'added_at as addedAt',
  'matched_backwards_at as matchedBackwardsAt',
] as const

/**
 * Adds targets and updates the figures of known ones. A path given twice counts with its larger figure, also where a long
 * list comes in several calls, all with the same `source` and `now`. Returns the paths that are new.
 *
 * Requests backward matching for new targets, and for those with at least twice the dependents of the last time. A module
 * with more dependents than its target does not count as an imitation until the target outgrows it.
 */
export async function upsertTargets(
  trx: Trx,
  rows: readonly { path: string; dependents: number }[],
  source: string,
  now: TimeInput,
): Promise<{ added: string[] }> {
  if (rows.length === 0) return { added: [] }
  const result = await sql<{ path: string; added: boolean }>`
    insert into target as t (path, dependents, source, added_at, updated_at)
    select r.path, max(r.dependents), ${source}, ${timeText(now)}::timestamptz, ${timeText(now)}::timestamptz
    from unnest(${rows.map((row) => row.path)}::text[], ${rows.map((row) => row.dependents)}::bigint[])
      as r (path, dependents)
    group by r.path
    order by r.path
    on conflict (path) do update
    set dependents = case when (t.source, t.updated_at) = (excluded.source, excluded.updated_at)
        then greatest(t.dependents, excluded.dependents) else excluded.dependents end,
      matched_backwards_at = case when excluded.dependents >= 2 * greatest(t.matched_dependents, 1)
        then null else t.matched_backwards_at end,
      source = excluded.source, updated_at = excluded.updated_at
    where (t.dependents, t.source) is distinct from (excluded.dependents, excluded.source)
    returning path, xmax = 0 as added`.execute(trx)
  return { added: result.rows.filter((row) => row.added).map((row) => row.path) }
}

export interface TargetPage {
  limit: number
  /** The last row of the page before. */
  after?: { dependents: number; path: string }
  /** Only paths that contain this text, letter case apart. */
  search?: string
}

/** Targets by dependents, most first. */
export async function listTargets(db: Db, page: TargetPage): Promise<Target[]> {
  let query = db.selectFrom('target').select(COLUMNS)
  const { after, search } = page
  if (after !== undefined) {
    query = query.where((eb) =>
      eb.or([
        eb('dependents', '<', after.dependents),
        eb.and([eb('dependents', '=', after.dependents), eb('path', '>', after.path)]),
      ]),
    )
  }
  if (search !== undefined) {
    query = query.where(sql<boolean>`strpos(lower(path), ${search.toLowerCase()}) > 0`)
  }
  return query.orderBy('dependents', 'desc').orderBy('path').limit(page.limit).execute()
}

/** All targets, most dependents first: tens of thousands, meant to be held in memory. */
export async function allTargets(db: Db): Promise<Target[]> {
  return db.selectFrom('target').select(COLUMNS).orderBy('dependents', 'desc').orderBy('path').execute()
}

/** Targets that were not yet compared with the modules known before them, or had far fewer dependents then. */
export async function targetsToMatchBackwards(db: Db, limit: number): Promise<Target[]> {
  return db
    .selectFrom('target')
    .select(COLUMNS)
    .where('matched_backwards_at', 'is', null)
    .orderBy('path')
    .limit(limit)
    .execute()
}

/** `targets` with the dependents that they were compared with: one that has grown beyond that since is left to be done. */
export async function markMatchedBackwards(
  trx: Trx,
  targets: readonly Pick<Target, 'path' | 'dependents'>[],
  now: TimeInput,
): Promise<void> {
  if (targets.length === 0) return
  await sql`
    update target t set matched_dependents = m.dependents, matched_backwards_at =
      case when t.dependents < 2 * greatest(m.dependents, 1) then ${timeText(now)}::timestamptz end
    from unnest(${targets.map(({ path }) => path)}::text[],
      ${targets.map(({ dependents }) => dependents)}::bigint[]) as m (path, dependents)
    where t.path = m.path`.execute(trx)
}

export async function countTargets(db: Db): Promise<number> {
  const row = await db
    .selectFrom('target')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return row.count
}

/** The figures of `paths` that are targets. */
export async function targetsByPath(db: Db, paths: readonly string[]): Promise<Target[]> {
  if (paths.length === 0) return []
  return db.selectFrom('target').select(COLUMNS).where(sql<boolean>`path = any(${paths}::text[])`).execute()
}

/**
 * A text that changes whenever a target is added or its figure changes: for caches of them. The figures' sum is in it because
 * a long list comes in several calls of one time.
 */
export async function targetsVersion(db: Db): Promise<string> {
  const { rows } = await sql<{ version: string }>`
    select concat_ws(' ', count(*), sum(dependents), max(updated_at)) as version from target`.execute(db)
  return rows[0]?.version ?? ''
}
