import type { EvidenceOf } from '../../finding.ts'
import { PLAIN } from '../../go/fold/hidden.ts'
import type { CapabilityUse, FoldedString, NetworkPlace } from '../../go/types.ts'
import { ofKind } from './capability-rules.ts'
import { MAX_QUOTED } from './limits.ts'
import type { BuiltStringEvidence } from './rules/evidence.ts'

/** Evidence of one hidden string. */
export function stringEvidence({ file, line, value, how, quote }: FoldedString): BuiltStringEvidence {
  return { file, line, value, how, quote }
}

/** Characters up to which a text that is only joined from pieces is no template. */
const MAX_JOINED = 200
const TAKES_HIDDEN = ofKind(
  'process',
  'network',
  'files',
  'persistence',
  'interpreter',
  'native',
  'plugin',
  'secrets',
  'global',
)

/** True for a hidden string that a capability is given, or that is made on import. */
export function isArgument(string: FoldedString, uses: readonly CapabilityUse[]): boolean {
  return (string.onImport && !isTemplate(string)) || isArgumentOf(string, uses)
}

/** True for a hidden string that one of these uses is given. */
export function isArgumentOf(string: FoldedString, uses: readonly CapabilityUse[]): boolean {
  if (isTemplate(string)) return false
  return uses.some((use) => TAKES_HIDDEN(use) && use.folded?.includes(string.value) === true)
}

function isTemplate({ value, how }: FoldedString): boolean {
  return how.every((way) => PLAIN.has(way)) && (value.length > MAX_JOINED || value.includes('\\n'))
}

/** Evidence of places on the network, the first of them. */
export function placeEvidence(
  places: readonly Omit<NetworkPlace, 'column' | 'onImport'>[],
): EvidenceOf<'named-place'>['places'] {
  return places
    .slice(0, MAX_QUOTED)
    .map((place) => ({ kind: place.kind, at: place.defanged, file: place.file, line: place.line }))
}
