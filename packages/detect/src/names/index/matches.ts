import type { Strength } from '../../types.ts'
import type { Name } from '../rules/name.ts'
import type { NameRule } from '../rules/rule.ts'
import type { Project, TargetName } from './project.ts'
import { byDependents } from './project.ts'
import type { NamedModule } from './targets.ts'

/** A rule that holds for a module and a target. */
export interface Match {
  rule: NameRule
  /** Position of the rule in the table. */
  order: number
  /** The names that the rule holds for; of several, the first of the module's and of the target's. */
  module: Name
  target: TargetName
  /** The rule's `hostRank`, 0 for other rules. */
  rank: number
}

/** Matches of one module, before they are put into words. */
export interface ModuleMatches {
  module: NamedModule
  /** Matches of all rules but the last: at most one match for each project, the strongest first. */
  matches: readonly Match[]
  /** Matches of the last rule, "same repository name": further projects, the most depended on first. */
  sameRepository: readonly TargetName[]
}

/** Collects what the rules say of one module: the first rule for each project, and the best project for each host rule. */
export class MatchCollector {
  readonly #byProject = new Map<Project, Match>()
  readonly #byHostRule = new Map<NameRule, Match>()

  add(match: Match): void {
    const { rule, target } = match
    if (rule.hostRank === undefined) {
      const known = this.#byProject.get(target.project)
      if (known === undefined || byOrder(match, known) < 0) this.#byProject.set(target.project, match)
    } else {
      const known = this.#byHostRule.get(rule)
      if (known === undefined || byRank(match, known) < 0) this.#byHostRule.set(rule, match)
    }
  }

  /** Returns one match for each project, the strongest first. */
  best(): Match[] {
    const host = this.#hostMatch()
    if (host !== null) this.#byProject.set(host.target.project, host)
    return [...this.#byProject.values()].sort(byStrength)
  }

  /** Only the first rule about whole hosts counts, and only if it is stronger than all other matches. */
  #hostMatch(): Match | null {
    const [first] = [...this.#byHostRule.values()].sort(byOrder)
    if (first === undefined) return null
    const isStrongest = [...this.#byProject.values()].every(
      ({ rule }) => STRENGTHS.indexOf(first.rule.strength) < STRENGTHS.indexOf(rule.strength),
    )
    return isStrongest ? first : null
  }
}

const STRENGTHS: readonly Strength[] = ['strong', 'medium', 'weak', 'candidate']

function byOrder(a: Match, b: Match): number {
  return a.order - b.order || a.module.index - b.module.index || a.target.index - b.target.index
}

function byStrength(a: Match, b: Match): number {
  return (
    STRENGTHS.indexOf(a.rule.strength) - STRENGTHS.indexOf(b.rule.strength) ||
    a.order - b.order ||
    byDependents(a.target.project, b.target.project)
  )
}

function byRank(a: Match, b: Match): number {
  return a.rank - b.rank || byDependents(a.target.project, b.target.project) || byOrder(a, b)
}
