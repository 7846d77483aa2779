import { sql } from 'kysely'
import type { Db, Trx } from '../database.ts'
import type { TimeInput } from '../values.ts'
import { timeOrNow } from '../values.ts'

export interface FingerprintRow {
  moduleId: number
  version: string
  files: number
  /** Total size of the files' contents. */
  bytes: number
  /** The packed list of names, sizes and checksums. */
  listing: Buffer
  /** Hashes of the files that say something, below 2^52. */
  features: readonly number[]
}

export interface StoredFingerprint {
  moduleId: number
  version: string
  files: number
  bytes: number
  listing: Buffer
}

/** Saves what a version's zip consists of; a repeated one replaces the one before. Features of older versions stay. */
export async function saveFingerprint(trx: Trx, row: FingerprintRow, now?: TimeInput): Promise<void> {
  await sql`
    insert into fingerprint (module_id, version, files, bytes, listing, taken_at)
    values (${row.moduleId}, ${row.version}, ${row.files}, ${row.bytes}, ${row.listing}, ${timeOrNow(now)})
    on conflict (module_id, version) do update
    set files = excluded.files, bytes = excluded.bytes, listing = excluded.listing,
        taken_at = excluded.taken_at`.execute(trx)
  if (row.features.length === 0) return
  await sql`
    insert into fingerprint_feature (feature, module_id)
    select distinct f, ${row.moduleId}::bigint from unnest(${[...row.features]}::bigint[]) as u (f) order by f
    on conflict do nothing`.execute(trx)
}

/** Fingerprints of one module's versions. */
export async function fingerprintsOf(db: Db, moduleId: number): Promise<StoredFingerprint[]> {
  return db
    .selectFrom('fingerprint')
    .select(['module_id as moduleId', 'version', 'files', 'bytes', 'listing'])
    .where('module_id', '=', moduleId)
    .orderBy('version')
    .execute()
}

/** Returns true if a version's zip was already listed. */
export async function hasFingerprint(db: Db, moduleId: number, version: string): Promise<boolean> {
  const row = await db
    .selectFrom('fingerprint')
    .select('module_id')
    .where('module_id', '=', moduleId)
    .where('version', '=', version)
    .executeTakeFirst()
  return row !== undefined
}

export async function fingerprintOf(
  db: Db,
  moduleId: number,
  version: string,
): Promise<StoredFingerprint | null> {
  const row = await db
    .selectFrom('fingerprint')
    .select(['module_id as moduleId', 'version', 'files', 'bytes', 'listing'])
    .where('module_id', '=', moduleId)
    .where('version', '=', version)
    .executeTakeFirst()
  return row ?? null
}

/** Returns the versions of a module that are nearest in size, nearest first. A copy has nearly the size of its original. */
export async function fingerprintsNear(
  db: Db,
  moduleId: number,
  { bytes, limit }: { bytes: number; limit: number },
): Promise<StoredFingerprint[]> {
  const { rows } = await sql<StoredFingerprint>`
    select module_id as "moduleId", version, files, bytes, listing
    from fingerprint where module_id = ${moduleId}
    order by abs(bytes - ${bytes}::bigint), version limit ${limit}`.execute(db)
  return rows
}

/** A module that shares files with the one asked about. */
export interface SharedModule {
  moduleId: number
  path: string
  /** Modules that require it. */
  dependents: number
  /** Features in common. */
  shared: number
}

export interface SharedQuery {
  features: readonly number[]
  /** The module asked about: itself is no answer. */
  moduleId: number
  /** Features that must be in common. */
  minShared: number
  limit: number
}

/**
 * Limit of modules per feature. A feature that more modules share is common, such as a file of a generator or a template.
 * It counts for the first of these modules only, so the query reads at most this many index rows per feature.
 */
const MOST_MODULES_OF_A_FEATURE = 100

/**
 * Which modules have files in common with this one, most first: the question "what is this nearly a copy of?" without any
 * name. An answer is a candidate: compare the listings, then the contents.
 */
export async function modulesSharing(db: Db, query: SharedQuery): Promise<SharedModule[]> {
  if (query.features.length === 0) return []
  const { rows } = await sql<SharedModule>`
    select s.module_id as "moduleId", m.path, m.dependents, s.shared
    from (
      select h.module_id, count(*)::integer as shared
      from unnest(${[...query.features]}::bigint[]) as u (f)
      cross join lateral (
        select module_id from fingerprint_feature where feature = u.f
        order by module_id limit ${MOST_MODULES_OF_A_FEATURE}
      ) h
      where h.module_id <> ${query.moduleId}
      group by h.module_id
      having count(*) >= ${query.minShared}
      order by shared desc, h.module_id
      limit ${query.limit}
    ) s join module m on m.id = s.module_id
    order by s.shared desc, s.module_id`.execute(db)
  return rows
}

/** A module that resembles what another one resembles. */
export interface RelatedModule {
  moduleId: number
  path: string
  firstCachedAt: string
  dependents: number
  /** Module path that its go.mod declares; null if it was not read. */
  declaredPath: string | null
  /** True where its content was found to be nearly the target's. */
  nearCopy: boolean
}

/** Modules read for one campaign, nearest in time first: nine owners were the most that was ever disclosed. */
const MOST_RELATED = 500

/**
 * Modules that resemble a target of this module by name or content, and that the mirror first cached within `days` of it,
 * this one included: what a campaign is found among.
 */
export async function relatedModules(db: Db, moduleId: number, days: number): Promise<RelatedModule[]> {
  const { rows } = await sql<RelatedModule>`
    with mine as (
      select target from candidate where module_id = ${moduleId}
      union select target from comparison where module_id = ${moduleId}
    ), related as (
      select module_id, false as near from candidate where target in (select target from mine)
      union all
      select module_id, result -> 'comparison' ->> 'nearCopy' = 'true'
      from comparison where target in (select target from mine)
    )
    select m.id as "moduleId", m.path, m.declared_path as "declaredPath", m.first_cached_at as "firstCachedAt", m.dependents, bool_or(coalesce(r.near, false)) as "nearCopy"
    from related r join module m on m.id = r.module_id
      join module own on own.id = ${moduleId}
    where m.first_cached_at between own.first_cached_at - make_interval(days => ${days})
                                and own.first_cached_at + make_interval(days => ${days})
    group by m.id, own.first_cached_at
    order by abs(extract(epoch from m.first_cached_at - own.first_cached_at)), m.path
    limit ${MOST_RELATED}`.execute(db)
  return rows
}
