import type { Db, DecisionAction, DecisionVia } from '../database.ts'

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
  'undone_by as undoneBy',
] as const

/** Returns the audit log, the latest first, `limit` lines from before `beforeId` on. */
export async function listDecisions(
  db: Db,
  page: { limit: number; beforeId?: number | null; author?: string },
): Promise<AuditEntry[]> {
  const { limit, beforeId, author } = page
  return db
    .selectFrom('decision')
    .select(COLUMNS)
    .$if(beforeId !== undefined && beforeId !== null, (query) => query.where('id', '<', beforeId ?? 0))
    .$if(author !== undefined, (query) => query.where('author', '=', author ?? ''))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** Returns one line of the audit log; null where there is none. */
export async function decisionById(db: Db, id: number): Promise<AuditEntry | null> {
  return (await db.selectFrom('decision').select(COLUMNS).where('id', '=', id).executeTakeFirst()) ?? null
}
