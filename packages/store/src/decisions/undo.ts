import { sql } from 'kysely'
import type { Trx } from '../database.ts'
import { StoreError } from '../errors.ts'
import type { DecisionVia } from '../finding-tables.ts'
import { disallow } from '../tables/allow.ts'
import type { TimeInput } from '../values.ts'
import { timeText } from '../values.ts'
import { logDecision } from './log.ts'

export interface UndoResult {
  decisionId: number
  /** Findings that are as they were before. */
  restored: number[]
  /** Findings on which someone has decided again since: they stay. */
  kept: number[]
  /** Modules that are assessed again, as an entry of the allow list was removed. */
  moduleIds: number[]
}

/**
 * Takes a decision back: its findings get the state that they had before, and the allow entries that it made are removed. A
 * finding with a later decision stays as it is.
 *
 * @throws StoreError `not-found`, or `invalid-input` where it was taken back already
 */
export async function undo(
  trx: Trx,
  id: number,
  by: { author: string; via: DecisionVia },
  now: TimeInput,
): Promise<UndoResult> {
  const decision = await trx
    .selectFrom('decision')
    .select(['action', 'undone_by'])
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (decision === undefined) throw new StoreError('not-found', `There is no decision ${id}.`)
  if (decision.undone_by !== null)
    throw new StoreError('invalid-input', `Decision ${id} was taken back already.`)
  if (decision.action === 'undo') throw new StoreError('invalid-input', 'An undo cannot be taken back.')
  const { restorable, kept } = await findingsOf(trx, id)
  const reason = `decision ${id} taken back`
  const entry = { ...by, action: 'undo', reason, undoes: id, findings: restorable.length } as const
  const decisionId = await logDecision(trx, entry, now)
  await restore(trx, id, restorable, { decisionId, author: by.author, reason, now })
  await trx.updateTable('decision').set({ undone_by: decisionId }).where('id', '=', id).execute()
  return { decisionId, restored: restorable, kept, moduleIds: await removeEntries(trx, id, now) }
}

async function findingsOf(trx: Trx, id: number): Promise<{ restorable: number[]; kept: number[] }> {
  const { rows } = await sql<{ id: number; current: boolean }>`
    select f.id, f.decision_id = ${id} as current from finding f
    where f.id in (select finding_id from finding_history where decision_id = ${id} and before is not null)
    order by f.id for update of f`.execute(trx)
  const ids = (current: boolean): number[] =>
    rows.filter((row) => row.current === current).map((row) => row.id)
  return { restorable: ids(true), kept: ids(false) }
}

interface Undoing {
  decisionId: number
  author: string
  reason: string
  now: TimeInput
}

async function restore(trx: Trx, id: number, ids: readonly number[], undoing: Undoing): Promise<void> {
  if (ids.length === 0) return
  const { decisionId, author, reason, now } = undoing
  const before = sql`(
    select h.finding_id, h.to_value, b.* from finding_history h
    cross join lateral jsonb_to_record(h.before) as b (
      status text, assignee text, decided_by text, decided_at timestamptz, decision_reason text, decision_kind text,
      decision_until timestamptz, decision_id bigint, decided_severity text, new_evidence_at timestamptz)
    where h.decision_id = ${id} and h.before is not null and h.finding_id = any(${ids}::bigint[]))`
  // Written before the findings change, while the history still tells what they were.
  await sql`
    insert into finding_history (finding_id, at, kind, from_value, to_value, author, reason, decision_id)
    select finding_id, ${timeText(now)}::timestamptz, 'status', to_value, status, ${author}, ${reason}, ${decisionId}
    from ${before} x`.execute(trx)
  await sql`
    update finding f set status = x.status, assignee = x.assignee, decided_by = x.decided_by,
      decided_at = x.decided_at, decision_reason = x.decision_reason, decision_kind = x.decision_kind,
      decision_until = x.decision_until, decision_id = x.decision_id, decided_severity = x.decided_severity,
      new_evidence_at = x.new_evidence_at, changed_at = ${timeText(now)}::timestamptz
    from ${before} x where f.id = x.finding_id`.execute(trx)
}

async function removeEntries(trx: Trx, id: number, now: TimeInput): Promise<number[]> {
  const entries = await trx.selectFrom('allow_entry').select('id').where('decision_id', '=', id).execute()
  const moduleIds: number[] = []
  for (const entry of entries) moduleIds.push(...(await disallow(trx, entry.id, now)).moduleIds)
  return [...new Set(moduleIds)]
}
