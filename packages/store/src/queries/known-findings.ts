import type { Severity } from '@mirrorwatch/detect/severity'
import { sql } from 'kysely'
import type { Db, FindingStatus } from '../database.ts'

export interface FindingLine {
  id: number
  module: string
  target: string | null
  severity: Severity
  status: FindingStatus
  summary: string
}

/** The findings on any of these modules, most severe first, without their evidence. */
export async function findingsOn(db: Db, modules: readonly string[]): Promise<FindingLine[]> {
  if (modules.length === 0) return []
  const { rows } = await sql<FindingLine>`
    select f.id, m.path as module, f.target, f.severity, f.status, f.summary
    from finding f join module m on m.id = f.module_id
    where m.path = any(${modules}::text[])
    order by f.severity_rank, f.id`.execute(db)
  return rows
}

/** The findings on all modules, most severe first, at most `limit`. */
export async function firstFindings(db: Db, limit: number): Promise<FindingLine[]> {
  const { rows } = await sql<FindingLine>`
    select f.id, m.path as module, f.target, f.severity, f.status, f.summary
    from finding f join module m on m.id = f.module_id
    order by f.severity_rank, f.id
    limit ${limit}`.execute(db)
  return rows
}
