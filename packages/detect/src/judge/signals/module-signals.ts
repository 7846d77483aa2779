import { NEAR_COPY_RULE } from '../../clone/original.ts'
import type { Signal } from '../../finding.ts'
import type { Strength } from '../../types.ts'
import type { AssessmentInput, MaliciousEntry, NamedCandidate } from './facts.ts'
import { NEW_OWNER_MODULES, NEW_OWNER_MS } from './limits.ts'
import { signal } from './signal.ts'

const NAME_SIGNAL = {
  strong: 'name-strong',
  medium: 'name-medium',
  weak: 'name-weak',
  candidate: 'name-candidate',
} as const satisfies Record<Strength, string>

/** Returns one signal for each name rule that connects the module with a target. */
export function nameSignals(named: readonly NamedCandidate[]): Signal[] {
  // Candidates found by their contents get a separate signal.
  const byName = named.filter(({ candidate }) => candidate.rule !== NEAR_COPY_RULE)
  return byName.map(({ candidate, target }) =>
    signal(NAME_SIGNAL[candidate.strength], null, {
      nameRule: candidate.rule,
      target: candidate.target,
      distance: candidate.distance,
      reason: candidate.reason,
      targetDependents: target.dependents,
    }),
  )
}

/** Files that a finding names. */
const MAX_UNUSUAL = 10

/** Returns the signals about the module itself, which do not depend on a target. */
export function moduleSignals(input: AssessmentInput): Signal[] {
  const { module, campaign } = input
  const signals: Signal[] = []
  if (module.blocked !== null) signals.push(signal('mirror-blocked', null, { says: module.blocked }))
  for (const entry of input.malicious) signals.push(...maliciousSignals(entry))
  if (module.repositoryMissing) signals.push(signal('repository-missing', null, {}))
  if (module.takenDown) signals.push(signal('taken-down', null, {}))
  if (input.unusual !== null) {
    const { version, files } = input.unusual
    const named = files.slice(0, MAX_UNUSUAL).map(({ path, detail }) => ({ path, detail }))
    signals.push(signal('unusual-files', version, { count: files.length, files: named }))
  }
  if (module.modServer) signals.push(signal('mod-server', null, {}))
  if (module.declaredPath !== null && module.declaredPath !== module.path)
    signals.push(signal('declares-other-path', null, { declaredPath: module.declaredPath }))
  if (input.burst !== null) signals.push(signal('version-burst', null, { ...input.burst }))
  if (campaign !== null) signals.push(signal('campaign', null, { ...campaign }))
  return [...signals, ...ownerSignals(input)]
}

/** An entry about some versions alone says nothing about the others: a module may have been taken over for a while. */
function maliciousSignals({ versions, ...entry }: MaliciousEntry): Signal[] {
  return (versions ?? [null]).map((version) => signal('known-malicious', version, { ...entry }))
}

function ownerSignals({ module, owner }: AssessmentInput): Signal[] {
  if (owner === null || module.firstCachedAt === null) return []
  const age = module.firstCachedAt.getTime() - owner.firstSeenAt.getTime()
  if (owner.modules > NEW_OWNER_MODULES || age > NEW_OWNER_MS) return []
  const firstSeenAt = owner.firstSeenAt.toISOString()
  return [signal('owner-new', null, { owner: owner.name, modules: owner.modules, firstSeenAt })]
}
