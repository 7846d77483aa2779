import { isAffix } from '../words/affixes.ts'
import { hashPair, hashText, mix } from '../words/hash.ts'
import { splitWords } from '../words/letters.ts'
import type { Relation } from '../words/relation.ts'
import { DISTANCE } from '../words/relation.ts'
import { goStems, isGoHome } from './invented-rules.ts'
import { SHORT_OWNER, SHORTEST_OWNER, TWO_EDITS_OWNER, TWO_EDITS_OWNER_GENERIC } from './limits.ts'
import type { Name } from './name.ts'
import type { Pair } from './pair.ts'
import type { NameRule } from './rule.ts'
import { because, isGeneric, ownerDistance, ownerRelated, shorterOwner } from './rule.ts'

/** An anagram of four letters is a coincidence. */
const ANAGRAM_LENGTH = 5
/** An affix proves little next to `go` or `x`. */
const AFFIX_STEM = 3
/** Shorter owners are the start or the end of too many others: `micro`, `microsoft`. */
const EXTENDED_OWNER = 6
const EXTENDED_OWNER_GENERIC = 7
/** The start of a known owner; a shorter one is an unrelated account next to most names. */
const SHORTENED_OWNER = 4
const SHORTENED_OWNER_GENERIC = 8
/** The start of a repository's name next to the known owner: `gogoproto`. */
const SHORTEST_PART = 4
/** A word that is not a known affix proves less next to a repository name that many choose: `google-contrib`. */
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
    title: 'One or two usual affixes (go, dev, io, official, …) or a number added to the known owner',
    example: ['github.com/boltdb-go/bolt', 'github.com/boltdb/bolt'],
    how: 'a usual affix was added',
    relations: ['affix-added', 'affixes-added'],
    shortest: AFFIX_STEM,
    unless: ({ module, target }) => isGoHome(module, target),
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
    title: 'The owner is the known owner and the repository name, or the start of it, in one',
    example: ['github.com/sirupsen-logrus/logrus', 'github.com/sirupsen/logrus'],
    applies: ownerWithRepository,
    keys: {
      ofModule: (name) =>
        withoutRepository(name).map((rest) => hashPair(hashText(rest), name.repository.hash)),
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
    example: ['github.com/hashicorporation/vault', 'github.com/hashicorp/vault'],
    how: 'letters were added',
    relations: ['extended'],
    shortest: EXTENDED_OWNER,
    shortestForGeneric: EXTENDED_OWNER_GENERIC,
  }),
  {
    id: 'owner-word-changed',
    family: 'owner',
    strength: 'medium',
    title: 'The first word of the known owner with other words after it',
    example: ['github.com/gin-middleware/cors', 'github.com/gin-contrib/cors'],
    applies: ({ module, target, sameHost, sameRepository }) => {
      const word = firstWord(module)
      return sameHost && sameRepository && word !== null && word === firstWord(target)
    },
    keys: { ofModule: keysOfFirstWord, ofTarget: keysOfFirstWord },
    reason: (pair) => because(pair, 'the same first word, others after it'),
  },
  related({
    id: 'owner-shortened',
    strength: 'medium',
    among: 'well-known',
    title: 'A well-known owner with its words cut short',
    example: ['github.com/jsoniter/go', 'github.com/json-iterator/go'],
    how: 'the words were cut short',
    relations: ['shortened'],
    shortest: SHORTENED_OWNER,
    shortestForGeneric: SHORTENED_OWNER_GENERIC,
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
]

type RelatedRule = Pick<NameRule, 'id' | 'strength' | 'title' | 'example' | 'among'> & {
  /** The end of the reason. */
  how: string
  relations: readonly Relation[]
  /** Letters that the shorter owner has at least. */
  shortest: number
  /** The limit next to a generic repository name; default: `shortest`. */
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

function ownerWithRepository(pair: Pair): boolean {
  if (!pair.sameHost || !pair.sameRepository || shorterOwner(pair) < SHORTEST_OWNER) return false
  return withoutRepository(pair.module).includes(pair.target.owner.letters)
}

/** Returns what an owner leaves without the repository's name, or the start of it, at its start or end: `gogoproto` → `gogo`. */
function withoutRepository({ owner: { letters: owner }, repository }: Name): string[] {
  const rests: string[] = []
  for (const name of goStems(repository.letters)) {
    if (owner.startsWith(name)) rests.push(owner.slice(name.length))
    const start = owner.lastIndexOf(name.slice(0, SHORTEST_PART))
    if (start > 0 && name.startsWith(owner.slice(start))) rests.push(owner.slice(0, start))
  }
  return rests
}

/** Returns the first of an owner's words, or null where it is the only one or a usual affix: `go-playground`. */
function firstWord({ owner }: Name): string | null {
  const [first = '', ...others] = splitWords(owner.text)
  return others.length === 0 || first.length < SHORTEST_OWNER || isAffix(first) ? null : first
}

function keysOfFirstWord(name: Name): number[] {
  const word = firstWord(name)
  return word === null ? [] : [mix(hashPair(hashText(word), name.repository.hash), FIRST_WORD)]
}

/** Keeps the keys of `owner-word-changed` apart from those of other rules. */
const FIRST_WORD = 0x9e3779b1
