import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'
import type { Trx } from '../database.ts'
import type { TimeInput } from '../values.ts'
import { timeText } from '../values.ts'
import { followUps, lockPages, saveCursor } from './feed.ts'
import { lockModules } from './modules.ts'

/** One record of the checksum database. */
interface LoggedSums {
  path: string
  version: string
  /** `h1:` of the zip. */
  sum: string
  /** `h1:` of the go.mod. */
  goModSum: string
}

export interface SumsPage {
  /** Name of the cursor. */
  feed: string
  records: readonly LoggedSums[]
  /** The first record that was not read yet. */
  nextRecord: bigint
  now: TimeInput
  /** Inspection of new versions, as in {@link FeedPage}. */
  schedule: { dueAt: Date | string; priority: number; unwatchedSince?: Date | string | null } | null
  goModDueAt: Date | string | null
  /** Modules whose go.mod is read: all, or look-alikes and targets only. */
  goModsOf: 'all' | 'watched'
}

export interface SavedSums {
  /** Versions that got their hashes. */
  known: number
  /** Versions that the feed has not brought, saved because the log has them. */
  loggedOnly: number
  /** Records that contradict the hashes of an earlier record of the same version. What was there stays. */
  contradictions: { path: string; version: string }[]
}

/**
 * Saves the hashes of one or more record tiles, the versions missing from the feed, and the cursor, in the caller's
 * transaction. The log has no times, so a missing version gets the latest known time of its neighbours in the log, or `now`.
 * The true time replaces it once the feed lists the version.
 */
export async function saveSums(trx: Trx, page: SumsPage): Promise<SavedSums> {
  await lockPages(trx)
  const contradictions = await contradicting(trx, page)
  const known = await updateKnown(trx, page)
  const loggedOnly = await insertUnknown(trx, page)
  await saveCursor(
    trx,
    page.feed,
    { positionMicros: page.nextRecord, seenAtPosition: [] },
    page.records.length,
  )
  return { known, loggedOnly, contradictions }
}

function given({ records }: SumsPage): RawBuilder<unknown> {
  return sql`
    select distinct on (path, version) path, version,
      decode(substr(sum, 4), 'base64') as sum, decode(substr(go_mod_sum, 4), 'base64') as go_mod_sum
    from unnest(
      ${records.map((r) => r.path)}::text[], ${records.map((r) => r.version)}::text[],
      ${records.map((r) => r.sum)}::text[], ${records.map((r) => r.goModSum)}::text[]
    ) with ordinality as r (path, version, sum, go_mod_sum, at)
    order by path, version, at`
}

/**
 * The given rows with what the store has of them. Lateral, so that both tables are asked by key, row by row: joined freely
 * without statistics, a planner pairs all rows of one version text (`v1.0.0` is everywhere) before it looks at the module,
 * which was seen to take 17 s a page instead of 0.1 s.
 */
function stored(page: SumsPage): RawBuilder<unknown> {
  return sql`(${given(page)}) g
    cross join lateral (select id from module where path = g.path offset 0) m
    cross join lateral (
      select ctid, zip_sum, gomod_sum, cached_at, logged_only from version
      where module_id = m.id and version = g.version offset 0
    ) v`
}

async function contradicting(trx: Trx, page: SumsPage): Promise<{ path: string; version: string }[]> {
  const { rows } = await sql<{ path: string; version: string }>`
    select g.path, g.version from ${stored(page)}
    where v.zip_sum is not null and (v.zip_sum, v.gomod_sum) is distinct from (g.sum, g.go_mod_sum)
    order by g.path, g.version`.execute(trx)
  return rows
}

/** Updates versions by ctid. This is safe because no other process changes versions while the pages' lock is held. */
async function updateKnown(trx: Trx, page: SumsPage): Promise<number> {
  const { numAffectedRows } = await sql`
    update version t set zip_sum = s.sum, gomod_sum = s.go_mod_sum
    from (select v.ctid, g.sum, g.go_mod_sum from ${stored(page)} where v.zip_sum is null offset 0) s
    where t.ctid = s.ctid`.execute(trx)
  return Number(numAffectedRows ?? 0)
}

async function insertUnknown(trx: Trx, page: SumsPage): Promise<number> {
  const unknown = await pathsOfUnknown(trx, page)
  if (unknown.length === 0) return 0
  const at = await estimatedTime(trx, page)
  await sql`
    insert into module (path, first_cached_at, last_cached_at)
    select distinct g.path, ${at}::timestamptz, ${at}::timestamptz from (${given(page)}) g
    where not exists (select from module m where m.path = g.path)
    order by g.path
    on conflict (path) do nothing`.execute(trx)
  await lockModules(trx, unknown)
  const { rows } = await sql<{ count: number }>`
    with added as (
      insert into version (module_id, version, cached_at, zip_sum, gomod_sum, logged_only)
      select m.id, g.version, ${at}::timestamptz, g.sum, g.go_mod_sum, true
      from (${given(page)}) g cross join lateral (select id from module where path = g.path offset 0) m
      where not exists (select from version v where v.module_id = m.id and v.version = g.version)
      order by m.id, g.version
      on conflict do nothing
      returning module_id, version, cached_at
    ), per_module as (
      select module_id, count(*)::int as versions from added group by module_id
    ), counted as (
      update module m set version_count = m.version_count + p.versions
      from per_module p where m.id = p.module_id
    ), ${followUps(page)}
    select count(*) as count from added`.execute(trx)
  return rows[0]?.count ?? 0
}

/** Modules of which the page has a version that the store has not. Asked by key, row by row, as in {@link stored}. */
async function pathsOfUnknown(trx: Trx, page: SumsPage): Promise<string[]> {
  const { rows } = await sql<{ path: string }>`
    select distinct g.path from (${given(page)}) g
    where (
      select true from module m join version v on v.module_id = m.id
      where m.path = g.path and v.version = g.version
    ) is null`.execute(trx)
  return rows.map(({ path }) => path)
}

async function estimatedTime(trx: Trx, page: SumsPage): Promise<string> {
  const { rows } = await sql<{ at: string | null }>`
    select max(v.cached_at) as at from ${stored(page)} where not v.logged_only`.execute(trx)
  return rows[0]?.at ?? timeText(page.now)
}
