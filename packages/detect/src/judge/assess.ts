import type { FindingDraft, Signal } from '../finding.ts'
import { compareSeverity, isAtLeast } from '../severity.ts'
import type { Strength } from '../types.ts'
import { summaryOf } from './assess-summary.ts'
import { severityOf } from './severity.ts'
import { cacheSignals } from './signals/cache-signals.ts'
import { changeSignals } from './signals/change-signals.ts'
import { copySignals, isCopied } from './signals/copy-signals.ts'
import type { AssessmentInput, ComparisonFacts, NamedCandidate, TargetFacts } from './signals/facts.ts'
import { ACTS_ON_IMPORT, COPIED } from './signals/groups.ts'
import { honestSignals } from './signals/honest-signals.ts'
import { moduleSignals, nameSignals } from './signals/module-signals.ts'
import { pastSignals } from './signals/past-signals.ts'
import { releaseSignals } from './signals/release-signals.ts'
import { compareWeight, signalRule } from './signals/table.ts'
import { wholeModuleSignals } from './signals/whole-signals.ts'

const STRENGTH_ORDER: readonly Strength[] = ['candidate', 'weak', 'medium', 'strong']

/**
 * Assesses a module from all that is known of it. Returns at most one draft, about the target with the best evidence or about no
 * target. Pure: the same input gives the same draft.
 *
 * The best target is the one whose content it nearly has, the best established of several; else the one with the strongest name
 * rule, then with the most dependents. An older target whose content it has as well is judged too, and the worst draft counts:
 * next to another copy with the same payload, a copy adds nothing. A name that is a `candidate` only, without content, gives
 * nothing; so does a fork that keeps the original's path and adds nothing that acts on import. An honest name alone gives a draft
 * of severity `info`.
 */
export function assessModule(input: AssessmentInput): FindingDraft[] {
  const best = bestTarget(input)
  const drafts = [best, ...olderOriginals(input, best)].flatMap((target) => draftOf(input, target))
  return drafts.toSorted((a, b) => compareSeverity(a.severity, b.severity)).slice(0, 1)
}

function draftOf(input: AssessmentInput, target: TargetFacts | null): FindingDraft[] {
  const signals = collect(input, target)
  const { severity, because } = severityOf(signals)
  if (!worthFinding(signals) && !isAtLeast(severity, 'high')) return []
  const summary = summaryOf(input.module.path, target?.path ?? null, signals)
  return [{ target: target?.path ?? null, severity, summary, signals: bySeverityOfRule(signals), because }]
}

/** Returns the other targets whose content the module has, if they are older than `best`. */
function olderOriginals(input: AssessmentInput, best: TargetFacts | null): TargetFacts[] {
  if (best === null) return []
  const copied = new Map(input.comparisons.filter(isCopied).map(({ target }) => [target.path, target]))
  return [...copied.values()].filter((target) => firstSeen(target) < firstSeen(best))
}

function collect(input: AssessmentInput, target: TargetFacts | null): Signal[] {
  const past = input.past.flatMap((each) => pastSignals(each, input.versions))
  const signals = [...moduleSignals(input), ...input.versions.flatMap(cacheSignals), ...past]
  signals.push(...changeSignals(input.changes))
  if (target !== null) {
    signals.push(...nameSignals(input.candidates.filter((named) => named.target.path === target.path)))
    signals.push(...nearest(input.comparisons, target.path).flatMap(copySignals))
  }
  const copied = COPIED.some((id) => signals.some(({ rule }) => rule === id))
  const latest = input.read.at(-1)
  if (!copied && latest !== undefined) signals.push(...wholeModuleSignals(latest.report, latest.version))
  signals.push(...releaseSignals(input.read, input.strangerImports), ...honestSignals(input, target))
  return merged(signals)
}

/** One comparison per version of the look-alike: the one with the nearest version of the original. */
function nearest(comparisons: readonly ComparisonFacts[], target: string): ComparisonFacts[] {
  const best = new Map<string, ComparisonFacts>()
  for (const facts of comparisons) {
    if (facts.target.path !== target) continue
    const other = best.get(facts.comparison.lookalikeVersion)
    if (other === undefined || facts.comparison.similarity > other.comparison.similarity)
      best.set(facts.comparison.lookalikeVersion, facts)
  }
  return [...best.values()]
}

