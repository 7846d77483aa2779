import type { Strength } from '../types.ts'
import type { Found } from './hits.ts'
import { toCandidate } from './hits.ts'
import type { NamedModule } from './judge.ts'
import type { LineBuffer } from './line-buffer.ts'
import type { TargetFace } from './project.ts'
import type { NameRule } from './rule.ts'

/**
 * Turns what was found into lines of JSON, each as `JSON.stringify` of the candidate would write it. Nearly all are of the
 * rule of the same repository name. Their text differs from one module to the next in the module alone, so the rest is
 * written once for each repository name.
 */
export class CandidateLines {
  readonly #afterModule = new Map<readonly TargetFace[], (Buffer | null)[]>()

  /** Adds the lines for one module. */
  write({ module, hits, clones, clonesAreKept, cloneRule }: Found, into: LineBuffer): void {
    for (const { rule, face, known } of hits) {
      into.addText(`${JSON.stringify(toCandidate(module, rule, face, known))}\n`)
    }
    if (cloneRule === null || clones.length === 0) return
    const start = Buffer.from(`{"module":${JSON.stringify(module.path)},"target":`)
    const rests = clonesAreKept ? this.#rests(module, cloneRule, clones) : NO_RESTS
    for (let i = 0; i < clones.length; i++) {
      const known = clones[i]
      if (known === undefined) continue
      into.addBytes(start)
      into.addBytes(rests[i] ?? restOf(module, cloneRule, known))
    }
  }

  /** What comes after the module; null where the target depends on it. */
  #rests(module: NamedModule, rule: NameRule, clones: readonly TargetFace[]): (Buffer | null)[] {
    let rests = this.#afterModule.get(clones)
    if (rests === undefined) {
      rests = clones.map((known) => (known.project.paths.length > 1 ? null : restOf(module, rule, known)))
      if (this.#afterModule.size >= MOST_LISTS) this.#afterModule.clear()
      this.#afterModule.set(clones, rests)
    }
    return rests
  }
}

const NO_RESTS: readonly (Buffer | null)[] = []

/** Repository names; at a few hundred bytes for each of their targets some 30 MB. */
const MOST_LISTS = 50_000

function restOf(module: NamedModule, rule: NameRule, known: TargetFace): Buffer {
  const [face] = module.faces
  if (face === undefined) return Buffer.alloc(0)
  const { module: _, target, ...rest } = toCandidate(module, rule, face, known)
  return Buffer.from(`${JSON.stringify(target)},${JSON.stringify(rest).slice(1)}\n`)
}

/** Adds up how much was found of each strength. */
export function countStrengths({ hits, clones }: Found, into: Record<Strength, number>): void {
  for (const { rule } of hits) into[rule.strength]++
  into.candidate += clones.length
}
