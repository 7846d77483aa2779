import { ownerPrefix } from '@mirrorwatch/gomod/paths/owner'
import type { Signal } from '../../finding.ts'
import type { FoldedString } from '../../go/types.ts'
import { CAPABILITIES, heldBy, type UsesSignal, useEvidence } from './capability-rules.ts'
import type { ReadVersion, StrangerImport } from './facts.ts'
import { isArgumentOf, placeEvidence, stringEvidence } from './hidden-arguments.ts'
import { MAX_QUOTED } from './limits.ts'
import { signal } from './signal.ts'

/** Capabilities that few releases begin to have. */
const BEGUN: ReadonlySet<UsesSignal> = new Set([
  'import-process',
  'import-network',
  'import-secrets',
  'added-persistence',
  'added-native',
  'added-interpreter',
  'added-global',
])

/** A version and the one before it, of those whose whole code was read. */
export interface Release {
  before: ReadVersion
  after: ReadVersion
}

/**
 * Pairs each version with the one before it. `read` is in order of versions. A report that was cut short may lack what its version
 * could do, so nothing begins after it.
 */
export function releasesOf(read: readonly ReadVersion[]): Release[] {
  return read.slice(1).flatMap((after, at) => {
    const before = read[at]
    return before === undefined || before.report.truncated ? [] : [{ before, after }]
  })
}

/**
 * Returns the owners whose modules a release imports and the version before did not, with the import paths: those of a release made
 * with stolen rights may be new. The module's own owner is left out.
 */
export function ownersBegun({ before, after }: Release): Map<string, string[]> {
  const known = new Set([...before.report.imports, ...after.report.ownPaths].map(ownerPrefix))
  const begun = after.report.imports.filter((path) => !known.has(ownerPrefix(path)))
  return Map.groupBy(begun, ownerPrefix)
}

/**
 * Returns signals where a version's code does what the code of the version before did not: what a release made with stolen rights,
 * or a module that has waited, looks like.
 */
export function releaseSignals(read: readonly ReadVersion[], strangers: readonly StrangerImport[]): Signal[] {
  const releases = releasesOf(read)
  return [
    ...releases.flatMap(beginsSignals),
    ...releases.flatMap(hidesSignals),
    ...strangers.map(({ version, ...evidence }) => signal('version-imports-stranger', version, evidence)),
  ]
}

function beginsSignals({ before, after }: Release): Signal[] {
  const begun = CAPABILITIES.filter(({ id }) => BEGUN.has(id)).flatMap((rule) => {
    const held = heldBy(rule, after.report.uses)
    return held.length === 0 || heldBy(rule, before.report.uses).length > 0 ? [] : [{ id: rule.id, held }]
  })
  if (begun.length === 0) return []
  const { count, lines } = useEvidence(begun.flatMap(({ held }) => held))
  const capabilities = begun.map(({ id }) => id)
  return [signal('version-begins', after.version, { since: before.version, capabilities, count, lines })]
}

function hidesSignals({ before, after }: Release): Signal[] {
  const hidden = hiddenArguments(after)
  if (hidden.length === 0 || hiddenArguments(before).length > 0) return []
  const strings = hidden.slice(0, MAX_QUOTED).map(stringEvidence)
  const places = placeEvidence(after.report.places)
  return [
    signal('version-hides', after.version, { since: before.version, count: hidden.length, strings, places }),
  ]
}

function hiddenArguments({ report: { strings, uses } }: ReadVersion): FoldedString[] {
  return strings.filter((string) => isArgumentOf(string, uses))
}
