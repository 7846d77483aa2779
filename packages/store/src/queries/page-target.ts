import { sql } from 'kysely'
import type { Db } from '../database.ts'

/** A target as pages show it. */
export interface TargetRow {
  path: string
  dependents: number
  source: string
  addedAt: string
  updatedAt: string
}

export async function targetByPath(db: Db, path: string): Promise<TargetRow | null> {
  const { rows } = await sql<TargetRow>`
    select path, dependents, source, added_at as "addedAt", updated_at as "updatedAt" from target
    where path = ${path}`.execute(db)
  return rows[0] ?? null
}
