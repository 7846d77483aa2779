import type { Strength } from '../../types.ts'
import type { Pair } from './pair.ts'
import type { Relation } from './relation.ts'
import { DISTANCE } from './relation.ts'
import { GENERIC_REPOSITORIES } from './words.ts'

/**
 * Which part of the names a rule is about.
 *
 * - `owner`: the same repository under an account that resembles the known one.
 * - `repository`: a name that resembles the known repository's.
 * - `project`: owner and repository together, moved about or both changed.
 * - `host`: the place imitates a known place.
 */
export type RuleFamily = 'owner' | 'repository' | 'project' | 'host'

export interface NameRule {
  id: string
  family: RuleFamily
  strength: Strength
  /** One line of the documentation's table. */
  title: string
  /** A module path and the target that it is named with, by this rule. */
  example: readonly [string, string]
  /** Whether the module's name can be taken for the target's in this way. */
  applies(pair: Pair): boolean
  /** Edits, where the rule counts them. */
  distance?(pair: Pair): number | null
  /** One line for a person, about this pair. */
  reason(pair: Pair): string
  /** The reason speaks of the target alone, so that its text may be kept for the next module. */
  aboutTarget?: true
  /**
   * Holds only for the most depended-on projects of a repository name ({@link TARGETS_PER_REPOSITORY_NAME}): the rule asks
   * nothing of the owner, so that one popular name would make a million pairs.
   */
  capped?: true
  /**
   * Set for rules about a place as a whole: of all targets that the rule holds for, only the best is named, lowest rank
   * first, then the most depended on; and only where it says more than every other rule that holds.
   */
  rank?(pair: Pair): number
}

export function ownerDistance(pair: Pair): number | null {
  return pair.owner === null ? null : DISTANCE[pair.owner]
}

export function repositoryDistance(pair: Pair): number | null {
  return pair.repository === null ? null : DISTANCE[pair.repository]
}

/** The same repository at the same host under another owner, related in one of the ways given. */
export function ownerRelated(pair: Pair, relations: readonly Relation[]): boolean {
  return pair.sameHost && pair.sameRepository && pair.owner !== null && relations.includes(pair.owner)
}

export function shorterOwner(pair: Pair): number {
  return Math.min(pair.module.owner.key.length, pair.target.owner.key.length)
}

export function shorterRepository(pair: Pair): number {
  return Math.min(pair.module.repository.key.length, pair.target.repository.key.length)
}

/** Whether the target's repository name is one that many projects choose independently. */
export function isGeneric(pair: Pair): boolean {
  return GENERIC_REPOSITORIES.has(pair.target.repository.key)
}

/** `owner/repository`, or the repository alone. */
export function shown(face: Pair['target']): string {
  return face.owner.text === ''
    ? `${face.host}/${face.repository.text}`
    : `${face.owner.text}/${face.repository.text}`
}
