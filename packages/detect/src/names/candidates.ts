import type { Candidate } from '../types.ts'
import type { ModuleMatches } from './index/matches.ts'
import type { TargetName } from './index/project.ts'
import { mostSimilarPath } from './index/project.ts'
import type { Name } from './rules/name.ts'
import { Pair } from './rules/pair.ts'
import { SAME_REPOSITORY_RULE } from './rules/project-rules.ts'
import type { NameRule } from './rules/rule.ts'

/** Puts what the rules say of a module into words, the strongest first. */
export function toCandidates({ module, matches, sameRepository }: ModuleMatches): Candidate[] {
  const inWords = (name: Name, target: TargetName, rule: NameRule): Candidate => ({
    module: module.path,
    target: target.project.paths[mostSimilarPath(target.project, module.parts)]?.path ?? '',
    ...explain(rule, name, target),
  })
  const [first] = module.names
  return [
    ...matches.map(({ module: name, target, rule }) => inWords(name, target, rule)),
    ...(first === undefined
      ? []
      : sameRepository.map((target) => inWords(first, target, SAME_REPOSITORY_RULE))),
  ]
}

function explain(rule: NameRule, name: Name, target: TargetName): Omit<Candidate, 'module' | 'target'> {
  const pair = new Pair(name, target)
  return {
    rule: rule.id,
    distance: rule.distance?.(pair) ?? null,
    strength: rule.strength,
    reason: rule.reason(pair),
  }
}

/**
 * Writes what the rules say of modules as lines of JSON, each as `JSON.stringify` writes the candidate. Nearly all lines are of
 * the rule of the same repository name. Its reason speaks of the target alone, so what follows the module's path is kept
 * for each target: rewriting it takes a third of the whole time.
 */
export class CandidateWriter {
  /** Ends of a target's lines, by target: one for each path of its project. */
  readonly #ends = new Map<TargetName, readonly string[]>()

  lines({ module, matches, sameRepository }: ModuleMatches): string {
    let lines = ''
    for (const candidate of toCandidates({ module, matches, sameRepository: [] })) {
      lines += `${JSON.stringify(candidate)}\n`
    }
    const [name] = module.names
    if (name === undefined || sameRepository.length === 0) return lines
    const start = `{"module":${JSON.stringify(module.path)},`
    for (const target of sameRepository) {
      const ends = this.#endsOf(target, name)
      lines += start + ends[mostSimilarPath(target.project, module.parts)]
    }
    return lines
  }

  #endsOf(target: TargetName, name: Name): readonly string[] {
    let ends = this.#ends.get(target)
    if (ends === undefined) {
      ends = endsOf(target, name)
      this.#ends.set(target, ends)
    }
    return ends
  }
}

function endsOf(target: TargetName, name: Name): string[] {
  const explained = explain(SAME_REPOSITORY_RULE, name, target)
  return target.project.paths.map(
    ({ path }) => `${JSON.stringify({ target: path, ...explained }).slice(1)}\n`,
  )
}
