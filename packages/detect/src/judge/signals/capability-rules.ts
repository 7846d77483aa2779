import type { EvidenceOf } from '../../finding.ts'
import { isWrite } from '../../go/capability/writes.ts'
import type { CapabilityKind, CapabilityUse } from '../../go/types.ts'
import { MAX_QUOTED } from './limits.ts'

/** Signals about uses of a capability in added code. */
export type UsesSignal =
  | 'import-process'
  | 'import-network'
  | 'import-writes'
  | 'import-secrets'
  | 'added-process'
  | 'added-network'
  | 'added-writes'
  | 'added-persistence'
  | 'added-native'
  | 'added-interpreter'
  | 'added-global'
  | 'added-secrets'

/** Signal of each use. `when`: only those that run on import, only the others, or all. */
export const CAPABILITIES: readonly {
  id: UsesSignal
  when: 'import' | 'later' | 'always'
  is: (use: CapabilityUse) => boolean
}[] = [
  { id: 'import-process', when: 'import', is: ofKind('process', 'plugin') },
  { id: 'import-network', when: 'import', is: ofKind('network') },
  { id: 'import-writes', when: 'import', is: isWrite },
  { id: 'import-secrets', when: 'import', is: ofKind('secrets') },
  { id: 'added-persistence', when: 'always', is: ofKind('persistence') },
  { id: 'added-native', when: 'always', is: ofKind('native', 'cgo', 'assembly', 'linkname', 'plugin') },
  { id: 'added-interpreter', when: 'always', is: ofKind('interpreter') },
  { id: 'added-global', when: 'always', is: ofKind('global') },
  { id: 'added-process', when: 'later', is: ofKind('process') },
  { id: 'added-network', when: 'later', is: ofKind('network') },
  { id: 'added-writes', when: 'later', is: (use) => isWrite(use) && use.kind !== 'persistence' },
  { id: 'added-secrets', when: 'later', is: ofKind('secrets') },
]

/** Returns the uses that make a rule's signal. */
export function heldBy(
  { when, is }: (typeof CAPABILITIES)[number],
  uses: readonly CapabilityUse[],
): readonly CapabilityUse[] {
  return uses.filter((use) => is(use) && (when === 'always' || use.onImport === (when === 'import')))
}

/** Returns a test for uses of some kinds. */
export function ofKind(...kinds: CapabilityKind[]): (use: CapabilityUse) => boolean {
  return ({ kind }) => kinds.includes(kind)
}

/** Evidence of uses: how many, and the first of them. */
export function useEvidence(uses: readonly CapabilityUse[]): EvidenceOf<'import-process'> {
  const lines = uses.slice(0, MAX_QUOTED).map((use) => ({
    file: use.file,
    line: use.line,
    column: use.column,
    what: use.what,
    reachedFrom: use.reachedFrom,
    calledFrom: use.calledFrom,
    quote: use.quote,
    folded: use.folded,
  }))
  return { count: uses.length, lines }
}
