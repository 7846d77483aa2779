import { HOST_LENGTH, HOST_STEM, HOST_STEM_LETTERS, MOST_LETTERS } from '../limits.ts'
import type { Face } from './face.ts'
import { editsUpToTwo, withoutSeparators } from './letters.ts'
import type { Relation } from './relation.ts'
import { relationOf } from './relation.ts'

export type HostRelation = 'separators' | 'look-alike' | 'edit' | 'top-level' | 'inside'

/** A module's face beside a target's, with what their parts have to do with one another. Each is found out when asked. */
export class Pair {
  readonly module: Face
  readonly target: Face
  readonly sameHost: boolean
  /** The same word, separators apart. */
  readonly sameOwner: boolean
  readonly sameRepository: boolean
  #host: HostRelation | null | undefined
  #owner: Relation | null | undefined
  #repository: Relation | null | undefined

  constructor(module: Face, target: Face) {
    this.module = module
    this.target = target
    this.sameHost = module.host === target.host
    this.sameOwner = module.owner.key !== '' && module.owner.key === target.owner.key
    this.sameRepository = module.repository.key !== '' && module.repository.key === target.repository.key
  }

  /** Null where both hosts are known, or nothing connects them. */
  get host(): HostRelation | null {
    if (this.#host === undefined) this.#host = hostRelation(this.module, this.target)
    return this.#host
  }

  /** Null where one side has no owner, or nothing connects them. */
  get owner(): Relation | null {
    if (this.#owner === undefined) {
      const bothOwned = this.module.owner.key !== '' && this.target.owner.key !== ''
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

/** How an unknown host can be taken for the target's. */
export function hostRelation(module: Face, target: Face): HostRelation | null {
  if (module.hostKnown || module.host === target.host) return null
  const a = module.hostLabel
  const t = target.hostLabel
  if (
    t.key.length >= HOST_STEM &&
    (a.text.startsWith(`${t.text}.`) || a.text.startsWith(`${dashed(t.text)}.`))
  ) {
    return 'inside'
  }
  if (sameStem(a.text, t.text)) return 'top-level'
  if (Math.max(a.key.length, t.key.length) > MOST_LETTERS) return null
  if (a.key === t.key) return 'separators'
  if (Math.min(a.key.length, t.key.length) < HOST_LENGTH) return null
  if (a.skeletonHash === t.skeletonHash && a.skeleton === t.skeleton) return 'look-alike'
  return editsUpToTwo(a.key, t.key) === 1 ? 'edit' : null
}

function dashed(host: string): string {
  return host.replaceAll('.', '-')
}

/** The same name under another top level. */
function sameStem(a: string, t: string): boolean {
  const stemA = a.slice(0, a.lastIndexOf('.'))
  const stemT = t.slice(0, t.lastIndexOf('.'))
  if (stemA === stemT) return stemA.length >= HOST_STEM
  const letters = withoutSeparators(stemA)
  return letters.length >= HOST_STEM_LETTERS && letters === withoutSeparators(stemT)
}
