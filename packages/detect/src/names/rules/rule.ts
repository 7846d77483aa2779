import type { Strength } from '../../types.ts'
import { GENERIC_REPOSITORIES } from '../words/known-words.ts'
import type { Relation } from '../words/relation.ts'
import { DISTANCE } from '../words/relation.ts'
import type { Name } from './name.ts'
import type { Pair } from './pair.ts'

/**
 * Which part of the names a rule is about.
 *
 * - `owner`: the same repository under an account that resembles the known one.
 * - `repository`: a name that resembles the known repository's.
 * - `project`: owner and repository together, moved about or both changed.
 * - `host`: the host imitates a known host.
 */
type RuleFamily = 'owner' | 'repository' | 'project' | 'host'

/** One way in which a module's name can be taken for a target's. */
export interface NameRule {
  id: string
  family: RuleFamily
  strength: Strength
  /** One line of the documentation's table. */
  title: string
  /** A module path and the target that this rule names it with. */
  example: readonly [string, string]
  /** Reports whether the module's name can be taken for the target's in this way. */
  applies(pair: Pair): boolean
  /** Edits, for rules that count them. */
  distance?(pair: Pair): number | null
  /** One line for a person, about this pair. */
  reason(pair: Pair): string
  /**
   * How the index finds the rule's pairs. Without it, the rule may apply only where the owners are related at one host and
   * the repositories are the same or similar.
   */
  keys?: PairKeys
  /**
   * The targets that the rule is limited to; default: all.
   *
   * - `most-used`: the most depended-on projects of a repository name ({@link TARGETS_PER_REPOSITORY_NAME}). For rules that ask
   *   nothing of the owner: one popular repository name would make a million pairs.
   * - `well-known`: the most depended-on projects of all ({@link WELL_KNOWN_PROJECTS}). For names that many honest projects
   *   have next to a less known one.
   */
  among?: 'most-used' | 'well-known'
  /**
   * Set for rules about a host as a whole. Of all targets that such a rule holds for, only the best is named (lowest rank
   * first, then the most depended on), and only where the rule is stronger than every other one that holds.
   */
  hostRank?: (pair: Pair) => number
}

/** Hashes of two names, at least one of which is equal wherever a rule applies. */
export interface PairKeys {
  ofModule: (name: Name) => readonly number[]
  ofTarget: (name: Name) => readonly number[]
}

export function ownerDistance(pair: Pair): number | null {
  return pair.owner === null ? null : DISTANCE[pair.owner]
}

export function repositoryDistance(pair: Pair): number | null {
  return pair.repository === null ? null : DISTANCE[pair.repository]
}

/** Reports whether the same repository at the same host has an owner that is related in one of these ways. */
export function ownerRelated(pair: Pair, relations: readonly Relation[]): boolean {
  return pair.sameHost && pair.sameRepository && pair.owner !== null && relations.includes(pair.owner)
}

export function repositoryRelated(pair: Pair, relations: readonly Relation[]): boolean {
  return pair.repository !== null && relations.includes(pair.repository)
}

/** Returns the letters of the shorter owner. */
export function shorterOwner(pair: Pair): number {
  return Math.min(pair.module.owner.letters.length, pair.target.owner.letters.length)
}

/** Returns the letters of the shorter repository name. */
export function shorterRepository(pair: Pair): number {
  return Math.min(pair.module.repository.letters.length, pair.target.repository.letters.length)
}

/** Reports whether the target's repository name is one that many projects choose independently. */
export function isGeneric(pair: Pair): boolean {
  return GENERIC_REPOSITORIES.has(pair.target.repository.letters)
}

/** Returns the reason of a rule about the owner of the same repository. */
export function because({ module, target }: Pair, how: string): string {
  const known = target.owner.text === '' ? target.host.text : target.owner.text
  return `same repository ${target.repository.text}, owner ${module.owner.text} for ${known}: ${how}`
}

/** Returns `owner/repository`, or `host/repository` where the host has no owners. */
export function displayName({ host, owner, repository }: Name): string {
  return `${owner.text === '' ? host.text : owner.text}/${repository.text}`
}
