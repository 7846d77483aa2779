import type { Trx } from '../database.ts'
import { StoreError } from '../errors.ts'
import type { DecisionVia } from '../finding-tables.ts'
import type { TimeInput } from '../values.ts'
import { logDecision } from './log.ts'

/** Adds a note to the history of a finding. @throws StoreError `not-found` */
export async function addNote(
  trx: Trx,
  findingId: number,
  note: { author: string; via: DecisionVia; text: string },
  now: TimeInput,
): Promise<void> {
  const finding = await trx.selectFrom('finding').select('id').where('id', '=', findingId).executeTakeFirst()
  if (finding === undefined) throw new StoreError('not-found', `There is no finding ${findingId}.`)
  const { author, via, text } = note
  const entry = { author, via, action: 'note', reason: text, subject: String(findingId) } as const
  const decisionId = await logDecision(trx, entry, now)
  await trx
    .insertInto('finding_history')
    .values({
      finding_id: findingId,
      at: now,
      kind: 'note',
      from_value: null,
      to_value: null,
      author,
      reason: text,
      decision_id: decisionId,
    })
    .execute()
}
