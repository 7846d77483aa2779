import type { Candidate } from '../types.ts'
import type { Face } from './face.ts'
import type { NamedModule } from './judge.ts'
import { Pair } from './pair.ts'
import type { Project } from './project.ts'
import { byDependents, mostSimilarPath } from './project.ts'
import type { NameRule } from './rule.ts'

interface Hit {
  rule: NameRule
  order: number
  /** The names that the rule holds for. */
  face: Face
  known: Face
}

interface PlaceHit extends Hit {
  project: Project
  rank: number
}

/**
 * What the rules said of one module: for each project the first rule that holds, and of the rules about places the best
 * project each.
 */
export class Hits {
  readonly #byProject = new Map<Project, Hit>()
  readonly #places = new Map<number, PlaceHit>()

  /** Whether a rule that comes no later has named the project already. */
  has(project: Project, order: number): boolean {
    return (this.#byProject.get(project)?.order ?? Infinity) <= order
  }

  add(project: Project, rule: NameRule, order: number, face: Face, known: Face): void {
    if (!this.has(project, order)) this.#byProject.set(project, { rule, order, face, known })
  }

  /** The same for a rule about places; the lowest rank is the best. */
  addPlace(project: Project, rule: NameRule, order: number, face: Face, known: Face, rank: number): void {
    const best = this.#places.get(order)
    const hit = { rule, order, face, known, project, rank }
    if (best === undefined || isBetter(hit, best)) this.#places.set(order, hit)
  }

  /** A rule about a place speaks only where no other rule that alerts does, and only the first of them. */
  candidates(module: NamedModule): Candidate[] {
    const hits = this.#byProject
    const quiet =
      this.#places.size > 0 && [...hits.values()].every(({ rule }) => rule.strength === 'candidate')
    if (quiet) {
      const first = [...this.#places.values()].toSorted((a, b) => a.order - b.order)[0]
      if (first) hits.set(first.project, first)
    }
    if (hits.size === 0) return []
    return [...hits]
      .toSorted(([a, hitA], [b, hitB]) => hitA.order - hitB.order || byDependents(a, b))
      .map(([project, hit]) => toCandidate(module, project, hit))
  }
}

function isBetter(a: PlaceHit, b: PlaceHit): boolean {
  return (a.rank - b.rank || byDependents(a.project, b.project)) < 0
}

function toCandidate(module: NamedModule, project: Project, { rule, face, known }: Hit): Candidate {
  const pair = new Pair(face, known)
  return {
    module: module.path,
    target: mostSimilarPath(project, module.parts),
    rule: rule.id,
    distance: rule.distance?.(pair) ?? null,
    strength: rule.strength,
    reason: rule.reason(pair),
  }
}
