import type { Candidate, Strength } from '../../types.ts'
import type { Project, TargetFace } from '../project.ts'
import { byDependents, mostSimilarPath } from '../project.ts'
import type { Face } from '../rules/face.ts'
import { Pair } from '../rules/pair.ts'
import type { NameRule } from '../rules/rule.ts'
import type { NamedModule } from './judge.ts'
import type { KeptFaces } from './kept-faces.ts'

/** A rule that holds for a module and a project. */
export interface Hit {
  rule: NameRule
  /** Place of the rule in the table. */
  order: number
  /** The names that the rule holds for; of several, the first of the module's and of the target's. */
  face: Face
  known: TargetFace
  /** For rules about places: the lowest is the best. */
  rank: number
}

/** All that is said of one module, what alerts first. */
export class Found {
  /** Of every rule but that of the same repository name, at most one for a project. */
  readonly hits: readonly Hit[]
  /** The projects that are left to the rule of the same repository name, which holds for more than all others together. */
  readonly clones: readonly TargetFace[]
  /** What the index keeps for that name: the clones are all of its projects, or some of them in its order. */
  readonly kept: KeptFaces | null
  readonly cloneRule: NameRule | null
  readonly module: NamedModule

  constructor(
    module: NamedModule,
    hits: readonly Hit[],
    clones: readonly TargetFace[],
    kept: KeptFaces | null,
    cloneRule: NameRule | null,
  ) {
    this.module = module
    this.hits = hits
    this.clones = clones
    this.kept = kept
    this.cloneRule = cloneRule
  }

  candidates(): Candidate[] {
    const { module, cloneRule, clones } = this
    const candidates = this.hits.map(({ rule, face, known }) => toCandidate(module, rule, face, known))
    const [face] = module.faces
    if (cloneRule === null || face === undefined) return candidates
    for (const known of clones) candidates.push(toCandidate(module, cloneRule, face, known))
    return candidates
  }
}

/** Puts into words that a rule holds for a module's name and a target's. */
export function toCandidate(module: NamedModule, rule: NameRule, face: Face, known: TargetFace): Candidate {
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

/**
 * Collects what the rules say of one module: for each project the first rule that holds, and of the rules about places
 * the best project each.
 */
export class Hits {
  /** At most one for a project; so few that looking through them is cheaper than a map. */
  #hits: Hit[] = NO_HITS
  #clones: readonly TargetFace[] = NOBODY
  #kept: KeptFaces | null = null
  #places: Map<number, Hit> | null = null

  /** Begins anew, for the next module. What was found of the one before stays as it is. */
  clear(): void {
    this.#hits = NO_HITS
    this.#clones = NOBODY
    this.#kept = null
    this.#places = null
  }

  /** Whether a rule that comes earlier has named the project already. */
  hasEarlier(project: Project, order: number): boolean {
    for (const hit of this.#hits) if (hit.known.project === project) return hit.order < order
    return false
  }

  add(rule: NameRule, order: number, face: Face, known: TargetFace): void {
    const hit = { rule, order, face, known, rank: 0 }
    for (let i = 0; i < this.#hits.length; i++) {
      const before = this.#hits[i]
      if (before?.known.project !== known.project) continue
      if (comesBefore(hit, before)) this.#hits[i] = hit
      return
    }
    this.#add(hit)
  }

  /** The same for a rule about places; the lowest rank is the best. */
  addPlace(rule: NameRule, order: number, face: Face, known: TargetFace, rank: number): void {
    this.#places ??= new Map()
    const best = this.#places.get(order)
    const hit = { rule, order, face, known, rank }
    if (best === undefined || isBetter(hit, best)) this.#places.set(order, hit)
  }

  /**
   * The same for the rule of the same name and different projects, the most depended on first: all that are kept for the
   * name, or some of them.
   */
  addClones(projects: readonly TargetFace[], kept: KeptFaces): void {
    if (this.#clones.length === 0) {
      this.#clones = projects
      this.#kept = kept
    } else {
      const more = withoutProjects(projects, this.#clones)
      this.#clones = [...this.#clones, ...more].sort((a, b) => byDependents(a.project, b.project))
      this.#kept = null
    }
  }

  /** What is left to say. Ends the collecting. */
  settle(module: NamedModule, cloneRule: NameRule | null): Found {
    if (this.#places !== null) this.#addPlace()
    const hits = this.#hits
    if (hits.length > 1) hits.sort(byStrength)
    const clones =
      hits.length === 0
        ? this.#clones
        : withoutProjects(
            this.#clones,
            hits.map(({ known }) => known),
          )
    return new Found(module, hits, clones, this.#kept, cloneRule)
  }

  #addPlace(): void {
    const place = this.#place()
    if (place === null) return
    const same = this.#hits.findIndex(({ known }) => known.project === place.known.project)
    if (same === -1) this.#add(place)
    else this.#hits[same] = place
  }

  /** Most modules have none, so that no list is made for them. */
  #add(hit: Hit): void {
    if (this.#hits === NO_HITS) this.#hits = [hit]
    else this.#hits.push(hit)
  }

  /** The first rule about a place speaks, where it says more than every other rule; than a same name it always does. */
  #place(): Hit | null {
    if (this.#places === null) return null
    const [first] = [...this.#places.values()].sort((a, b) => a.order - b.order)
    if (first === undefined) return null
    return this.#hits.every(({ rule }) => isStronger(first.rule.strength, rule.strength)) ? first : null
  }
}

const NOBODY: readonly TargetFace[] = []
const NO_HITS: Hit[] = []

/** The list itself where none of the others' projects is in it. */
function withoutProjects(faces: readonly TargetFace[], others: readonly TargetFace[]): readonly TargetFace[] {
  const isOther = (face: TargetFace): boolean => others.some(({ project }) => project === face.project)
  return faces.some(isOther) ? faces.filter((face) => !isOther(face)) : faces
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