function bestTarget(input: AssessmentInput): TargetFacts | null {
  const copies = input.comparisons.filter(isCopied)
  const nearest = Math.max(0, ...copies.map(({ comparison }) => comparison.similarity))
  const [copy] = copies
    .filter(({ comparison }) => comparison.similarity >= nearest * NEARLY_AS_NEAR)
    .toSorted((a, b) => compareCopies(a, b, input.candidates))
  if (copy !== undefined) return copy.target
  const named = input.candidates.filter(({ candidate }) => candidate.strength !== 'candidate')
  const [best] = named.toSorted(compareNames)
  if (best === undefined) return null
  // A weak resemblance must not lend its target to a finding about something else.
  const shown = [...input.versions, ...input.past.map(({ inspection }) => inspection)]
  if (best.candidate.strength === 'weak' && shown.some((v) => cacheSignals(v).length > 0)) return null
  return best.target
}

/**
 * Minimum similarity of further possible originals, as a share of the nearest module's. Copies with the same payload resemble
 * each other more than their original. So the name chooses among these modules, then dependents, then age.
 */
const NEARLY_AS_NEAR = 0.7

function compareCopies(a: ComparisonFacts, b: ComparisonFacts, named: readonly NamedCandidate[]): number {
  return (
    nameRank(b.target.path, named) - nameRank(a.target.path, named) ||
    b.target.dependents - a.target.dependents ||
    firstSeen(a.target) - firstSeen(b.target) ||
    b.comparison.similarity - a.comparison.similarity ||
    compareText(a.target.path, b.target.path)
  )
}

function compareNames(a: NamedCandidate, b: NamedCandidate): number {
  return (
    STRENGTH_ORDER.indexOf(b.candidate.strength) - STRENGTH_ORDER.indexOf(a.candidate.strength) ||
    b.target.dependents - a.target.dependents ||
    compareText(a.target.path, b.target.path)
  )
}

function firstSeen({ firstCachedAt }: TargetFacts): number {
  return firstCachedAt === null ? Number.MAX_SAFE_INTEGER : firstCachedAt.getTime()
}

/** Ranks a target by its strongest name rule. `candidate` rules rank lowest: they choose nothing. */
function nameRank(target: string, named: readonly NamedCandidate[]): number {
  const ranks = named
    .filter((n) => n.target.path === target)
    .map((n) => STRENGTH_ORDER.indexOf(n.candidate.strength))
  return Math.max(0, ...ranks)
}

function worthFinding(signals: readonly Signal[]): boolean {
  const ids = new Set<string>(signals.map((s) => s.rule))
  const acts = ACTS_ON_IMPORT.some((id) => ids.has(id))
  if (ids.has('holds-original') || (ids.has('near-copy-keeps-path') && acts)) return true
  return signals.some((s) => signalRule(s.rule)?.weight === 'decides')
}

/** Sorts signals by weight, explanations last, so that a shortened list keeps what matters. */
function bySeverityOfRule(signals: readonly Signal[]): Signal[] {
  return signals.toSorted((a, b) => compareWeight(a.rule, b.rule))
}

/** Further evidence kept of one rule on one version. */
const MAX_MORE = 5

/**
 * Merges signals with the same rule and version into one. Both comparisons (with the repository and with the original) or
 * several name rules may show the same fact. The evidence after the first is kept under `more`.
 */
function merged(signals: readonly Signal[]): Signal[] {
  const byKey = new Map<string, Signal[]>()
  for (const each of signals) {
    const key = `${each.rule}\0${each.version ?? ''}`
    const same = byKey.get(key) ?? []
    if (!same.some(({ evidence }) => JSON.stringify(evidence) === JSON.stringify(each.evidence)))
      same.push(each)
    byKey.set(key, same)
  }
  return [...byKey.values()].flatMap(([first, ...more]) => {
    if (first === undefined) return []
    if (more.length === 0) return [first]
    return [withMore(first, more.slice(0, MAX_MORE))]
  })
}

function withMore(first: Signal, others: readonly Signal[]): Signal {
  const more = others.map(({ evidence }) => evidence)
  // All have one rule, and so one kind of evidence, which the union of all signals cannot say.
  return { ...first, evidence: { ...first.evidence, more } } as Signal
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
