import { sql } from 'kysely'
import type { Db, Trx } from '../database.ts'
import { STREAM_PAGE } from '../limits.ts'
import type { TimeInput } from '../values.ts'
import { timeText } from '../values.ts'

export interface Module {
  id: number
  path: string
  firstCachedAt: string
  lastCachedAt: string
  versionCount: number
  latestVersion: string | null
  dependents: number
  matchedAt: string | null
  declaredPath: string | null
  blockedAt: string | null
  /** The version whose code was fingerprinted last, or could not be had; null: none was tried. */
  printedVersion: string | null
}

const COLUMNS = [
  'id',
  'path',
  'first_cached_at as firstCachedAt',
  'last_cached_at as lastCachedAt',
  'version_count as versionCount',
  'latest_version as latestVersion',
  'dependents',
  'matched_at as matchedAt',
  'declared_path as declaredPath',
  'blocked_at as blockedAt',
  'printed_version as printedVersion',
] as const

/** Returns modules whose path was not yet compared with the targets, by id, after `afterId` (0 to begin). */
export function unmatchedModules(db: Db, afterId: number, limit: number): Promise<ModuleName[]> {
  return modulesWithout(db, 'matched_at', afterId, limit)
}

/** Returns modules whose repository was never looked up, by id, after `afterId` (0 to begin). */
export function unlocatedModules(db: Db, afterId: number, limit: number): Promise<ModuleName[]> {
  return modulesWithout(db, 'located_at', afterId, limit)
}

interface ModuleName {
  id: number
  path: string
}

function modulesWithout(
  db: Db,
  time: 'matched_at' | 'located_at',
  afterId: number,
  limit: number,
): Promise<ModuleName[]> {
  return db
    .selectFrom('module')
    .select(['id', 'path'])
    .where(time, 'is', null)
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(limit)
    .execute()
}

/**
 * Keeps others from changing these modules until the transaction ends, and waits where they are being changed. What changes
 * modules and the rows about their versions calls this before anything else: locks that are taken in one order, that of
 * paths, never wait for each other in a circle.
 */
export async function lockModules(trx: Trx, paths: readonly string[]): Promise<void> {
  await sql`
    select from module where path = any(${[...new Set(paths)]}::text[]) order by path for no key update`.execute(
    trx,
  )
}

/** Notes that these modules were compared with all targets at `now`. Their locks: {@link lockModules}. */
export async function markMatched(trx: Trx, ids: readonly number[], now: TimeInput): Promise<void> {
  if (ids.length === 0) return
  await sql`update module set matched_at = ${timeText(now)}::timestamptz where id = any(${ids}::bigint[])`.execute(
    trx,
  )
}

export async function moduleById(db: Db, id: number): Promise<Module | null> {
  const row = await db.selectFrom('module').select(COLUMNS).where('id', '=', id).executeTakeFirst()
  return row ?? null
}

export async function moduleByPath(db: Db, path: string): Promise<Module | null> {
  const row = await db.selectFrom('module').select(COLUMNS).where('path', '=', path).executeTakeFirst()
  return row ?? null
}

/** The modules among `paths` that are known, in no order. */
export async function modulesByPath(db: Db, paths: readonly string[]): Promise<Module[]> {
  if (paths.length === 0) return []
  return db.selectFrom('module').select(COLUMNS).where(sql<boolean>`path = any(${paths}::text[])`).execute()
}

/** Every module path, by id, in pages of thousands: memory stays flat and no snapshot is held open. */
export async function* allModulePaths(
  db: Db,
  pageSize: number = STREAM_PAGE,
): AsyncGenerator<{ id: number; path: string }> {
  let after = 0
  for (;;) {
    const page = await db
      .selectFrom('module')
      .select(['id', 'path'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(pageSize)
      .execute()
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < pageSize) return
    after = last.id
  }
}

export interface ModuleFacts {
  id: number
  /** Left alone where undefined. */
  latestVersion?: string
  declaredPath?: string
  blockedAt?: TimeInput | null
}

/** Records what was learned about modules. */
export async function updateModules(trx: Trx, facts: readonly ModuleFacts[]): Promise<void> {
  for (const { id, latestVersion, declaredPath, blockedAt } of facts) {
    const set = {
      ...(latestVersion === undefined ? {} : { latest_version: latestVersion }),
      ...(declaredPath === undefined ? {} : { declared_path: declaredPath }),
      ...(blockedAt === undefined ? {} : { blocked_at: blockedAt }),
    }
    if (Object.keys(set).length === 0) continue
    await trx.updateTable('module').set(set).where('id', '=', id).execute()
  }
}

export interface Version {
  version: string
  cachedAt: string
  /** `h1:` hash of the zip, where the checksum database's record of it is known. */
  zipSum: string | null
  gomodSum: string | null
  takenDownAt: string | null
  /** True where only the checksum database has brought it: `cachedAt` is then an estimate. */
  loggedOnly: boolean
}

/** All known versions of a module, oldest in the mirror first. */
export async function versionsOf(db: Db, moduleId: number): Promise<Version[]> {
  const rows = await db
    .selectFrom('version')
    .selectAll()
    .where('module_id', '=', moduleId)
    .orderBy('cached_at')
    .orderBy('version')
    .execute()
  return rows.map((row) => ({
    version: row.version,
    cachedAt: row.cached_at,
    zipSum: sumText(row.zip_sum),
    gomodSum: sumText(row.gomod_sum),
    takenDownAt: row.taken_down_at,
    loggedOnly: row.logged_only,
  }))
}

function sumText(sum: Buffer | null): string | null {
  return sum === null ? null : `h1:${sum.toString('base64')}`
}
