import { toCandidates } from '../../src/names/candidates.ts'
import type { AllowedName } from '../../src/names/index/allow-table.ts'
import { AllowTable } from '../../src/names/index/allow-table.ts'
import { Exemptions } from '../../src/names/index/exemptions.ts'
import { MatchCollector } from '../../src/names/index/matches.ts'
import type { NameIndexTarget, Project, TargetName } from '../../src/names/index/project.ts'
import { byDependents, isWellKnown } from '../../src/names/index/project.ts'
import { Targets } from '../../src/names/index/targets.ts'
import { NAME_RULES } from '../../src/names/rules/all-rules.ts'
import { TARGETS_PER_GENERIC_NAME, TARGETS_PER_REPOSITORY_NAME } from '../../src/names/rules/limits.ts'
import { Pair } from '../../src/names/rules/pair.ts'
import type { NameRule } from '../../src/names/rules/rule.ts'
import { GENERIC_REPOSITORIES } from '../../src/names/words/known-words.ts'
import type { Candidate } from '../../src/types.ts'

export interface AllPairsOptions {
  allow?: AllowedName[]
  aliases?: [string, string][]
  rules?: readonly NameRule[]
}

/** Returns what the index has to answer, found by trying every rule on every name of every target: no table, no shortcut. */
export function allPairs(targetList: readonly NameIndexTarget[], options: AllPairsOptions = {}) {
  const targets = new Targets(targetList, options.aliases ?? [])
  const mostUsed = mostUsedNames(targets.projects)
  const allowed = new AllowTable(options.allow ?? [])
  const rules = options.rules ?? NAME_RULES

  return (path: string): Candidate[] => {
    const module = targets.describe(path)
    if (allowed.allowsModule(path, module.names)) return []
    const exemptions = new Exemptions(module, targets, allowed)
    const collector = new MatchCollector()
    for (const project of targets.projects) {
      for (const name of module.names) {
        for (const target of project.names) {
          const pair = new Pair(name, target)
          for (const [order, rule] of rules.entries()) {
            if (!rule.applies(pair) || !exemptions.mayName(rule, project)) continue
            if (rule.among === 'most-used' && !mostUsed.has(target)) continue
            if (rule.among === 'well-known' && !isWellKnown(target)) continue
            collector.add({ rule, order, module: name, target, rank: rule.hostRank?.(pair) ?? 0 })
          }
        }
      }
    }
    return toCandidates({ module, matches: collector.best(), sameRepository: [] })
  }
}

function mostUsedNames(projects: readonly Project[]): Set<TargetName> {
  const found = new Set<TargetName>()
  const byRepository = Map.groupBy(
    projects.flatMap(({ names }) => names),
    ({ repository }) => repository.letters,
  )
  for (const [repository, names] of byRepository) {
    const most = GENERIC_REPOSITORIES.has(repository) ? TARGETS_PER_GENERIC_NAME : TARGETS_PER_REPOSITORY_NAME
    const sorted = [...new Set(names.map(({ project }) => project))].sort(byDependents)
    const kept = new Set(sorted.slice(0, most))
    for (const name of names) if (kept.has(name.project)) found.add(name)
  }
  return found
}
