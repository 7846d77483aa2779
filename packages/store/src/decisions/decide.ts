import { sql } from 'kysely'
import type { Db, FindingStatus, Trx } from '../database.ts'
import { StoreError } from '../errors.ts'
import type { DecisionVia } from '../finding-tables.ts'
import type { TimeInput } from '../values.ts'
import { jsonText, timeText } from '../values.ts'
import { logDecision } from './log.ts'

/** Decision on one or more findings. */
export interface Decision {
  status: FindingStatus
  author: string
  reason: string
  /** Interface of the decision. Default: the command line. */
  via?: DecisionVia
  /** Reason from the short list, `DISMISS_KINDS`. */
  kind?: string | null
  /** Assignee. Default: the author for `investigating`, unchanged otherwise. */
  assignee?: string | null
  /** When the decision ends: the finding then asks for a second look. */
  until?: TimeInput | null
}

/** A finding to decide on. */
export interface DecisionTarget {
  id: number
  /** `changedAt` of the finding as the person saw it: one that has changed since is left alone. */
  changedAt?: string | undefined
}

/** A finding that was left alone because it has changed since the person saw it. */
interface DecisionConflict {
  id: number
  status: FindingStatus
  changedAt: string
  /** Author of the last decision, else null. */
  decidedBy: string | null
}

export interface DecisionResult {
  /** Id in the audit log, for {@link undo}; null where nothing changed. */
  decisionId: number | null
  changed: number[]
  /** Findings that had this decision already. */
  unchanged: number[]
  conflicts: DecisionConflict[]
  missing: number[]
}

/** Findings of one decision. */
export const MAX_DECIDED = 10_000

interface Row {
  id: number
  status: FindingStatus
  assignee: string | null
  decided_by: string | null
  decided_at: string | null
  decision_reason: string | null
  decision_kind: string | null
  decision_until: string | null
  decision_id: number | null
  decided_severity: string | null
  new_evidence_at: string | null
  changed_at: string
}

/** Columns that a decision sets: what {@link undo} restores. */
const DECISION_COLUMNS = [
  'status',
  'assignee',
  'decided_by',
  'decided_at',
  'decision_reason',
  'decision_kind',
  'decision_until',
  'decision_id',
  'decided_severity',
  'new_evidence_at',
] as const

/**
 * Records a person's decision on findings, with history, in the caller's transaction. A new decision clears
 * `new_evidence_at`. `open` takes a decision back. Repeating a decision changes nothing.
 *
 * @throws StoreError `invalid-input` for too many findings
 */
export async function decide(
  trx: Trx,
  targets: readonly DecisionTarget[],
  decision: Decision,
  now: TimeInput,
): Promise<DecisionResult> {
  if (targets.length > MAX_DECIDED) {
    throw new StoreError('invalid-input', `A decision may be about ${MAX_DECIDED} findings at most.`)
  }
  const rows = await lockFindings(trx, targets)
  const result = sortRows(rows, targets, decision)
  if (result.changed.length > 0) {
    result.decisionId = await logDecision(
      trx,
      {
        author: decision.author,
        via: decision.via ?? 'command line',
        action: decision.status,
        reason: decision.reason,
        subject: result.changed.length === 1 ? String(result.changed[0]) : null,
        kind: decision.kind ?? null,
        until: decision.until ?? null,
        findings: result.changed.length,
      },
      now,
    )
    await apply(trx, result.decisionId, rows, result.changed, decision, now)
  }
  return result
}

/** Locks in the order of ids, so that two decisions never wait for each other in a circle. */
async function lockFindings(trx: Trx, targets: readonly DecisionTarget[]): Promise<Map<number, Row>> {
  const rows: Row[] = await trx
    .selectFrom('finding')
    .select([...DECISION_COLUMNS, 'id', 'changed_at'])
    .where(sql<boolean>`id = any(${targets.map(({ id }) => id)}::bigint[])`)
    .orderBy('id')
    .forUpdate()
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

function sortRows(
  rows: ReadonlyMap<number, Row>,
  targets: readonly DecisionTarget[],
  decision: Decision,
): DecisionResult {
  const result: DecisionResult = { decisionId: null, changed: [], unchanged: [], conflicts: [], missing: [] }
  const seen = new Map(targets.map(({ id, changedAt }) => [id, changedAt]))
  for (const [id, changedAt] of seen) {
    const row = rows.get(id)
    if (row === undefined) result.missing.push(id)
    else if (isDecided(row, decision)) result.unchanged.push(id)
    else if (changedAt !== undefined && row.changed_at !== changedAt) {
      result.conflicts.push({ id, status: row.status, changedAt: row.changed_at, decidedBy: row.decided_by })
    } else result.changed.push(id)
  }
  return result
}

function isDecided(row: Row, decision: Decision): boolean {
  const { status, author, reason, kind = null, until = null, assignee } = decision
  return (
    row.status === status &&
    row.decided_by === author &&
    row.decision_reason === reason &&
    row.decision_kind === kind &&
    isSameTime(row.decision_until, until) &&
    (assignee === undefined || row.assignee === assignee) &&
    row.new_evidence_at === null
  )
}

function isSameTime(one: string | null, other: TimeInput | null): boolean {
  if (one === null || other === null) return one === other
  return Date.parse(one) === Date.parse(timeText(other))
}

async function apply(
  trx: Trx,
  decisionId: number,
  rows: ReadonlyMap<number, Row>,
  ids: readonly number[],
  decision: Decision,
  now: TimeInput,
): Promise<void> {
  const { status, author, reason, kind = null, until = null } = decision
  const assignee = decision.assignee ?? (status === 'investigating' ? author : undefined)
  await trx
    .updateTable('finding')
    .set({
      status,
      decided_by: author,
      decided_at: now,
      decision_reason: reason,
      decision_kind: kind,
      decision_until: until,
      decision_id: decisionId,
      decided_severity: status === 'open' ? null : sql`severity`,
      new_evidence_at: null,
      changed_at: now,
      ...(assignee === undefined ? {} : { assignee }),
    })
    .where(sql<boolean>`id = any(${ids}::bigint[])`)
    .execute()
  const changed = ids.flatMap((id) => rows.get(id) ?? [])
  await sql`
    insert into finding_history (finding_id, at, kind, from_value, to_value, author, reason, decision_id, before)
    select id, ${timeText(now)}::timestamptz, 'status', before ->> 'status', ${status}, ${author}, ${reason},
           ${decisionId}, before
    from unnest(${ids}::bigint[], ${changed.map(beforeText)}::jsonb[]) as h (id, before)`.execute(trx)
}

function beforeText(row: Row): string {
  return jsonText(Object.fromEntries(DECISION_COLUMNS.map((name) => [name, row[name]])))
}

/** Has the findings looked at again whose decision has ended by `now`. Returns how many those were. */
export async function endDecisions(db: Db, now: TimeInput): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('finding')
    .set({ new_evidence_at: timeText(now), changed_at: timeText(now) })
    .where('decision_until', '<=', timeText(now))
    .where('new_evidence_at', 'is', null)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** Records a decision on one finding. @throws StoreError `not-found` */
export async function triage(
  trx: Trx,
  id: number,
  decision: Decision,
  now: TimeInput,
): Promise<{ changed: boolean }> {
  const { changed, missing } = await decide(trx, [{ id }], decision, now)
  if (missing.length > 0) throw new StoreError('not-found', `There is no finding ${id}.`)
  return { changed: changed.length > 0 }
}
