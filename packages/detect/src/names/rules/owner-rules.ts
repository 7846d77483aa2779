import { addsAffix } from '../words/affixes.ts'
import { hashPair, hashText, mix } from '../words/hash.ts'
import type { Relation } from '../words/relation.ts'
import { DISTANCE } from '../words/relation.ts'
import { OWN_NAME, SHORT_OWNER, SHORTEST_OWNER, TWO_EDITS_OWNER, TWO_EDITS_OWNER_GENERIC } from './limits.ts'
import type { Name } from './name.ts'
import type { Pair } from './pair.ts'
import type { NameRule } from './rule.ts'
import { isGeneric, ownerDistance, ownerRelated, shorterOwner } from './rule.ts'

/** An anagram of four letters is a coincidence. */
const ANAGRAM_LENGTH = 5
/** An affix proves little next to `go` or `x`. */
const AFFIX_STEM = 3
/** Shorter owners are the start or the end of too many others: `micro`, `microsoft`. */
const EXTENDED_OWNER = 7
/** A word that is not a known affix proves less beside a repository name that many choose: `google-contrib`. */
const WORD_AFFIX_STEM = 5

/** Rules for the same repository at the same host, under an account that can be taken for the known one. */
export const OWNER_RULES: readonly NameRule[] = [
  related({
    id: 'owner-separators',
    strength: 'strong',
    title: 'Owners differ in hyphens, dots or underscores alone',
    example: ['github.com/gingonic/gin', 'github.com/gin-gonic/gin'],
    how: 'only separators differ',
    relations: ['separators'],
    shortest: SHORTEST_OWNER,
  }),
  related({
    id: 'owner-look-alike',
    strength: 'strong',
    title: 'Owners look the same: rn for m, 1 or i for l, 0 for o, and the like',
    example: ['github.com/rnattn/go-isatty', 'github.com/mattn/go-isatty'],
    how: 'the letters look alike',
    relations: ['look-alike'],
    shortest: SHORTEST_OWNER,
    shortestForGeneric: SHORT_OWNER,
  }),
  related({
    id: 'owner-swap',
    strength: 'strong',
    title: 'Two neighbouring letters of the owner are swapped',
    example: ['github.com/siruspen/logrus', 'github.com/sirupsen/logrus'],
    how: 'two neighbouring letters are swapped',
    relations: ['swap'],
    shortest: SHORT_OWNER,
  }),
  related({
    id: 'owner-keyboard',
    strength: 'strong',
    title: 'One letter of the owner is its neighbour on the keyboard',
    example: ['github.com/spf12/cobra', 'github.com/spf13/cobra'],
    how: 'one letter is its neighbour on the keyboard',
    relations: ['keyboard'],
    shortest: SHORT_OWNER,
  }),
  related({
    id: 'owner-edit',
    strength: 'strong',
    title: 'One letter of the owner is inserted, missing or replaced',
    example: ['github.com/qiniiu/qmgo', 'github.com/qiniu/qmgo'],
    how: 'one letter differs',
    relations: ['edit'],
    shortest: SHORT_OWNER,
  }),
  related({
    id: 'owner-plural',
    strength: 'medium',
    title: 'The owner is the plural or singular of the known one',
    example: ['github.com/gorillas/mux', 'github.com/gorilla/mux'],
    how: 'one is the plural of the other',
    relations: ['plural'],
    shortest: SHORTEST_OWNER,
  }),
  related({
    id: 'owner-short-edit',
    strength: 'medium',
    title: 'One edit in an owner of three or four letters, and a repository name of its own',
    example: ['github.com/awz/aws-sdk-go', 'github.com/aws/aws-sdk-go'],
    how: 'one letter differs',
    relations: ['keyboard', 'edit'],
    shortest: SHORTEST_OWNER,
    shortestForGeneric: Number.POSITIVE_INFINITY,
  }),
  related({
    id: 'owner-short-swap',
    strength: 'medium',
    title: 'Two neighbouring letters, or two that look alike, in an owner of three or four letters',
    example: ['github.com/pgk/errors', 'github.com/pkg/errors'],
    how: 'two letters are swapped or look alike',
    relations: ['swap', 'look-alike'],
    shortest: SHORTEST_OWNER,
  }),
  related({
    id: 'owner-words-reordered',
    strength: 'medium',
    title: 'The words of the owner in another order',
    example: ['github.com/gonic-gin/gin', 'github.com/gin-gonic/gin'],
    how: 'the same words in another order',
    relations: ['words-reordered'],
    shortest: SHORT_OWNER,
  }),
  related({
    id: 'owner-anagram',
    strength: 'medium',
    title: 'The letters of the owner in another order',
    example: ['github.com/sirunesp/logrus', 'github.com/sirupsen/logrus'],
    how: 'the same letters in another order',
    relations: ['anagram'],
    shortest: ANAGRAM_LENGTH,
  }),
  related({
    id: 'owner-affix',
    strength: 'medium',
    title: 'A usual affix (go, dev, io, official, …) or a number added to the known owner',
    example: ['github.com/boltdb-go/bolt', 'github.com/boltdb/bolt'],
    how: 'a usual affix was added',
    relations: ['affix-added'],
    shortest: AFFIX_STEM,
    unless: isGoHome,
  }),
  related({
    id: 'owner-affix-changed',
    strength: 'medium',
    title: 'The known owner with another usual affix',
    example: ['github.com/uber-dev/zap', 'github.com/uber-go/zap'],
    how: 'one usual affix was put for another',
    relations: ['affix-changed'],
    shortest: AFFIX_STEM,
  }),
  {
    id: 'owner-with-repository',
    family: 'owner',
    strength: 'medium',
    title: 'The owner is the known owner and the repository name in one',
    example: ['github.com/sirupsen-logrus/logrus', 'github.com/sirupsen/logrus'],
    applies: ownerWithRepository,
    keys: {
      ofModule: keysWithoutRepository,
      ofTarget: ({ owner, repository }) => [hashPair(owner.hash, repository.hash)],
    },
    reason: (pair) => because(pair, 'the repository name was added to the owner'),
  },
  related({
    id: 'owner-two-edits',
    strength: 'medium',
    title: 'Two edits in a longer owner',
    example: ['github.com/bpoorman/uuid', 'github.com/pborman/uuid'],
    how: 'two letters differ',
    relations: ['two-edits'],
    shortest: TWO_EDITS_OWNER,
    shortestForGeneric: TWO_EDITS_OWNER_GENERIC,
  }),
  related({
    id: 'owner-word-added',
    strength: 'medium',
    title: 'A further word, set off by a hyphen, added to the known owner',
    example: ['github.com/hashicorp-cache/go-retryablehttp', 'github.com/hashicorp/go-retryablehttp'],
    how: 'a word was added',
    relations: ['word-added'],
    shortest: SHORTEST_OWNER,
    shortestForGeneric: WORD_AFFIX_STEM,
  }),
  related({
    id: 'owner-extended',
    strength: 'medium',
    title: 'Letters added to the start or the end of a longer known owner',
    example: ['github.com/gorillatoolkit/mux', 'github.com/gorilla/mux'],
    how: 'letters were added',
    relations: ['extended'],
    shortest: EXTENDED_OWNER,
  }),
  related({
    id: 'owner-affix-removed',
    strength: 'weak',
    title: 'The known owner without its affix; mostly the project’s older home',
    example: ['github.com/xdg/scram', 'github.com/xdg-go/scram'],
    how: 'a usual affix is missing; often an older home of the project',
    relations: ['affix-removed'],
    shortest: AFFIX_STEM,
  }),
  {
    id: 'owner-is-repository',
    family: 'owner',
    strength: 'weak',
    title: 'The repository name, also with a usual affix, used as the owner',
    example: ['github.com/logrus/logrus', 'github.com/sirupsen/logrus'],
    applies: ownerIsRepository,
    keys: {
      ofModule: (name) => (isNamedAfterRepository(name) ? [mix(name.repository.hash, NAMED_AFTER)] : []),
      ofTarget: ({ repository }) => [mix(repository.hash, NAMED_AFTER)],
    },
    reason: (pair) => because(pair, 'the owner is named after the repository'),
  },
  {
    id: 'owner-invented',
    family: 'owner',
    strength: 'weak',
    mostUsedOnly: true,
    title:
      'An owner as a language model invents it: go or golang before or after a short or common repository name',
    example: ['github.com/go-zap/zap', 'github.com/uber-go/zap'],
    applies: ownerIsInvented,
    keys: {
      ofModule: (name) => (isInventedOwner(name) ? [mix(name.repository.hash, NAMED_AFTER)] : []),
      ofTarget: ({ repository }) => [mix(repository.hash, NAMED_AFTER)],
    },
    reason: (pair) => because(pair, 'the owner is made of go and the repository'),
  },
]

