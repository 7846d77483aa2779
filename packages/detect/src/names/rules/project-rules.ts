import { hashPair, hashText, mix } from '../words/hash.ts'
import type { Relation } from '../words/relation.ts'
import { OWN_NAME, SHORT_OWNER } from './limits.ts'
import type { Pair } from './pair.ts'
import type { NameRule } from './rule.ts'
import {
  displayName,
  ownerDistance,
  repositoryDistance,
  repositoryRelated,
  shorterOwner,
  shorterRepository,
} from './rule.ts'

/** A repository next to an owner that is close as well: `uid` for `uuid`. */
const CLOSE_REPOSITORY = 3

/** Rules about owner and repository together. */
export const PROJECT_RULES: readonly NameRule[] = [
  {
    id: 'owner-and-repository',
    family: 'owner',
    strength: 'medium',
    title: 'Owner and repository both within a typo of the known ones',
    example: ['github.com/bpoorman/uid', 'github.com/pborman/uuid'],
    applies: ownerAndRepository,
    distance: bothDistances,
    reason: (pair) =>
      `${displayName(pair.module)} for ${displayName(pair.target)}: owner and repository both nearly the same`,
  },
  {
    id: 'exchanged',
    family: 'project',
    strength: 'medium',
    title: 'Owner and repository exchanged',
    example: ['github.com/cobra/spf13', 'github.com/spf13/cobra'],
    applies: exchanged,
    keys: {
      ofModule: ({ owner, repository }) => [hashPair(repository.hash, owner.hash)],
      ofTarget: ({ owner, repository }) => [hashPair(owner.hash, repository.hash)],
    },
    reason: (pair) =>
      `${displayName(pair.module)} is ${displayName(pair.target)} with owner and repository exchanged`,
  },
  {
    id: 'merged',
    family: 'project',
    strength: 'weak',
    title: 'Owner and repository merged into the repository name',
    example: ['github.com/someone/sirupsen-logrus', 'github.com/sirupsen/logrus'],
    applies: merged,
    keys: {
      ofModule: ({ repository }) => [mix(repository.hash, MERGED)],
      ofTarget: ({ owner: { letters: owner }, repository: { letters: repository } }) =>
        owner === ''
          ? []
          : [mix(hashText(owner + repository), MERGED), mix(hashText(repository + owner), MERGED)],
    },
    reason: (pair) => `repository ${pair.module.repository.text} is ${displayName(pair.target)} in one word`,
  },
  {
    id: 'other-host',
    family: 'project',
    strength: 'weak',
    title: 'The same owner and repository at another host',
    example: ['gitlab.com/sirupsen/logrus', 'github.com/sirupsen/logrus'],
    applies: otherHost,
    keys: {
      ofModule: ({ owner, repository }) => [hashPair(owner.hash, repository.hash)],
      ofTarget: ({ owner, repository }) => [hashPair(owner.hash, repository.hash)],
    },
    reason: (pair) =>
      `${displayName(pair.target)} at ${pair.module.host.text} instead of ${pair.target.host.text}`,
  },
]

/** The rule that only says "compare the contents". It never alerts, and comes last. */
export const SAME_REPOSITORY_RULE: NameRule = {
  id: 'same-repository',
  family: 'project',
  strength: 'candidate',
  among: 'most-used',
  title: 'The same repository name under another owner; a reason to compare contents, nothing more',
  example: ['github.com/shallowmulti/hypert', 'github.com/areknoster/hypert'],
  applies: (pair) => pair.sameRepository,
  reason: (pair) => `same repository name as ${displayName(pair.target)}, another owner`,
}

const OWNER_TYPOS: readonly Relation[] = [
  'separators',
  'look-alike',
  'swap',
  'keyboard',
  'edit',
  'anagram',
  'two-edits',
]
const REPOSITORY_TYPOS: readonly Relation[] = [
  'look-alike',
  'swap',
  'plural',
  'keyboard',
  'edit',
  'words-reordered',
  'affix-added',
  'affix-removed',
]

function ownerAndRepository(pair: Pair): boolean {
  return (
    pair.sameHost &&
    pair.owner !== null &&
    OWNER_TYPOS.includes(pair.owner) &&
    repositoryRelated(pair, REPOSITORY_TYPOS) &&
    shorterOwner(pair) >= shortestOwnerFor(pair) &&
    shorterRepository(pair) >= CLOSE_REPOSITORY
  )
}

/** Two edits in the owner, or a short repository name next to it, leave less to recognise: `go-log/log`, `go-logr/logr`. */
function shortestOwnerFor(pair: Pair): number {
  const little =
    pair.owner === 'two-edits' || pair.owner === 'anagram' || shorterRepository(pair) < SHORT_OWNER
  return little ? SHORT_OWNER + 2 : SHORT_OWNER
}

function bothDistances(pair: Pair): number | null {
  const owner = ownerDistance(pair)
  const repository = repositoryDistance(pair)
  return owner === null || repository === null ? null : owner + repository
}

function exchanged({ module, target, sameHost }: Pair): boolean {
  const owner = target.owner.letters
  const repository = target.repository.letters
  return (
    sameHost &&
    Math.min(owner.length, repository.length) >= OWN_NAME &&
    // go-redis/redis and redis/go-redis are two homes of one project more often than not.
    !owner.includes(repository) &&
    !repository.includes(owner) &&
    module.owner.letters === repository &&
    module.repository.letters === owner
  )
}

function merged({ module, target }: Pair): boolean {
  const owner = target.owner.letters
  const repository = target.repository.letters
  const name = module.repository.letters
  return (
    Math.min(owner.length, repository.length) >= OWN_NAME &&
    (name === owner + repository || name === repository + owner)
  )
}

/** Keeps the keys of `merged` apart from those of other rules. */
const MERGED = 0x27d4eb2f

function otherHost(pair: Pair): boolean {
  return pair.sameOwner && pair.sameRepository && !pair.sameHost
}
