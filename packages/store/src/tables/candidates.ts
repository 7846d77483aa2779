import { sql } from 'kysely'
import type { CandidateTable, Db, Trx } from '../database.ts'
import type { TimeInput } from '../values.ts'
import { timeOrNow } from '../values.ts'

export interface CandidateRow {
  moduleId: number
  target: string
  rule: string
  strength: CandidateTable['strength']
  distance: number | null
  reason: string
}

export interface StoredCandidate extends CandidateRow {
  firstSeenAt: string
}

/** Saves candidates; known ones stay as they are. Returns those that are new. */
export async function saveCandidates(
  trx: Trx,
  rows: readonly CandidateRow[],
  now?: TimeInput,
): Promise<CandidateRow[]> {
  if (rows.length === 0) return []
  const added = await sql<{ module_id: number; target: string; rule: string }>`
    insert into candidate (module_id, target, rule, strength, distance, reason, first_seen_at)
    select r.*, ${timeOrNow(now)}
    from unnest(
      ${rows.map((row) => row.moduleId)}::bigint[], ${rows.map((row) => row.target)}::text[],
      ${rows.map((row) => row.rule)}::text[], ${rows.map((row) => row.strength)}::text[],
      ${rows.map((row) => row.distance)}::int[], ${rows.map((row) => row.reason)}::text[]
    ) as r (module_id, target, rule, strength, distance, reason)
    order by r.module_id, r.target, r.rule
    on conflict do nothing
    returning module_id, target, rule`.execute(trx)
  const keys = new Set(added.rows.map((row) => keyOf(row.module_id, row.target, row.rule)))
  return rows.filter((row) => keys.delete(keyOf(row.moduleId, row.target, row.rule)))
}

function keyOf(moduleId: number, target: string, rule: string): string {
  return `${moduleId} ${rule} ${target}`
}

export async function candidatesOf(db: Db, moduleId: number): Promise<StoredCandidate[]> {
  return db
    .selectFrom('candidate')
    .select([
      'module_id as moduleId',
      'target',
      'rule',
      'strength',
      'distance',
      'reason',
      'first_seen_at as firstSeenAt',
    ])
    .where('module_id', '=', moduleId)
    .orderBy('target')
    .orderBy('rule')
    .execute()
}
