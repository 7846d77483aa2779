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
 * for each list of targets: writing it anew takes a third of the whole time.
 */
export class CandidateWriter {
  /** By list of targets, the ends of each target's line: one for each path of its project. */
  readonly #ends = new WeakMap<readonly TargetName[], readonly (readonly string[])[]>()

  lines({ module, matches, sameRepository }: ModuleMatches): string {
    let lines = ''
    for (const candidate of toCandidates({ module, matches, sameRepository: [] })) {
      lines += `${JSON.stringify(candidate)}\n`
    }
    const [name] = module.names
    if (name === undefined || sameRepository.length === 0) return lines
    let ends = this.#ends.get(sameRepository)
    if (ends === undefined) {
      ends = sameRepository.map((target) => endsOf(target, name))
      this.#ends.set(sameRepository, ends)
    }
    const start = `{"module":${JSON.stringify(module.path)},`
    const chosen = ends.map((ofTarget, i) => {
      const target = sameRepository[i]
      const at =
        target === undefined || ofTarget.length === 1 ? 0 : mostSimilarPath(target.project, module.parts)
      return ofTarget[at]
    })
    return lines + start + chosen.join(start)
  }
}

function endsOf(target: TargetName, name: Name): string[] {
  const explained = explain(SAME_REPOSITORY_RULE, name, target)
  return target.project.paths.map(
    ({ path }) => `${JSON.stringify({ target: path, ...explained }).slice(1)}\n`,
  )
}
