import { imitatedHosts } from '../rules/host-rules.ts'
import type { Name } from '../rules/name.ts'
import type { NameRule, PairKeys } from '../rules/rule.ts'
import { HashIndex } from './hash-index.ts'
import { ownerQuery } from './owner-table.ts'
import type { Project, TargetName } from './project.ts'
import { byDependents, isWellKnown } from './project.ts'
import { SimilarHosts } from './similar-hosts.ts'
import type { RepositoryGroup, SimilarRepositories } from './similar-repositories.ts'
import { RepositoryGroups } from './similar-repositories.ts'

/** Targets and hosts that one name of a module may be taken for. */
export interface FoundPairs {
  name: Name
  /** Every target's name that a rule may hold for, and few others. May hold one twice. */
  targets: readonly TargetName[]
  /** The hosts that the module may imitate as a whole. */
  hosts: readonly string[]
  /** All targets with the same repository name. */
  same: RepositoryGroup | null
}

/**
 * Finds the pairs that any rule can hold for, without looking at all of them. A rule needs the same or a similar repository
 * name, or says itself by what exact keys its pairs are found ({@link PairKeys}). `name-index.test.ts` compares the answers with
 * all rules on all pairs.
 */
export class PairFinder {
  readonly #groups: RepositoryGroups
  readonly #byKey: HashIndex<TargetName>
  readonly #keys: readonly PairKeys[]
  readonly #hosts: SimilarHosts
  readonly #atHost: ReadonlyMap<string, readonly TargetName[]>

  constructor(projects: Iterable<Project>, rules: readonly NameRule[]) {
    const names = Array.from(projects)
      .toSorted(byDependents)
      .flatMap((project) => project.names)
    this.#keys = rules.flatMap(({ keys }) => keys ?? [])
    const forTargets = rules.filter(({ keys }) => keys !== undefined)
    this.#groups = new RepositoryGroups(names)
    this.#byKey = new HashIndex(names, (name) => {
      const asked = forTargets.filter((rule) => this.isAmong(rule, name))
      return new Set(asked.flatMap(({ keys }) => keys?.ofTarget(name) ?? []))
    })
    this.#atHost = Map.groupBy(names, ({ host }) => host.text)
    this.#hosts = new SimilarHosts(new Set(names.map(({ host }) => host)))
  }

  find(name: Name): FoundPairs {
    const targets: TargetName[] = []
    const similar = this.#groups.similarTo(name.repository)
    const hosts = this.#imitatedHosts(name)
    addWithSimilarOwners(name, similar, targets)
    addMostUsed(similar.foreign, targets)
    if (hosts.length > 0 || name.host.text === 'gopkg.in') addAtHosts(name, similar, hosts, targets)
    const asked: number[] = []
    for (const { ofModule } of this.#keys) {
      for (const key of ofModule(name)) {
        if (asked.includes(key)) continue
        asked.push(key)
        for (const target of this.#byKey.find(key)) targets.push(target)
      }
    }
    return { name, targets, hosts, same: similar.same }
  }

  /** Returns the names at a host, those of the most depended-on project first. */
  namesAt(host: string): readonly TargetName[] {
    return this.#atHost.get(host) ?? []
  }

  /** Reports whether the target is one of those that the rule is limited to. */
  isAmong({ among }: NameRule, target: TargetName): boolean {
    if (among === 'well-known') return isWellKnown(target)
    return among !== 'most-used' || this.#groups.isMostUsed(target)
  }

  #imitatedHosts(name: Name): readonly string[] {
    const hosts = imitatedHosts(name)
    if (name.host.isKnown) return hosts
    return [...hosts, ...this.#hosts.similarTo(name.host).map(({ text }) => text)]
  }
}

function addWithSimilarOwners(
  { owner }: Name,
  { same, others, otherOwners }: SimilarRepositories,
  found: TargetName[],
): void {
  if (owner.letters === '' || (same === null && others.length === 0)) return
  const query = ownerQuery(owner)
  same?.owners.addRelated(query, found)
  for (const owners of otherOwners) owners.addTypos(query, found)
}

/** Adds the targets of similar repository names under any owner. */
function addMostUsed(groups: readonly RepositoryGroup[], found: TargetName[]): void {
  for (const { names, mostUsed } of groups) {
    const projects = new Set(mostUsed.map(({ project }) => project))
    for (const name of names) if (projects.has(name.project)) found.push(name)
  }
}

/** Adds the targets of the same or a similar repository name at a host that is imitated, and at gopkg.in. */
function addAtHosts(
  name: Name,
  { same, others }: SimilarRepositories,
  hosts: readonly string[],
  found: TargetName[],
): void {
  const atAnyHost = imitatedHosts(name).length > 0
  for (const { names } of same === null ? others : [same, ...others]) {
    for (const target of names) {
      if (atAnyHost || target.host === name.host || hosts.includes(target.host.text)) found.push(target)
    }
  }
}
