import { isDeepStrictEqual } from 'node:util'
import type { Signal } from '@mirrorwatch/detect/finding'
import type { Trx } from '../database.ts'
import type { HistoryKind } from '../finding-tables.ts'
import { jsonText } from '../values.ts'

/** A transaction that changes findings, and its time. */
export interface FindingChange {
  trx: Trx
  now: string
}

interface StoredSignalRow {
  rule: string
  version: string
  evidence: unknown
  withdrawn_at: string | null
}

/**
 * Makes the signals of a finding what `signals` say: new ones are added, known ones refreshed, others withdrawn. Returns true if
 * anything but `last_seen_at` changed.
 */
export async function updateSignals(
  context: FindingChange,
  findingId: number,
  signals: readonly Signal[],
): Promise<boolean> {
  const { trx } = context
  const stored = await trx
    .selectFrom('signal')
    .select(['rule', 'version', 'evidence', 'withdrawn_at'])
    .where('finding_id', '=', findingId)
    .execute()
  const byName = new Map(stored.map((row) => [signalName(row), row]))
  let changed = false
  for (const signal of signals) {
    const known = byName.get(signalName(signal))
    byName.delete(signalName(signal))
    if (known === undefined) await insertSignal(context, findingId, signal)
    else if (await refreshSignal(context, findingId, known, signal)) changed = true
    if (known === undefined || known.withdrawn_at !== null) {
      await record(context, findingId, 'signal-added', null, signalName(signal))
      changed = true
    }
  }
  for (const gone of byName.values()) {
    if (gone.withdrawn_at !== null) continue
    await withdrawSignal(context, findingId, gone)
    changed = true
  }
  return changed
}

/** Adds a signal that the finding does not have. */
export async function insertSignal(
  { trx, now }: FindingChange,
  findingId: number,
  signal: Signal,
): Promise<void> {
  await trx
    .insertInto('signal')
    .values({
      finding_id: findingId,
      rule: signal.rule,
      version: signal.version ?? '',
      evidence: jsonText(signal.evidence),
      first_seen_at: now,
      last_seen_at: now,
      withdrawn_at: null,
    })
    .execute()
}

/** Returns whether the evidence is new. */
async function refreshSignal(
  { trx, now }: FindingChange,
  findingId: number,
  known: StoredSignalRow,
  signal: Signal,
): Promise<boolean> {
  const text = jsonText(signal.evidence)
  const same = isDeepStrictEqual(JSON.parse(text), known.evidence)
  await trx
    .updateTable('signal')
    .set({ last_seen_at: now, withdrawn_at: null, ...(same ? {} : { evidence: text }) })
    .where('finding_id', '=', findingId)
    .where('rule', '=', known.rule)
    .where('version', '=', known.version)
    .execute()
  return !same
}

async function withdrawSignal(
  context: FindingChange,
  findingId: number,
  gone: StoredSignalRow,
): Promise<void> {
  await context.trx
    .updateTable('signal')
    .set({ withdrawn_at: context.now })
    .where('finding_id', '=', findingId)
    .where('rule', '=', gone.rule)
    .where('version', '=', gone.version)
    .execute()
  await record(context, findingId, 'signal-withdrawn', signalName(gone), null)
}

/** Returns the name of a signal within its finding: `rule@version`. */
export function signalName(signal: { rule: string; version: string | null }): string {
  return signal.version === null || signal.version === '' ? signal.rule : `${signal.rule}@${signal.version}`
}

/** Adds a line to the history of a finding. */
export async function record(
  { trx, now }: FindingChange,
  findingId: number,
  kind: HistoryKind,
  from: string | null,
  to: string | null,
  reason: string | null = null,
): Promise<void> {
  await trx
    .insertInto('finding_history')
    .values({ finding_id: findingId, at: now, kind, from_value: from, to_value: to, reason })
    .execute()
}
