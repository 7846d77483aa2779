import type { Candidate, Strength } from '../types.ts'
import type { Face } from './face.ts'
import type { NamedModule } from './judge.ts'
import { Pair } from './pair.ts'
import type { Project, TargetFace } from './project.ts'
import { byDependents, mostSimilarPath } from './project.ts'
import type { NameRule } from './rule.ts'

interface Hit {
  rule: NameRule
  order: number
  /** The names that the rule holds for; of several, the first of the module's and of the target's. */
  face: Face
  known: TargetFace
}

interface PlaceHit extends Hit {
  rank: number
}

/**
 * What the rules said of one module: for each project the first rule that holds, and of the rules about places the best
 * project each.
 */
export class Hits {
  /** At most one for a project; so few that looking through them is cheaper than a map. */
  readonly #hits: Hit[] = []
  #places: Map<number, PlaceHit> | null = null

  /** Whether a rule that comes earlier has named the project already. */
  hasEarlier(project: Project, order: number): boolean {
    for (const hit of this.#hits) if (hit.known.project === project) return hit.order < order
    return false
  }

  add(rule: NameRule, order: number, face: Face, known: TargetFace): void {
    const hit = { rule, order, face, known }
    for (let i = 0; i < this.#hits.length; i++) {
      const before = this.#hits[i]
      if (before?.known.project !== known.project) continue
      if (comesBefore(hit, before)) this.#hits[i] = hit
      return
    }
    this.#hits.push(hit)
  }

  /** The same for a rule about places; the lowest rank is the best. */
  addPlace(rule: NameRule, order: number, face: Face, known: TargetFace, rank: number): void {
    this.#places ??= new Map()
    const best = this.#places.get(order)
    const hit = { rule, order, face, known, rank }
    if (best === undefined || isBetter(hit, best)) this.#places.set(order, hit)
  }

  candidates(module: NamedModule): Candidate[] {
    const hits = this.#hits
    const place = this.#place()
    if (place !== null) {
      const same = hits.findIndex(({ known }) => known.project === place.known.project)
      hits.splice(same === -1 ? hits.length : same, 1, place)
    }
    if (hits.length > 1) hits.sort(byStrength)
    return hits.map((hit) => toCandidate(module, hit))
  }

  /** The first rule about a place speaks, where it says more than every other rule. */
  #place(): PlaceHit | null {
    if (this.#places === null) return null
    const [first] = [...this.#places.values()].sort((a, b) => a.order - b.order)
    if (first === undefined) return null
    return this.#hits.every(({ rule }) => isStronger(first.rule.strength, rule.strength)) ? first : null
  }
}

/** Whether the first says more than the second. */
function isStronger(a: Strength, b: Strength): boolean {
  return STRENGTHS.indexOf(a) < STRENGTHS.indexOf(b)
}

const STRENGTHS: readonly Strength[] = ['strong', 'medium', 'weak', 'candidate']

function comesBefore(a: Hit, b: Hit): boolean {
  return (a.order - b.order || a.face.index - b.face.index || a.known.index - b.known.index) < 0
}

function byStrength(a: Hit, b: Hit): number {
  return (
    STRENGTHS.indexOf(a.rule.strength) - STRENGTHS.indexOf(b.rule.strength) ||
    a.order - b.order ||
    byDependents(a.known.project, b.known.project)
  )
}

function isBetter(a: PlaceHit, b: PlaceHit): boolean {
  return (
    (a.rank - b.rank || byDependents(a.known.project, b.known.project)) < 0 ||
    (a.known.project === b.known.project && a.rank === b.rank && comesBefore(a, b))
  )
}

function toCandidate(module: NamedModule, { rule, face, known }: Hit): Candidate {
  const pair = new Pair(face, known)
  return {
    module: module.path,
    target: mostSimilarPath(known.project, module.parts),
    rule: rule.id,
    distance: rule.distance?.(pair) ?? null,
    strength: rule.strength,
    reason: rule.reason(pair),
  }
}
