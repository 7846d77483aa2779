import type { Db } from '../database.ts'
import type { DecisionAction, DecisionVia } from '../finding-tables.ts'

/** One line of the audit log. */
export interface AuditEntry {
  id: number
  at: string
  author: string
  via: DecisionVia
  action: DecisionAction
  subject: string | null
  findings: number
  reason: string
  kind: string | null
  until: string | null
  undoes: number | null
  undoneBy: number | null
}

const COLUMNS = [
  'id',
  'at',
  'author',
  'via',
  'action',
  'subject',
  'findings',
  'reason',
  'kind',
  'until',
  'undoes',
] as const

/** Fields of a line, in the order of exports. */
export const AUDIT_FIELDS = [...COLUMNS, 'undoneBy'] as const satisfies readonly (keyof AuditEntry)[]

/** Returns the audit log, the latest first, `limit` lines from before `beforeId` on. */
export async function listDecisions(
  db: Db,
  page: { limit: number; beforeId?: number | null; author?: string },
): Promise<AuditEntry[]> {
  const { limit, beforeId, author } = page
  return db
    .selectFrom('decision')
    .select([...COLUMNS, 'undone_by as undoneBy'])
    .$if(beforeId !== undefined && beforeId !== null, (query) => query.where('id', '<', beforeId ?? 0))
    .$if(author !== undefined, (query) => query.where('author', '=', author ?? ''))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** Returns one line of the audit log, or null. */
export async function decisionById(db: Db, id: number): Promise<AuditEntry | null> {
  return (
    (await db
      .selectFrom('decision')
      .select([...COLUMNS, 'undone_by as undoneBy'])
      .where('id', '=', id)
      .executeTakeFirst()) ?? null
  )
}
