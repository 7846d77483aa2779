import type { Verdict } from '@mirrorwatch/detect/types'
import { sql } from 'kysely'
import type { Db } from '../database.ts'

/** A version with the latest verdict on it, as pages list them. */
export interface VersionRow {
  version: string
  cachedAt: string
  /** True where only the checksum database has brought it: `cachedAt` is then an estimate. */
  loggedOnly: boolean
  takenDownAt: string | null
  /** Null where no inspection has seen it. */
  verdict: Verdict | null
  reason: string | null
  inspectedAt: string | null
  repository: string | null
  commit: string | null
}

/** Position at which a page of versions ended. */
export interface VersionPosition {
  cachedAt: string
  version: string
}

/** Returns a module's versions, the latest cached first; `limit` a page. */
export async function versionRows(
  db: Db,
  moduleId: number,
  page: { limit: number; after?: VersionPosition | null },
): Promise<VersionRow[]> {
  const { after } = page
  const below =
    after === undefined || after === null
      ? sql``
      : sql`and (cached_at, version) < (${after.cachedAt}::timestamptz, ${after.version})`
  const { rows } = await sql<VersionRow>`
    select v.version, v.cached_at as "cachedAt", v.logged_only as "loggedOnly", v.taken_down_at as "takenDownAt",
      i.verdict, i.reason, i.last_seen_at as "inspectedAt", i.repository, i.commit_id as commit
    from (
      select * from version where module_id = ${moduleId} ${below}
      order by cached_at desc, version desc limit ${page.limit}) v
    left join lateral (
      select verdict, reason, last_seen_at, repository, commit_id from inspection
      where module_id = v.module_id and version = v.version order by id desc limit 1) i on true
    order by v.cached_at desc, v.version desc`.execute(db)
  return rows
}

/** Returns these versions of a module. */
export async function versionRowsOf(
  db: Db,
  moduleId: number,
  versions: readonly string[],
): Promise<VersionRow[]> {
  if (versions.length === 0) return []
  const { rows } = await sql<VersionRow>`
    select v.version, v.cached_at as "cachedAt", v.logged_only as "loggedOnly", v.taken_down_at as "takenDownAt",
      i.verdict, i.reason, i.last_seen_at as "inspectedAt", i.repository, i.commit_id as commit
    from version v
    left join lateral (
      select verdict, reason, last_seen_at, repository, commit_id from inspection
      where module_id = v.module_id and version = v.version order by id desc limit 1) i on true
    where v.module_id = ${moduleId} and v.version = any(${versions}::text[])
    order by v.cached_at desc, v.version desc`.execute(db)
  return rows
}

export interface VerdictChange {
  version: string
  at: string
  verdict: Verdict
  reason: string
}

/** Returns what the inspections of these versions saw and when that changed, oldest first. */
export async function verdictChanges(
  db: Db,
  moduleId: number,
  versions: readonly string[],
  limit: number,
): Promise<VerdictChange[]> {
  if (versions.length === 0) return []
  const { rows } = await sql<VerdictChange>`
    select version, first_seen_at as at, verdict, reason from inspection
    where module_id = ${moduleId} and version = any(${versions}::text[]) order by id limit ${limit}`.execute(
    db,
  )
  return rows
}

export interface Dependents {
  /** Modules that require it directly, counted up to the limit. */
  count: number
  /** True if more exist. */
  more: boolean
  /** A few of them, the most used first. */
  paths: string[]
}

/** Limit of counted dependents: longer lists go unread. */
const MAX_DEPENDENTS = 1_000
const NAMED_DEPENDENTS = 12

/** Returns who requires a module path directly, by the go.mod files that were read. */
export async function dependentsOf(db: Db, path: string): Promise<Dependents> {
  const { rows } = await sql<{ path: string; count: number }>`
    with dependent as (select module_id from requirement where path = ${path} limit ${MAX_DEPENDENTS + 1})
    select m.path, (select count(*) from dependent) as count from dependent d join module m on m.id = d.module_id
    order by m.dependents desc, m.path limit ${NAMED_DEPENDENTS}`.execute(db)
  const count = rows[0]?.count ?? 0
  return {
    count: Math.min(count, MAX_DEPENDENTS),
    more: count > MAX_DEPENDENTS,
    paths: rows.map((row) => row.path),
  }
}

/** Modules whose paths are an element below `prefix`, or are `prefix`, in byte order; `limit` a page. */
export async function modulesBelow(
  db: Db,
  prefix: string,
  page: { limit: number; after?: string | null },
): Promise<{ id: number; path: string; versionCount: number; dependents: number; lastCachedAt: string }[]> {
  const { rows } = await sql<{
    id: number
    path: string
    versionCount: number
    dependents: number
    lastCachedAt: string
  }>`
    select id, path, version_count as "versionCount", dependents, last_cached_at as "lastCachedAt" from module
    where (path = ${prefix} or (path >= ${`${prefix}/`} and path < ${`${prefix}0`})) and path > ${page.after ?? ''}
    order by path limit ${page.limit}`.execute(db)
  return rows
}

/** Returns what is known of a version's hash; null for a version that the feed has not shown. */
export async function signedSumOf(
  db: Db,
  module: string,
  version: string,
): Promise<{ zipSum: string | null } | null> {
  const row = await db
    .selectFrom('version as v')
    .innerJoin('module as m', 'm.id', 'v.module_id')
    .select('v.zip_sum')
    .where('m.path', '=', module)
    .where('v.version', '=', version)
    .executeTakeFirst()
  if (row === undefined) return null
  return { zipSum: row.zip_sum === null ? null : `h1:${row.zip_sum.toString('base64')}` }
}
