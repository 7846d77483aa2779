import type { AllowedName, ModuleFacts } from '../../src/names/honest.ts'
import { AllowTable } from '../../src/names/honest.ts'
import { Hits } from '../../src/names/index/hits.ts'
import { isSilent, mayAsk, nameModule, Verdict } from '../../src/names/index/judge.ts'
import { Targets } from '../../src/names/index/targets.ts'
import { TARGETS_PER_GENERIC_NAME, TARGETS_PER_REPOSITORY_NAME } from '../../src/names/limits.ts'
import type { NameIndexTarget, Project, TargetFace } from '../../src/names/project.ts'
import { byDependents } from '../../src/names/project.ts'
import { NAME_RULES } from '../../src/names/rules/all-rules.ts'
import { Pair } from '../../src/names/rules/pair.ts'
import type { NameRule } from '../../src/names/rules/rule.ts'
import { GENERIC_REPOSITORIES } from '../../src/names/rules/words.ts'
import type { Candidate } from '../../src/types.ts'

export interface AllPairsOptions {
  allow?: AllowedName[]
  aliases?: [string, string][]
  facts?: ReadonlyMap<string, ModuleFacts>
  rules?: readonly NameRule[]
}

/** What the index has to answer, found by asking every rule about every face of every target: no table, no shortcut. */
export function allPairs(targetList: readonly NameIndexTarget[], options: AllPairsOptions = {}) {
  const targets = new Targets({ added() {}, removed() {}, changed() {} })
  for (const [path, other] of options.aliases ?? []) targets.aliases.add(path, other)
  for (const target of targetList) targets.add(target)
  const projects = [...targets.projects()]
  const kept = keptFaces(projects)
  const allow = new AllowTable(options.allow ?? [])
  const rules = options.rules ?? NAME_RULES

  return (path: string): Candidate[] => {
    const module = nameModule(path, targets, options.facts)
    if (allow.allowsModule(path, module.faces)) return []
    const hits = new Hits()
    for (const project of projects) {
      const verdict = new Verdict(module, project, targets, isSilent(module, project, allow))
      for (const face of module.faces) {
        for (const known of project.faces) {
          const pair = new Pair(face, known)
          for (const [order, rule] of rules.entries()) {
            if (!mayAsk(rule, verdict) || !rule.applies(pair) || (rule.capped && !kept.has(known))) continue
            if (rule.rank === undefined) hits.add(rule, order, face, known)
            else hits.addPlace(rule, order, face, known, rule.rank(pair))
          }
        }
      }
    }
    return hits.settle(module, null).candidates()
  }
}

function keptFaces(projects: readonly Project[]): Set<TargetFace> {
  const byName = new Map<string, Set<Project>>()
  for (const project of projects) {
    for (const { repository } of project.faces) {
      byName.set(repository.key, (byName.get(repository.key) ?? new Set()).add(project))
    }
  }
  const kept = new Set<TargetFace>()
  for (const [key, group] of byName) {
    const most = GENERIC_REPOSITORIES.has(key) ? TARGETS_PER_GENERIC_NAME : TARGETS_PER_REPOSITORY_NAME
    for (const project of [...group].sort(byDependents).slice(0, most)) {
      for (const face of project.faces) if (face.repository.key === key) kept.add(face)
    }
  }
  return kept
}
