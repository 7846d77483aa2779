import { sql } from 'kysely'
import type { Db, FindingStatus } from '../database.ts'
import { conditionsOf, type FindingFilter, severityRange, whereAll } from './finding-filter.ts'
import type { FindingPosition } from './findings-list.ts'

/** Returns the findings that match, each with the time of its last change; `limit` at most. */
export async function matchingFindings(
  db: Db,
  filter: FindingFilter,
  limit: number,
): Promise<{ id: number; changedAt: string }[]> {
  const conditions = conditionsOf(filter)
  if (filter.severities !== undefined) conditions.push(severityRange(filter.severities))
  const { rows } = await sql<{ id: number; changedAt: string }>`
    select f.id, f.changed_at as "changedAt" from finding f ${whereAll(conditions)} limit ${limit}`.execute(
    db,
  )
  return rows
}

/** Returns a finding's position in lists; null if it does not exist. */
export async function positionOfFinding(db: Db, id: number): Promise<FindingPosition | null> {
  const { rows } = await sql<FindingPosition>`
    select severity_rank as "severityRank", changed_at as "changedAt", id from finding where id = ${id}`.execute(
    db,
  )
  return rows[0] ?? null
}

/** A finding in as few words as a notice has. */
export interface FindingBrief {
  id: number
  module: string
  status: FindingStatus
  decidedBy: string | null
}

/** Returns those of `ids` that exist, by id. */
export async function findingBriefs(db: Db, ids: readonly number[]): Promise<FindingBrief[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<FindingBrief>`
    select f.id, m.path as module, f.status, f.decided_by as "decidedBy"
    from finding f join module m on m.id = f.module_id where f.id = any(${ids}::bigint[]) order by f.id`.execute(
    db,
  )
  return rows
}
