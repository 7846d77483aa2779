import type { Candidate, Strength } from '../types.ts'
import type { Face } from './face.ts'
import type { NamedModule } from './judge.ts'
import { Pair } from './pair.ts'
import type { Project, TargetFace } from './project.ts'
import { byDependents, mostSimilarPath } from './project.ts'
import type { NameRule } from './rule.ts'

/** A rule that holds for a module and a project; put into words only when asked. */
export class Hit {
  readonly module: NamedModule
  readonly rule: NameRule
  /** Place of the rule in the table. */
  readonly order: number
  /** The names that the rule holds for; of several, the first of the module's and of the target's. */
  readonly face: Face
  readonly known: TargetFace
  /** For rules about places: the lowest is the best. */
  readonly rank: number

  constructor(
    module: NamedModule,
    rule: NameRule,
    order: number,
    face: Face,
    known: TargetFace,
    rank: number,
  ) {
    this.module = module
    this.rule = rule
    this.order = order
    this.face = face
    this.known = known
    this.rank = rank
  }

  /** The module of the project that the look-alike is named with. */
  target(): string {
    return mostSimilarPath(this.known.project, this.module.parts)
  }

  candidate(): Candidate {
    const { rule } = this
    const pair = new Pair(this.face, this.known)
    return {
      module: this.module.path,
      target: this.target(),
      rule: rule.id,
      distance: rule.distance?.(pair) ?? null,
      strength: rule.strength,
      reason: rule.reason(pair),
    }
  }
}

/**
 * What the rules said of one module: for each project the first rule that holds, and of the rules about places the best
 * project each.
 */
export class Hits {
  /** At most one for a project; so few that looking through them is cheaper than a map. */
  readonly #hits: Hit[] = []
  /** The same for the rule of the same name, which holds for more than all others together. */
  readonly #clones: Hit[] = []
  #places: Map<number, Hit> | null = null
  readonly #module: NamedModule

  constructor(module: NamedModule) {
    this.#module = module
  }

  /** Whether a rule that comes earlier has named the project already. */
  hasEarlier(project: Project, order: number): boolean {
    for (const hit of this.#hits) if (hit.known.project === project) return hit.order < order
    return false
  }

  add(rule: NameRule, order: number, face: Face, known: TargetFace): void {
    const hit = new Hit(this.#module, rule, order, face, known, 0)
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
    const hit = new Hit(this.#module, rule, order, face, known, rank)
    if (best === undefined || isBetter(hit, best)) this.#places.set(order, hit)
  }

  /**
   * The same for the last rule, and projects that are in order and all different; expects the module's faces in order. Of
   * a project that another rule has named, that rule's hit is kept.
   */
  addClones(rule: NameRule, order: number, face: Face, projects: readonly TargetFace[]): void {
    const before = this.#clones.length
    for (const known of projects) {
      if (before > 0 && this.#clones.some((clone) => clone.known.project === known.project)) continue
      this.#clones.push(new Hit(this.#module, rule, order, face, known, 0))
    }
    if (before > 0) this.#clones.sort(byStrength)
  }

  /** What is left to say, that which alerts first. Ends the collecting. */
  settle(): readonly Hit[] {
    const hits = this.#hits
    const place = this.#place()
    if (hits.length === 0 && place === null) return this.#clones
    for (const clone of this.#clones) {
      if (hits.every(({ known }) => known.project !== clone.known.project)) hits.push(clone)
    }
    if (place !== null) {
      const same = hits.findIndex(({ known }) => known.project === place.known.project)
      hits.splice(same === -1 ? hits.length : same, 1, place)
    }
    return hits.length > 1 ? hits.sort(byStrength) : hits
  }

  /** The first rule about a place speaks, where it says more than every other rule. */
  #place(): Hit | null {
    if (this.#places === null) return null
    const [first] = [...this.#places.values()].sort((a, b) => a.order - b.order)
    if (first === undefined) return null
    // What names by the repository alone says less than any place.
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

function isBetter(a: Hit, b: Hit): boolean {
  return (
    (a.rank - b.rank || byDependents(a.known.project, b.known.project)) < 0 ||
    (a.known.project === b.known.project && a.rank === b.rank && comesBefore(a, b))
  )
}