type RelatedRule = Pick<NameRule, 'id' | 'strength' | 'title' | 'example'> & {
  /** The end of the reason. */
  how: string
  relations: readonly Relation[]
  /** Letters that the shorter owner has at least. */
  shortest: number
  /** The same limit beside a generic repository name; default: `shortest`. */
  shortestForGeneric?: number
  unless?: (pair: Pair) => boolean
}

/** Makes the rule for the same repository under an owner that is related to the known one. */
function related(rule: RelatedRule): NameRule {
  const { how, relations, shortest, shortestForGeneric = shortest, unless, ...shown } = rule
  return {
    ...shown,
    family: 'owner',
    applies: (pair) =>
      ownerRelated(pair, relations) &&
      shorterOwner(pair) >= (isGeneric(pair) ? shortestForGeneric : shortest) &&
      unless?.(pair) !== true,
    ...(relations.every((relation) => DISTANCE[relation] !== null) && { distance: ownerDistance }),
    reason: (pair) => because(pair, how),
  }
}

function because({ module, target }: Pair, how: string): string {
  return `same repository ${target.repository.text}, owner ${module.owner.text} for ${target.owner.text}: ${how}`
}

/** Reports whether the pair is `go-fsnotify/fsnotify` beside `fsnotify/fsnotify`: so organisations, and gopkg.in, name a project's home. */
function isGoHome({ module, target }: Pair): boolean {
  const repository = target.repository.letters
  return target.owner.letters === repository && module.owner.letters === `go${repository}`
}

