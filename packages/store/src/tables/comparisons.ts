import { type ComparisonRecord, readComparisonRecord } from '@mirrorwatch/detect/records/comparison-record'
import { sql } from 'kysely'
import type { Db, Trx } from '../database.ts'
import type { TimeInput } from '../values.ts'
import { jsonText, timeOrNow } from '../values.ts'

export interface ComparisonRow {
  moduleId: number
  version: string
  target: string
  targetVersion: string
  result: ComparisonRecord
}

export interface StoredComparison extends Omit<ComparisonRow, 'result'> {
  /** Null where another release wrote it in a form that this one does not know. */
  result: ComparisonRecord | null
  comparedAt: string
}

/** Records how a look-alike's zip compares with its target's; a repeated comparison replaces the one before. */
export async function saveComparison(trx: Trx, row: ComparisonRow, now?: TimeInput): Promise<void> {
  await sql`
    insert into comparison (module_id, version, target, target_version, result, compared_at)
    values (${row.moduleId}, ${row.version}, ${row.target}, ${row.targetVersion},
            ${jsonText(row.result)}::jsonb, ${timeOrNow(now)})
    on conflict (module_id, version, target, target_version) do update
    set result = excluded.result, compared_at = excluded.compared_at`.execute(trx)
}

export async function comparisonsOf(db: Db, moduleId: number): Promise<StoredComparison[]> {
  const { rows } = await sql<Omit<StoredComparison, 'result'> & { result: unknown }>`
    select module_id as "moduleId", version, target, target_version as "targetVersion", result,
           compared_at as "comparedAt"
    from comparison where module_id = ${moduleId}
    order by target, version, target_version`.execute(db)
  return rows.map((row) => ({ ...row, result: readComparisonRecord(row.result) }))
}

export interface Copy {
  moduleId: number
  path: string
  target: string
  firstCachedAt: string
  dependents: number
}

/** Modules that are nearly copies of one of `targets` under their own path, by path. */
export async function copiesOf(db: Db, targets: readonly string[]): Promise<Copy[]> {
  if (targets.length === 0) return []
  const { rows } = await sql<Copy>`
    select distinct m.id as "moduleId", m.path, c.target, m.first_cached_at as "firstCachedAt", m.dependents
    from comparison c join module m on m.id = c.module_id
    where c.target = any(${targets}::text[])
      and c.result @> '{"comparison": {"nearCopy": true}}'
      and c.result -> 'comparison' ->> 'declaredPath' is distinct from c.target
    order by m.path, c.target`.execute(db)
  return rows
}
