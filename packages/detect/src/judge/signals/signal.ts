import type { EvidenceOf, SignalOf } from '../../finding.ts'
import type { SignalId } from './table.ts'

/** Makes a signal; the rule's id decides which evidence it takes. */
export function signal<Id extends SignalId>(
  rule: Id,
  version: string | null,
  evidence: EvidenceOf<Id>,
): SignalOf<Id> {
  return { rule, version, evidence }
}
