import { type EvidenceOf, type Signal, type SignalOf, signalOf } from '../finding.ts'
import { COPIED } from './signals/groups.ts'
import type { SignalId } from './signals/table.ts'

/** Returns one plain sentence for the person who triages: which module, what it imitates, and what is wrong with it. */
export function summaryOf(module: string, target: string | null, signals: readonly Signal[]): string {
  const has = (id: Signal['rule']): boolean => signals.some(({ rule }) => rule === id)
  const clauses: string[] = []
  const copy = signalOf(signals, ...COPIED)
  if (copy !== undefined) clauses.push(copyClause(copy, target))
  else if (signalOf(signals, 'name-strong', 'name-medium', 'name-weak') !== undefined)
    clauses.push(`has a name like ${target}’s`)
  const difference = signalOf(signals, 'cache-differs')
  if (difference !== undefined) clauses.push(differenceClause(difference, has('tag-moved')))
  else if (has('cache-differs-harmless'))
    clauses.push(`differs from its repository only in files that no build reads`)
  const past = difference === undefined ? signalOf(signals, 'past-difference') : undefined
  if (past !== undefined) clauses.push(pastClause(past, has('past-import')))
  const sum = signalOf(signals, 'sum-disagrees')
  if (sum !== undefined) clauses.push(`has a zip of ${sum.version} that the checksum database did not sign`)
  const acts = actsClause(has)
  if (acts !== null) clauses.push(acts)
  const adds = addsClause(has, acts !== null)
  if (adds !== null) clauses.push(adds)
  if (has('imports-refused')) clauses.push('imports a module that the mirror refuses')
  if (has('repository-missing')) clauses.push('has no repository any more')
  const reborn = signalOf(signals, 'repository-reborn')
  if (reborn !== undefined) clauses.push('comes from a repository whose history was replaced')
  const restored = signalOf(signals, 'tag-restored')
  if (restored !== undefined)
    clauses.push(`has a tag ${restored.evidence.tag ?? ''} that was rewritten and put back`)
  const unreachable = signalOf(signals, 'commit-unreachable')
  if (unreachable !== undefined)
    clauses.push(`has ${unreachable.version} from a commit that is on no branch or tag of its repository`)
  if (has('mirror-blocked')) clauses.push('is refused by the mirror as malicious')
  const malicious = signalOf(signals, 'known-malicious')
  if (malicious !== undefined) clauses.push(`is listed as malicious (${malicious.evidence.id})`)
  return `${module} ${join(clauses)}.`
}

function copyClause({ rule, evidence }: SignalOf<(typeof COPIED)[number]>, target: string | null): string {
  const percent = copiedPercent(evidence)
  if (rule === 'holds-original') return `holds ${percent} % of the code of ${target} among its own`
  const path = rule === 'near-copy' ? 'under its own path' : 'keeping the original’s path'
  return `is ${percent} % the code of ${target} ${path}`
}

/** Returns how much of the original a copy has, in whole per cent. */
export function copiedPercent({ inPlace, similarity }: EvidenceOf<'near-copy'>): number {
  return Math.floor((inPlace ?? similarity) * 100)
}

function differenceClause({ version }: SignalOf<'cache-differs'>, moved: boolean): string {
  const because = moved ? ' since the tag was rewritten' : ''
  return `serves ${version} with code that its repository does not show${because}`
}

function pastClause({ version, evidence }: SignalOf<'past-difference'>, acts: boolean): string {
  const code = acts ? 'code that acts on import and that' : 'code that'
  return `serves ${version} with ${code} its repository did not show on ${evidence.lastSeenAt.slice(0, 10)}`
}

function actsClause(has: (id: Signal['rule']) => boolean): string | null {
  const process = has('import-process') || has('module-import-process')
  const network = has('import-network') || has('module-import-network')
  const writes = has('import-writes')
  if (!process && !network && !writes) return null
  const added = writes || has('import-process') || has('import-network')
  const does = [
    process ? 'runs a process' : '',
    network ? 'uses the network' : '',
    writes ? 'writes files' : '',
  ].filter((s) => s !== '')
  return `${join(does)} on import${added ? ' by added code' : ''}`
}

/** Capabilities of added code, the weightiest first. */
const ADDED: readonly { ids: readonly SignalId[]; words: string }[] = [
  { ids: ['added-persistence'], words: 'changes what starts automatically' },
  { ids: ['added-global'], words: 'replaces what other code relies on' },
  { ids: ['added-native'], words: 'is native' },
  { ids: ['added-interpreter'], words: 'runs an interpreter' },
  { ids: ['import-secrets', 'added-secrets'], words: 'reads secrets' },
  { ids: ['named-place'], words: 'names a place on the network' },
  { ids: ['added-process'], words: 'can run a process' },
  { ids: ['added-network'], words: 'can use the network' },
  { ids: ['added-writes'], words: 'can write files' },
]
/** Capabilities that a summary names. */
const MAX_ADDED = 3

const HOW_HIDDEN: readonly { id: SignalId; words: string }[] = [
  { id: 'hidden-argument', words: 'hides what it uses' },
  { id: 'far-right', words: 'stands far to the right' },
  { id: 'generated-looking', words: 'claims to be generated' },
]

function addsClause(has: (id: Signal['rule']) => boolean, acts: boolean): string | null {
  const does = ADDED.filter(({ ids }) => ids.some(has)).slice(0, MAX_ADDED)
  // What acts on import has been told; a capability next to it is detail.
  const hides = HOW_HIDDEN.filter(({ id }) => has(id))
  const words = [...(acts ? [] : does), ...hides].map((each) => each.words)
  return words.length === 0 ? null : `has added code that ${join(words)}`
}

function join(clauses: readonly string[]): string {
  if (clauses.length <= 1) return clauses[0] ?? 'needs a look'
  return `${clauses.slice(0, -1).join(', ')} and ${clauses.at(-1)}`
}