function ownerWithRepository(pair: Pair): boolean {
  if (!pair.sameHost || !pair.sameRepository || shorterOwner(pair) < SHORTEST_OWNER) return false
  const owner = pair.target.owner.letters
  const repository = pair.target.repository.letters
  return pair.module.owner.letters === owner + repository || pair.module.owner.letters === repository + owner
}

/** Returns keys of what the owner leaves without the repository's name, and the repository. */
function keysWithoutRepository({ owner, repository }: Name): number[] {
  const rests: string[] = []
  if (owner.letters.startsWith(repository.letters)) rests.push(owner.letters.slice(repository.letters.length))
  if (owner.letters.endsWith(repository.letters))
    rests.push(owner.letters.slice(0, -repository.letters.length))
  return rests.map((rest) => hashPair(hashText(rest), repository.hash))
}

/** Reports whether the owner looks like an account that was made for the project: `logrus/logrus`, `go-logrus/logrus`. */
function ownerIsRepository(pair: Pair): boolean {
  return (
    pair.sameHost &&
    pair.sameRepository &&
    pair.target.owner.letters !== '' &&
    isNamedAfterRepository(pair.module) &&
    pair.target.repository.letters.length >= OWN_NAME &&
    !isGeneric(pair)
  )
}

function ownerIsInvented({ sameHost, sameRepository, module, target }: Pair): boolean {
  return sameHost && sameRepository && target.owner.letters !== '' && isInventedOwner(module)
}

/** Reports whether the owner is `go-jwt` for `jwt`, `golang-zap` or `zap-go` for `zap`, `cache` for `go-cache`. */
function isInventedOwner({ owner: { letters: owner }, repository: { letters: repository } }: Name): boolean {
  return [repository, repository.replace(/^go(?:lang)?|go(?:lang)?$/, '')].some(
    (stem) =>
      stem.length >= 2 &&
      (owner === stem || GO_AFFIXES.some((affix) => owner === stem + affix || owner === affix + stem)),
  )
}

const GO_AFFIXES = ['go', 'golang']

function isNamedAfterRepository({ owner, repository }: Name): boolean {
  return owner.letters === repository.letters || addsAffix(owner.letters, repository.letters)
}

/** Keeps the keys of rules about an owner named after the repository apart from those of other rules. */
const NAMED_AFTER = 0x165667b1
