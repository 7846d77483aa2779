import type { Face } from './face.ts'
import { editsUpToTwo } from './letters.ts'
import { HOST_LENGTH, HOST_STEM } from './limits.ts'
import type { Relation } from './relation.ts'
import { relationOf } from './relation.ts'

export type HostRelation = 'separators' | 'look-alike' | 'edit' | 'top-level' | 'inside'

/** A module's face beside a target's, with what their parts have to do with one another. */
export interface Pair {
  module: Face
  target: Face
  sameHost: boolean
  /** The same word, separators apart. */
  sameOwner: boolean
  sameRepository: boolean
  /** Null where both hosts are known, or nothing connects them. */
  host: HostRelation | null
  /** Null where one side has no owner, or nothing connects them. */
  owner: Relation | null
  repository: Relation | null
}

export function comparePair(module: Face, target: Face): Pair {
  const bothOwned = module.owner.key !== '' && target.owner.key !== ''
  return {
    module,
    target,
    sameHost: module.host === target.host,
    sameOwner: bothOwned && module.owner.key === target.owner.key,
    sameRepository: module.repository.key !== '' && module.repository.key === target.repository.key,
    host: hostRelation(module, target),
    owner: bothOwned ? relationOf(module.owner, target.owner) : null,
    repository: relationOf(module.repository, target.repository),
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
  if (a.key === t.key) return 'separators'
  if (sameStem(a.text, t.text)) return 'top-level'
  if (t.key.length < HOST_LENGTH || a.key.length < HOST_LENGTH) return null
  if (a.skeleton === t.skeleton) return 'look-alike'
  return editsUpToTwo(a.key, t.key) === 1 ? 'edit' : null
}

function dashed(host: string): string {
  return host.replaceAll('.', '-')
}

function sameStem(a: string, t: string): boolean {
  const stemA = a.slice(0, a.lastIndexOf('.'))
  const stemT = t.slice(0, t.lastIndexOf('.'))
  return stemA === stemT && stemA.length >= HOST_STEM
}
