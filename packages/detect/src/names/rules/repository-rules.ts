import { FOREIGN_REPOSITORY, GOPKG_REPOSITORY, MOST_LETTERS } from '../limits.ts'
import type { Pair } from './pair.ts'
import type { Relation } from './relation.ts'
import type { NameRule } from './rule.ts'
import { isGeneric, repositoryDistance, shorterRepository, shown } from './rule.ts'

/**
 * A repository name that resembles the known one. On gopkg.in the first who comes gets a name, so that alone is
 * suspicious; under an account of one's own it happens every day and is only worth comparing.
 */
export const REPOSITORY_RULES: readonly NameRule[] = [
  {
    id: 'gopkg-typo',
    family: 'repository',
    strength: 'medium',
    title: 'One edit, a look-alike letter, a plural or other separators in a name on gopkg.in',
    example: ['gopkg.in/yamll.v3', 'gopkg.in/yaml.v3'],
    applies: gopkgTypo,
    distance: repositoryDistance,
    reason: (pair) => `${pair.module.repository.text} for ${pair.target.repository.text} on gopkg.in`,
  },
  {
    id: 'gopkg-affix',
    family: 'repository',
    strength: 'medium',
    title: 'A usual affix or a version added to a name on gopkg.in',
    example: ['gopkg.in/yamlv3.v1', 'gopkg.in/yaml.v3'],
    applies: gopkgAffix,
    reason: (pair) => `${pair.module.repository.text} adds to ${pair.target.repository.text} on gopkg.in`,
  },
  {
    id: 'repository-typo',
    family: 'repository',
    strength: 'weak',
    capped: true,
    title: 'One edit or a look-alike letter in a distinctive repository name, under a foreign owner',
    example: ['github.com/someone/go-retryablehtpp', 'github.com/hashicorp/go-retryablehttp'],
    applies: repositoryTypo,
    distance: repositoryDistance,
    reason: (pair) => foreign(pair, 'one edit or a look-alike letter'),
  },
  {
    id: 'repository-reordered',
    family: 'repository',
    strength: 'weak',
    capped: true,
    title: 'The words or letters of a distinctive repository name in another order, under a foreign owner',
    example: ['github.com/someone/http-go-retryable', 'github.com/hashicorp/go-retryable-http'],
    applies: repositoryReordered,
    reason: (pair) => foreign(pair, 'the same words or letters in another order'),
  },
  {
    id: 'repository-version',
    family: 'repository',
    strength: 'weak',
    capped: true,
    title: 'A version folded into a distinctive repository name, under a foreign owner',
    example: ['github.com/someone/logrus-v2', 'github.com/sirupsen/logrus'],
    applies: repositoryVersion,
    reason: (pair) => foreign(pair, 'a version was folded into the name'),
  },
]

function foreign(pair: Pair, how: string): string {
  return `repository ${pair.module.repository.text} for ${shown(pair.target)}, under another owner: ${how}`
}

const TYPOS: readonly Relation[] = ['separators', 'look-alike', 'swap', 'plural', 'keyboard', 'edit']

function onGopkg(pair: Pair): boolean {
  return pair.sameHost && pair.target.host === 'gopkg.in'
}

function gopkgTypo(pair: Pair): boolean {
  return (
    onGopkg(pair) &&
    repositoryIs(pair, TYPOS) &&
    shorterRepository(pair) >= GOPKG_REPOSITORY - 1 &&
    longEnough(pair)
  )
}

function gopkgAffix(pair: Pair): boolean {
  return onGopkg(pair) && repositoryIs(pair, ['affix-added']) && longEnough(pair)
}

function longEnough(pair: Pair): boolean {
  return pair.target.repository.key.length >= GOPKG_REPOSITORY
}

function repositoryTypo(pair: Pair): boolean {
  return isForeign(pair) && repositoryIs(pair, ['look-alike', 'swap', 'keyboard', 'edit'])
}

function repositoryReordered(pair: Pair): boolean {
  return isForeign(pair) && repositoryIs(pair, ['words-reordered', 'anagram'])
}

const VERSION = /^v?[0-9]+$/

function repositoryVersion(pair: Pair): boolean {
  const name = pair.module.repository.key
  const known = pair.target.repository.key
  return (
    differentNames(pair) &&
    known.length >= VERSIONED_REPOSITORY &&
    name.length <= MOST_LETTERS &&
    !isGeneric(pair) &&
    name.startsWith(known) &&
    VERSION.test(name.slice(known.length))
  )
}

const VERSIONED_REPOSITORY = 4

function isForeign(pair: Pair): boolean {
  return differentNames(pair) && shorterRepository(pair) >= FOREIGN_REPOSITORY && !isGeneric(pair)
}

/** Other repositories: `go-redis` and `goredis` are one name, for the rule of the same name. */
function differentNames(pair: Pair): boolean {
  return !pair.sameRepository && pair.target.owner.key !== ''
}

function repositoryIs(pair: Pair, relations: readonly Relation[]): boolean {
  return pair.repository !== null && relations.includes(pair.repository)
}
