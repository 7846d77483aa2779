import type { Candidate } from '../types.ts'
import { toCandidates } from './candidates.ts'
import type { AllowedName } from './index/allow-table.ts'
import { AllowTable } from './index/allow-table.ts'
import { Exemptions } from './index/exemptions.ts'
import type { Match, ModuleMatches } from './index/matches.ts'
import { MatchCollector } from './index/matches.ts'
import type { FoundPairs } from './index/pair-finder.ts'
import { PairFinder } from './index/pair-finder.ts'
import type { NameIndexTarget, Project, TargetName } from './index/project.ts'
import { byDependents } from './index/project.ts'
import type { RepositoryGroup } from './index/similar-repositories.ts'
import { Targets } from './index/targets.ts'
import { NAME_RULES } from './rules/all-rules.ts'
import type { Name } from './rules/name.ts'
import { Pair } from './rules/pair.ts'
import { SAME_REPOSITORY_RULE } from './rules/project-rules.ts'
import type { NameRule } from './rules/rule.ts'

export type { AllowedName } from './index/allow-table.ts'
export type { NameIndexTarget } from './index/project.ts'

export interface NameIndexOptions {
  /** Names that persons allowed. */
  allow?: Iterable<AllowedName>
  /** Pairs of module paths, or `host/owner/repository`, that are one project: redirects, vanity paths. */
  aliases?: Iterable<readonly [string, string]>
  /** Default: all, in the order of the documentation. */
  rules?: readonly NameRule[]
}

/**
 * Finds the targets that a module path can be taken for. The answers are exactly what all rules tried on all pairs would
 * give; the index only skips pairs that no rule can hold for.
 *
 * 1. The path is split into the names of its project: host, owner, repository.
 * 2. For each name, {@link PairFinder} gives the target names that a rule may hold for.
 * 3. The rules are tried in the order of the table; the first that holds names the pair, unless {@link Exemptions} keep it quiet.
 * 4. The last rule, "same repository name", is not tried pair by pair, as it holds for more pairs than all others together:
 *    the index has the most depended-on projects of each name ready.
 */
export class NameIndex {
  readonly #targets: Targets
  readonly #finder: PairFinder
  readonly #allowed: AllowTable
  readonly #pairRules: readonly NameRule[]
  readonly #withSameRepository: boolean

  constructor(targets: Iterable<NameIndexTarget>, options: NameIndexOptions = {}) {
    const rules = options.rules ?? NAME_RULES
    this.#pairRules = rules.filter((rule) => rule !== SAME_REPOSITORY_RULE)
    this.#withSameRepository = rules.includes(SAME_REPOSITORY_RULE)
    this.#targets = new Targets(targets, options.aliases ?? [])
    this.#finder = new PairFinder(this.#targets.projects, rules)
    this.#allowed = new AllowTable(options.allow ?? [])
  }

  /**
   * Returns the targets that a module path can be taken for, those that alert first: one candidate per project, named by
   * the first rule that holds. Expects a valid module path.
   */
  match(path: string): Candidate[] {
    return toCandidates(this.find(path))
  }

  /** Returns an index of some of the targets, which knows the owners, hosts and established modules of all of them. */
  only(paths: Iterable<string>): Pick<NameIndex, 'match'> {
    const projects = this.#targets.projectsOf(paths)
    return { match: (path) => toCandidates(this.find(path, projects)) }
  }

  /** Returns the same answer, not yet put into words; limited to some projects where `only` is given. */
  find(path: string, only: ReadonlySet<Project> | null = null): ModuleMatches {
    const module = this.#targets.describe(path)
    if (this.#allowed.allowsModule(path, module.names)) return { module, matches: [], sameRepository: [] }
    const exemptions = new Exemptions(module, this.#targets, this.#allowed, only)
    const found = module.names.map((name) => this.#finder.find(name))
    const matches = this.#tryPairs(found, exemptions)
    return { module, matches, sameRepository: this.#sameRepository(found, matches, exemptions) }
  }

  #tryPairs(found: readonly FoundPairs[], exemptions: Exemptions): Match[] {
    if (found.every(({ targets, hosts }) => targets.length === 0 && hosts.length === 0)) return []
    const collector = new MatchCollector()
    for (const { name, targets, hosts } of found) {
      for (const target of targets) this.#tryRules(new Pair(name, target), target, exemptions, collector)
      for (const host of hosts) this.#tryHost(name, host, exemptions, collector)
    }
    return collector.best()
  }

  /** Adds the first ordinary rule that holds for the pair, and every rule about whole hosts that does. */
  #tryRules(pair: Pair, target: TargetName, exemptions: Exemptions, collector: MatchCollector): void {
    let isNamed = false
    for (let order = 0; order < this.#pairRules.length; order++) {
      const rule = this.#pairRules[order] as NameRule
      const isOrdinary = rule.hostRank === undefined
      if ((isOrdinary && isNamed) || !rule.applies(pair)) continue
      if (!this.#finder.isAmong(rule, target)) continue
      // Few rules hold for few pairs, so what is known of the owners is looked up last.
      if (!exemptions.mayName(rule, target.project)) continue
      if (isOrdinary) isNamed = true
      collector.add({ rule, order, module: pair.module, target, rank: rule.hostRank?.(pair) ?? 0 })
    }
  }

  /** Tries the rules about whole hosts on the most depended-on project that they may name. */
  #tryHost(name: Name, host: string, exemptions: Exemptions, collector: MatchCollector): void {
    const rule = this.#pairRules.find(({ hostRank }) => hostRank !== undefined)
    if (rule === undefined) return
    const best = this.#finder.namesAt(host).find(({ project }) => exemptions.mayName(rule, project))?.project
    for (const target of best?.names ?? []) {
      if (target.host.text === host) this.#tryRules(new Pair(name, target), target, exemptions, collector)
    }
  }

  /** Returns the projects with the same repository name that no other rule names. */
  #sameRepository(
    found: readonly FoundPairs[],
    matches: readonly Match[],
    exemptions: Exemptions,
  ): readonly TargetName[] {
    if (!this.#withSameRepository || found.every(({ same }) => same === null)) return []
    // Nearly all modules have one name, which all targets of the group may be named with.
    const only = found.length === 1 ? (found[0]?.same ?? null) : null
    const all =
      only !== null && exemptions.mayNameAll(only)
        ? only.mostUsed
        : this.#mayBeNamed(
            found.flatMap(({ same }) => same ?? []),
            exemptions,
          )
    if (matches.length === 0) return all
    return all.filter(({ project }) => !matches.some(({ target }) => target.project === project))
  }

  #mayBeNamed(groups: readonly RepositoryGroup[], exemptions: Exemptions): TargetName[] {
    const found = new Map<Project, TargetName>()
    for (const target of groups.flatMap(({ mostUsed }) => mostUsed)) {
      if (found.has(target.project) || !exemptions.mayName(SAME_REPOSITORY_RULE, target.project)) continue
      found.set(target.project, target)
    }
    return [...found.values()].sort((a, b) => byDependents(a.project, b.project))
  }
}
