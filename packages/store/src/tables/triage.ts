import type { FindingStatus, Trx } from '../database.ts'
import { StoreError } from '../errors.ts'
import type { TimeInput } from '../values.ts'

export interface Decision {
  status: FindingStatus
  author: string
  reason: string
}

/**
 * Records a person's decision on a finding, with history. A new decision clears `new_evidence_at`. `open` takes a decision
 * back. Repeating a decision changes nothing.
 *
 * @throws StoreError `not-found`
 */
export async function triage(
  trx: Trx,
  id: number,
  decision: Decision,
  now: TimeInput,
): Promise<{ changed: boolean }> {
  const finding = await trx
    .selectFrom('finding')
    .select(['status', 'severity', 'decided_by', 'decision_reason', 'new_evidence_at'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (finding === undefined) throw new StoreError('not-found', `There is no finding ${id}.`)
  const same =
    finding.status === decision.status &&
    finding.decided_by === decision.author &&
    finding.decision_reason === decision.reason &&
    finding.new_evidence_at === null
  if (same) return { changed: false }
  await trx
    .updateTable('finding')
    .set({
      status: decision.status,
      decided_by: decision.author,
      decided_at: now,
      decision_reason: decision.reason,
      decided_severity: decision.status === 'open' ? null : finding.severity,
      new_evidence_at: null,
      changed_at: now,
    })
    .where('id', '=', id)
    .execute()
  await trx
    .insertInto('finding_history')
    .values({
      finding_id: id,
      at: now,
      kind: 'status',
      from_value: finding.status,
      to_value: decision.status,
      author: decision.author,
      reason: decision.reason,
    })
    .execute()
  return { changed: true }
}
