import type { Trx } from '../database.ts'
import type { DecisionAction, DecisionVia } from '../finding-tables.ts'
import type { TimeInput } from '../values.ts'

/** Action of a person, for the audit log. */
export interface LogEntry {
  author: string
  via: DecisionVia
  action: DecisionAction
  reason: string
  /** The finding, if it is one; the entry of the allow or watch list. */
  subject?: string | null
  kind?: string | null
  until?: TimeInput | null
  findings?: number
  undoes?: number | null
}

/** Adds a line to the audit log, and returns its id. */
export async function logDecision(trx: Trx, entry: LogEntry, now: TimeInput): Promise<number> {
  const { author, via, action, reason, subject, kind, until, findings, undoes } = entry
  const { id } = await trx
    .insertInto('decision')
    .values({
      at: now,
      author,
      via,
      action,
      reason,
      subject: subject ?? null,
      kind: kind ?? null,
      until: until ?? null,
      findings: findings ?? 0,
      undoes: undoes ?? null,
      undone_by: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}
