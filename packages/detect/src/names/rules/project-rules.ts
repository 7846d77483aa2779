import { CLOSE_REPOSITORY, OWN_NAME, SHORT_OWNER } from '../limits.ts'
import type { Pair } from './pair.ts'
import type { Relation } from './relation.ts'
import { DISTANCE } from './relation.ts'
import type { NameRule } from './rule.ts'
import { shorterOwner, shorterRepository, shown } from './rule.ts'

/** Owner and repository together. */
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
      `${shown(pair.module)} for ${shown(pair.target)}: owner and repository both nearly the same`,
  },
  {
    id: 'exchanged',
    family: 'project',
    strength: 'medium',
    title: 'Owner and repository exchanged',
    example: ['github.com/cobra/spf13', 'github.com/spf13/cobra'],
    applies: exchanged,
    reason: (pair) => `${shown(pair.module)} is ${shown(pair.target)} with owner and repository exchanged`,
  },
  {
    id: 'merged',
    family: 'project',
    strength: 'weak',
    title: 'Owner and repository merged into the repository name',
    example: ['github.com/someone/sirupsen-logrus', 'github.com/sirupsen/logrus'],
    applies: merged,
    reason: (pair) => `repository ${pair.module.repository.text} is ${shown(pair.target)} in one word`,
  },
  {
    id: 'other-host',
    family: 'project',
    strength: 'weak',
    title: 'The same owner and repository at another host',
    example: ['gitlab.com/sirupsen/logrus', 'github.com/sirupsen/logrus'],
    applies: otherHost,
    reason: (pair) => `${shown(pair.target)} at ${pair.module.host} instead of ${pair.target.host}`,
  },
]

/** The rule that only says "compare the contents". Kept apart from the others: it never alerts. */
export const CLONE_RULE: NameRule = {
  id: 'same-repository',
  family: 'project',
  strength: 'candidate',
  capped: true,
  title: 'The same repository name under another owner; a reason to compare contents, nothing more',
  example: ['github.com/shallowmulti/hypert', 'github.com/areknoster/hypert'],
  applies: (pair) => pair.sameRepository,
  aboutTarget: true,
  reason: (pair) => `same repository name as ${shown(pair.target)}, another owner`,
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
    pair.repository !== null &&
    OWNER_TYPOS.includes(pair.owner) &&
    REPOSITORY_TYPOS.includes(pair.repository) &&
    shorterOwner(pair) >= ownerLength(pair) &&
    shorterRepository(pair) >= CLOSE_REPOSITORY
  )
}

/** Two edits in the owner, or a short repository name beside it, leave less to recognise: `go-log/log`, `go-logr/logr`. */
function ownerLength(pair: Pair): number {
  const little =
    pair.owner === 'two-edits' || pair.owner === 'anagram' || shorterRepository(pair) < SHORT_OWNER
  return little ? SHORT_OWNER + 2 : SHORT_OWNER
}

function bothDistances(pair: Pair): number | null {
  const owner = pair.owner === null ? null : DISTANCE[pair.owner]
  const repository = pair.repository === null ? null : DISTANCE[pair.repository]
  return owner === null || repository === null ? null : owner + repository
}

function exchanged(pair: Pair): boolean {
  const owner = pair.target.owner.key
  const repository = pair.target.repository.key
  return (
    pair.sameHost &&
    Math.min(owner.length, repository.length) >= OWN_NAME &&
    // go-redis/redis and redis/go-redis are two homes of one project more often than not.
    !owner.includes(repository) &&
    !repository.includes(owner) &&
    pair.module.owner.key === repository &&
    pair.module.repository.key === owner
  )
}

function merged(pair: Pair): boolean {
  const owner = pair.target.owner.key
  const repository = pair.target.repository.key
  return (
    Math.min(owner.length, repository.length) >= OWN_NAME &&
    (pair.module.repository.key === owner + repository || pair.module.repository.key === repository + owner)
  )
}

function otherHost(pair: Pair): boolean {
  return pair.sameOwner && pair.sameRepository && !pair.sameHost
}
