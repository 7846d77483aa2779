import { countEdits } from '../words/edits.ts'
import { withoutSeparators } from '../words/letters.ts'
import type { Relation } from '../words/relation.ts'
import { relationOf } from '../words/relation.ts'
import type { Word } from '../words/word.ts'
import type { Host, Name } from './name.ts'

export type HostRelation =
  | 'separators'
  | 'look-alike'
  | 'edit'
  | 'two-edits'
  | 'top-level'
  | 'inside'
  | 'short'

/** A module's name next to a target's name, and how their parts relate. Relations are computed on first use. */
export class Pair {
  readonly module: Name
  readonly target: Name
  readonly sameHost: boolean
  /** Equal letters; separators do not count. */
  readonly sameOwner: boolean
  readonly sameRepository: boolean
  #host: HostRelation | null | undefined
  #owner: Relation | null | undefined
  #repository: Relation | null | undefined

  constructor(module: Name, target: Name) {
    this.module = module
    this.target = target
    this.sameHost = module.host.text === target.host.text
    this.sameOwner = module.owner.letters !== '' && module.owner.letters === target.owner.letters
    this.sameRepository =
      module.repository.letters !== '' && module.repository.letters === target.repository.letters
  }

  /** Null where both hosts are known, or nothing connects them. */
  get host(): HostRelation | null {
    if (this.#host === undefined) this.#host = hostRelation(this.module.host, this.target.host)
    return this.#host
  }

  /** Null where one side has no owner, or nothing connects them. */
  get owner(): Relation | null {
    if (this.#owner === undefined) {
      const bothOwned = this.module.owner.letters !== '' && this.target.owner.letters !== ''
      this.#owner = bothOwned ? relationOf(this.module.owner, this.target.owner) : null
    }
    return this.#owner
  }

  get repository(): Relation | null {
    if (this.#repository === undefined) {
      this.#repository = relationOf(this.module.repository, this.target.repository)
    }
    return this.#repository
  }
}

/** Letters of hosts that are compared by edits: `rsc.io` is one edit from too much. */
const SHORTEST_HOST = 7
/** Letters of hosts that may look alike: `k8s.lo` for `k8s.io`. */
const SHORTEST_DRAWN_HOST = 5
/** Letters of hosts that may differ by two edits: `go.mongo.org` for `go.mongodb.org`. */
const TWO_EDITS_HOST = 10
/** Letters of hosts that are compared by edits, or of the name under another top level, next to the same project. */
const SHORTEST_SHORT_HOST = 4
const SHORTEST_SHORT_STEM = 3
/** Letters of a host without its top level, for the same name under another top level. */
const SHORTEST_STEM = 4
/** Letters from which its separators may differ too: `go-uber.dev` for `go.uber.org`. */
const SHORTEST_RESPACED_STEM = 6

/** Ways in which an unknown host can be taken for a known one. */
export function hostRelation(host: Host, known: Host): HostRelation | null {
  if (host.isKnown || host.text === known.text) return null
  const a = host.word
  const b = known.word
  const isInside = a.text.startsWith(`${b.text}.`) || a.text.startsWith(`${b.text.replaceAll('.', '-')}.`)
  if (isInside && b.letters.length >= SHORTEST_STEM) return 'inside'
  if (sharesHostStem(a.text, b.text)) return 'top-level'
  if (a.isLong || b.isLong) return null
  if (a.letters === b.letters) return 'separators'
  const shorter = Math.min(a.letters.length, b.letters.length)
  if (shorter >= SHORTEST_DRAWN_HOST && a.looksLike(b)) return 'look-alike'
  if (shorter < SHORTEST_HOST) return isShortLookAlike(a, b) ? 'short' : null
  const edits = countEdits(a.letters, b.letters)
  if (edits === 1) return 'edit'
  return edits === 2 && shorter >= TWO_EDITS_HOST ? 'two-edits' : null
}

function isShortLookAlike(a: Word, b: Word): boolean {
  const stem = hostStem(a.text)
  if (stem.length >= SHORTEST_SHORT_STEM && stem === hostStem(b.text)) return true
  return (
    Math.min(a.letters.length, b.letters.length) >= SHORTEST_SHORT_HOST &&
    countEdits(a.letters, b.letters) === 1
  )
}

/** Returns a host without its top level. */
export function hostStem(host: string): string {
  return host.slice(0, host.lastIndexOf('.'))
}

/** Reports whether two hosts have the same name under different top levels. */
function sharesHostStem(a: string, b: string): boolean {
  const [stemA, stemB] = [hostStem(a), hostStem(b)]
  if (stemA === stemB) return stemA.length >= SHORTEST_STEM
  const letters = withoutSeparators(stemA)
  return letters.length >= SHORTEST_RESPACED_STEM && letters === withoutSeparators(stemB)
}
