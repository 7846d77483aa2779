import type { Relation } from '../words/relation.ts'
import { FOREIGN_REPOSITORY } from './limits.ts'
import type { Pair } from './pair.ts'
import type { NameRule } from './rule.ts'
import { displayName, isGeneric, repositoryDistance, repositoryRelated, shorterRepository } from './rule.ts'

/** A repository name on gopkg.in, where the first to register gets it. */
const GOPKG_REPOSITORY = 4

/**
 * Rules for a repository name that resembles the known one. On gopkg.in the first to register gets a name, so the name alone
 * is suspicious; under an account of one's own it happens every day and is only worth comparing.
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
    among: 'most-used',
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
    among: 'most-used',
    title: 'The words or letters of a distinctive repository name in another order, under a foreign owner',
    example: ['github.com/someone/http-go-retryable', 'github.com/hashicorp/go-retryable-http'],
    applies: repositoryReordered,
    reason: (pair) => foreign(pair, 'the same words or letters in another order'),
  },
  {
    id: 'repository-version',
    family: 'repository',
    strength: 'weak',
    among: 'most-used',
    title: 'A version folded into a distinctive repository name, under a foreign owner',
    example: ['github.com/someone/logrus-v2', 'github.com/sirupsen/logrus'],
    applies: repositoryVersion,
    reason: (pair) => foreign(pair, 'a version was folded into the name'),
  },
]

function foreign(pair: Pair, how: string): string {
  return `repository ${pair.module.repository.text} for ${displayName(pair.target)}, under another owner: ${how}`
}

const TYPOS: readonly Relation[] = ['separators', 'look-alike', 'swap', 'plural', 'keyboard', 'edit']

function onGopkg(pair: Pair): boolean {
  return pair.sameHost && pair.target.host.text === 'gopkg.in'
}

function gopkgTypo(pair: Pair): boolean {
  return (
    onGopkg(pair) &&
    repositoryRelated(pair, TYPOS) &&
    shorterRepository(pair) >= GOPKG_REPOSITORY - 1 &&
    longEnough(pair)
  )
}

function gopkgAffix(pair: Pair): boolean {
  return onGopkg(pair) && repositoryRelated(pair, ['affix-added']) && longEnough(pair) && !isGoOfGeneric(pair)
}

/** Reports whether the name is `gomail` next to `mail`: what a Go package for a common thing is called. */
function isGoOfGeneric(pair: Pair): boolean {
  const { letters } = pair.target.repository
  const name = pair.module.repository.letters
  return isGeneric(pair) && (name === `go${letters}` || name === `${letters}go`)
}

function longEnough(pair: Pair): boolean {
  return pair.target.repository.letters.length >= GOPKG_REPOSITORY
}

function repositoryTypo(pair: Pair): boolean {
  return isForeign(pair) && repositoryRelated(pair, ['look-alike', 'swap', 'keyboard', 'edit'])
}

function repositoryReordered(pair: Pair): boolean {
  return isForeign(pair) && repositoryRelated(pair, ['words-reordered', 'anagram'])
}

const VERSION = /^v?[0-9]+$/

function repositoryVersion(pair: Pair): boolean {
  const name = pair.module.repository.letters
  const known = pair.target.repository.letters
  return (
    differentNames(pair) &&
    known.length >= VERSIONED_REPOSITORY &&
    !pair.module.repository.isLong &&
    !isGeneric(pair) &&
    name.startsWith(known) &&
    VERSION.test(name.slice(known.length))
  )
}

/** A shorter name with a digit after it is another name: `md5`. */
const VERSIONED_REPOSITORY = 4

function isForeign(pair: Pair): boolean {
  return differentNames(pair) && shorterRepository(pair) >= FOREIGN_REPOSITORY && !isGeneric(pair)
}

/** Reports whether the repositories have different names: `go-redis` and `goredis` are one. */
function differentNames(pair: Pair): boolean {
  return !pair.sameRepository && pair.target.owner.letters !== ''
}
