import { sql } from 'kysely'
import type { Db, Trx } from '../database.ts'
import type { TimeInput } from '../values.ts'
import { jsonText, timeText } from '../values.ts'
import { askForAssessment } from '../work/due.ts'

/** Affected versions in OSV's format. If both lists are empty, every version is affected. */
export interface AffectedVersions {
  versions: string[]
  ranges: {
    events: {
      introduced?: string | undefined
      fixed?: string | undefined
      last_affected?: string | undefined
    }[]
  }[]
}

/** Entry of a database of malicious packages for one module. */
export interface MaliciousRow {
  /** Name of the database. */
  source: string
  id: string
  module: string
  summary: string
  affected: AffectedVersions
  publishedAt: string | null
  /** Set where the entry was taken back. */
  withdrawnAt: string | null
}

/** Saves entries, each in place of what was known of it, and has the known modules of new and changed ones assessed again. */
export async function saveMaliciousEntries(
  trx: Trx,
  rows: readonly MaliciousRow[],
  now: TimeInput,
): Promise<void> {
  if (rows.length === 0) return
  const json = jsonText(rows)
  const { rows: changed } = await sql<{ module: string }>`
    insert into malicious_entry as e (source, id, module, summary, affected, published_at, withdrawn_at, imported_at)
    select distinct on (source, id, module) source, id, module, summary, affected, "publishedAt", "withdrawnAt",
           ${timeText(now)}::timestamptz
    from jsonb_to_recordset(${json}::jsonb) as r (source text, id text, module text, summary text, affected jsonb,
      "publishedAt" timestamptz, "withdrawnAt" timestamptz)
    order by source, id, module
    on conflict (source, id, module) do update
    set summary = excluded.summary, affected = excluded.affected, published_at = excluded.published_at,
        withdrawn_at = excluded.withdrawn_at, imported_at = excluded.imported_at
    where (e.summary, e.affected, e.published_at, e.withdrawn_at)
      is distinct from (excluded.summary, excluded.affected, excluded.published_at, excluded.withdrawn_at)
    returning module`.execute(trx)
  const { rows: known } = await sql<{ id: number }>`
    select id from module where path = any(${[...new Set(changed.map(({ module }) => module))]}::text[])`.execute(
    trx,
  )
  await askForAssessment(
    trx,
    known.map(({ id }) => id),
    now,
  )
}

/** The entries that name a module and were not taken back, by source and id. */
export async function maliciousEntriesOf(
  db: Db,
  module: string,
): Promise<Pick<MaliciousRow, 'source' | 'id' | 'summary' | 'affected'>[]> {
  const rows = await db
    .selectFrom('malicious_entry')
    .select(['source', 'id', 'summary', 'affected'])
    .where('module', '=', module)
    .where('withdrawn_at', 'is', null)
    .orderBy('source')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({ ...row, affected: row.affected as AffectedVersions }))
}

/** Every entry, the withdrawn ones included, by module; at most `limit`. */
export async function listMaliciousEntries(
  db: Db,
  { search, limit }: { search: string; limit: number },
): Promise<Omit<MaliciousRow, 'affected'>[]> {
  return db
    .selectFrom('malicious_entry')
    .select([
      'source',
      'id',
      'module',
      'summary',
      'published_at as publishedAt',
      'withdrawn_at as withdrawnAt',
    ])
    .where(sql<boolean>`strpos(lower(module), ${search.toLowerCase()}) > 0`)
    .orderBy('module')
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** Returns the ETag of the archive that was read from `source` last; null without one. */
export async function knownRefresh(db: Db, source: string): Promise<string | null> {
  const row = await db
    .selectFrom('known_refresh')
    .select('etag')
    .where('source', '=', source)
    .executeTakeFirst()
  return row?.etag ?? null
}

/** Records that the archive of `source` was read. */
export async function saveKnownRefresh(
  trx: Trx,
  source: string,
  etag: string | null,
  now: TimeInput,
): Promise<void> {
  await trx
    .insertInto('known_refresh')
    .values({ source, etag, read_at: now })
    .onConflict((conflict) => conflict.column('source').doUpdateSet({ etag, read_at: now }))
    .execute()
}
