import type { Severity } from '@mirrorwatch/detect/severity'
import { sql } from 'kysely'
import type { Db, FindingStatus } from '../database.ts'
import { type AllowEntry, listAllowEntries } from '../tables/allow.ts'
import type { AffectedVersions } from '../tables/malicious.ts'
import { allTargets } from '../tables/targets.ts'

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
async function firstFindings(db: Db, limit: number): Promise<FindingLine[]> {
  const { rows } = await sql<FindingLine>`
    select f.id, m.path as module, f.target, f.severity, f.status, f.summary
    from finding f join module m on m.id = f.module_id
    order by f.severity_rank, f.id
    limit ${limit}`.execute(db)
  return rows
}

/** A module that a database of malicious packages lists. */
export interface ListedModule {
  module: string
  id: string
  source: string
  summary: string
  affected: AffectedVersions
}

/** The part of the store that a check of names reads. */
export interface Knowledge {
  findings: FindingLine[]
  listed: ListedModule[]
  targets: { path: string; dependents: number }[]
  /** Expired entries included. */
  allow: AllowEntry[]
}

/** Returns what is known of these modules, or of all: then at most `limit` findings and as many listed modules. */
export async function knowledgeOf(db: Db, about: readonly string[] | { limit: number }): Promise<Knowledge> {
  const isAll = 'limit' in about
  const listed = db
    .selectFrom('malicious_entry')
    .select(['module', 'id', 'source', 'summary', 'affected'])
    .where('withdrawn_at', 'is', null)
    .orderBy('module')
    .orderBy('id')
  const rows = await (isAll
    ? listed.limit(about.limit)
    : listed.where(sql<boolean>`module = any(${about}::text[])`)
  ).execute()
  return {
    findings: await (isAll ? firstFindings(db, about.limit) : findingsOn(db, about)),
    listed: rows.map((row) => ({ ...row, affected: row.affected as AffectedVersions })),
    targets: (await allTargets(db)).map(({ path, dependents }) => ({ path, dependents })),
    allow: await listAllowEntries(db),
  }
}
