import {
  AFFIX_STEM,
  ANAGRAM_LENGTH,
  OWN_NAME,
  SHORT_OWNER,
  SHORTEST_OWNER,
  TWO_EDITS_OWNER,
  TWO_EDITS_OWNER_GENERIC,
  WORD_AFFIX_STEM,
} from './limits.ts'
import type { Pair } from './pair.ts'
import type { NameRule } from './rule.ts'
import { isGeneric, ownerDistance, ownerRelated, shorterOwner } from './rule.ts'

/** The same repository at the same host, under an account that can be taken for the known one. */
export const OWNER_RULES: readonly NameRule[] = [
  {
    id: 'owner-separators',
    family: 'owner',
    strength: 'strong',
    title: 'Owners differ in hyphens, dots or underscores alone',
    example: ['github.com/gingonic/gin', 'github.com/gin-gonic/gin'],
    applies: ownerSeparators,
    reason: (pair) => because(pair, 'only separators differ'),
  },
  {
    id: 'owner-look-alike',
    family: 'owner',
    strength: 'strong',
    title: 'Owners look the same: rn for m, 1 or i for l, 0 for o, and the like',
    example: ['github.com/rnattn/go-isatty', 'github.com/mattn/go-isatty'],
    applies: ownerLookAlike,
    reason: (pair) => because(pair, 'the letters look alike'),
  },
  {
    id: 'owner-swap',
    family: 'owner',
    strength: 'strong',
    title: 'Two neighbouring letters of the owner are swapped',
    example: ['github.com/siruspen/logrus', 'github.com/sirupsen/logrus'],
    applies: ownerSwap,
    distance: ownerDistance,
    reason: (pair) => because(pair, 'two neighbouring letters are swapped'),
  },
  {
    id: 'owner-keyboard',
    family: 'owner',
    strength: 'strong',
    title: 'One letter of the owner is its neighbour on the keyboard',
    example: ['github.com/spf12/cobra', 'github.com/spf13/cobra'],
    applies: ownerKeyboard,
    distance: ownerDistance,
    reason: (pair) => because(pair, 'one letter is its neighbour on the keyboard'),
  },
  {
    id: 'owner-edit',
    family: 'owner',
    strength: 'strong',
    title: 'One letter of the owner is inserted, missing or replaced',
    example: ['github.com/qiniiu/qmgo', 'github.com/qiniu/qmgo'],
    applies: ownerEdit,
    distance: ownerDistance,
    reason: (pair) => because(pair, 'one letter differs'),
  },
  {
    id: 'owner-plural',
    family: 'owner',
    strength: 'medium',
    title: 'The owner is the plural or singular of the known one',
    example: ['github.com/gorillas/mux', 'github.com/gorilla/mux'],
    applies: ownerPlural,
    reason: (pair) => because(pair, 'one is the plural of the other'),
  },
  {
    id: 'owner-short-edit',
    family: 'owner',
    strength: 'medium',
    title: 'One edit in an owner of three or four letters, and a repository name of its own',
    example: ['github.com/awz/aws-sdk-go', 'github.com/aws/aws-sdk-go'],
    applies: ownerShortEdit,
    distance: ownerDistance,
    reason: (pair) => because(pair, 'one letter differs'),
  },
  {
    id: 'owner-words-reordered',
    family: 'owner',
    strength: 'medium',
    title: 'The words of the owner in another order',
    example: ['github.com/gonic-gin/gin', 'github.com/gin-gonic/gin'],
    applies: ownerWordsReordered,
    reason: (pair) => because(pair, 'the same words in another order'),
  },
  {
    id: 'owner-anagram',
    family: 'owner',
    strength: 'medium',
    title: 'The letters of the owner in another order',
    example: ['github.com/sirunesp/logrus', 'github.com/sirupsen/logrus'],
    applies: ownerAnagram,
    reason: (pair) => because(pair, 'the same letters in another order'),
  },
  {
    id: 'owner-affix',
    family: 'owner',
    strength: 'medium',
    title: 'A usual affix (go, dev, io, official, …) or a number added to the known owner',
    example: ['github.com/boltdb-go/bolt', 'github.com/boltdb/bolt'],
    applies: ownerAffix,
    reason: (pair) => because(pair, 'a usual affix was added'),
  },
  {
    id: 'owner-affix-changed',
    family: 'owner',
    strength: 'medium',
    title: 'The known owner with another usual affix',
    example: ['github.com/uber-dev/zap', 'github.com/uber-go/zap'],
    applies: ownerAffixChanged,
    reason: (pair) => because(pair, 'one usual affix was put for another'),
  },
  {
    id: 'owner-with-repository',
    family: 'owner',
    strength: 'medium',
    title: 'The owner is the known owner and the repository name in one',
    example: ['github.com/sirupsen-logrus/logrus', 'github.com/sirupsen/logrus'],
    applies: ownerWithRepository,
    reason: (pair) => because(pair, 'the repository name was added to the owner'),
  },
  {
    id: 'owner-two-edits',
    family: 'owner',
    strength: 'medium',
    title: 'Two edits in a longer owner',
    example: ['github.com/bpoorman/uuid', 'github.com/pborman/uuid'],
    applies: ownerTwoEdits,
    distance: ownerDistance,
    reason: (pair) => because(pair, 'two letters differ'),
  },
  {
    id: 'owner-word-added',
    family: 'owner',
    strength: 'medium',
    title: 'A further word, set off by a hyphen, added to the known owner',
    example: ['github.com/hashicorp-cache/go-retryablehttp', 'github.com/hashicorp/go-retryablehttp'],
    applies: ownerWordAdded,
    reason: (pair) => because(pair, 'a word was added'),
  },
  {
    id: 'owner-affix-removed',
    family: 'owner',
    strength: 'weak',
    title: 'The known owner without its affix; mostly the project’s older home',
    example: ['github.com/xdg/scram', 'github.com/xdg-go/scram'],
    applies: ownerAffixRemoved,
    reason: (pair) => because(pair, 'a usual affix is missing; often an older home of the project'),
  },
  {
    id: 'owner-is-repository',
    family: 'owner',
    strength: 'weak',
    title: 'The repository name used as the owner',
    example: ['github.com/logrus/logrus', 'github.com/sirupsen/logrus'],
    applies: ownerIsRepository,
    reason: (pair) => because(pair, 'the owner is named after the repository'),
  },
]

function because(pair: Pair, how: string): string {
  return `same repository ${pair.target.repository.text}, owner ${pair.module.owner.text} for ${pair.target.owner.text}: ${how}`
}

function ownerSeparators(pair: Pair): boolean {
  return ownerRelated(pair, 'separators') && shorterOwner(pair) >= SHORTEST_OWNER
}

function ownerLookAlike(pair: Pair): boolean {
  return (
    ownerRelated(pair, 'look-alike') && shorterOwner(pair) >= (isGeneric(pair) ? SHORT_OWNER : SHORTEST_OWNER)
  )
}

function ownerSwap(pair: Pair): boolean {
  return ownerRelated(pair, 'swap') && shorterOwner(pair) >= SHORT_OWNER
}

function ownerKeyboard(pair: Pair): boolean {
  return ownerRelated(pair, 'keyboard') && shorterOwner(pair) >= SHORT_OWNER
}

function ownerEdit(pair: Pair): boolean {
  return ownerRelated(pair, 'edit') && shorterOwner(pair) >= SHORT_OWNER
}

function ownerPlural(pair: Pair): boolean {
  return (
    ownerRelated(pair, 'plural') && shorterOwner(pair) >= (isGeneric(pair) ? SHORT_OWNER : SHORTEST_OWNER)
  )
}

function ownerShortEdit(pair: Pair): boolean {
  return (
    ownerRelated(pair, 'swap', 'keyboard', 'edit') && shorterOwner(pair) >= SHORTEST_OWNER && !isGeneric(pair)
  )
}

function ownerWordsReordered(pair: Pair): boolean {
  return ownerRelated(pair, 'words-reordered') && shorterOwner(pair) >= SHORT_OWNER
}

function ownerAnagram(pair: Pair): boolean {
  return ownerRelated(pair, 'anagram') && shorterOwner(pair) >= ANAGRAM_LENGTH
}

function ownerAffix(pair: Pair): boolean {
  return ownerRelated(pair, 'affix-added') && shorterOwner(pair) >= AFFIX_STEM && !isGoHome(pair)
}

/** `go-fsnotify/fsnotify` beside `fsnotify/fsnotify`: how organisations, and gopkg.in, name the home of a Go project. */
function isGoHome({ module, target }: Pair): boolean {
  return target.owner.key === target.repository.key && module.owner.key === `go${target.repository.key}`
}

function ownerAffixChanged(pair: Pair): boolean {
  return ownerRelated(pair, 'affix-changed')
}

function ownerWithRepository(pair: Pair): boolean {
  if (!pair.sameHost || !pair.sameRepository || shorterOwner(pair) < SHORTEST_OWNER) return false
  const owner = pair.target.owner.key
  const repository = pair.target.repository.key
  return pair.module.owner.key === owner + repository || pair.module.owner.key === repository + owner
}

function ownerTwoEdits(pair: Pair): boolean {
  const least = isGeneric(pair) ? TWO_EDITS_OWNER_GENERIC : TWO_EDITS_OWNER
  return ownerRelated(pair, 'two-edits') && shorterOwner(pair) >= least
}

function ownerWordAdded(pair: Pair): boolean {
  return ownerRelated(pair, 'word-added') && shorterOwner(pair) >= WORD_AFFIX_STEM
}

function ownerAffixRemoved(pair: Pair): boolean {
  return ownerRelated(pair, 'affix-removed') && shorterOwner(pair) >= AFFIX_STEM
}

function ownerIsRepository(pair: Pair): boolean {
  return (
    pair.sameHost &&
    pair.sameRepository &&
    pair.target.owner.key !== '' &&
    pair.module.owner.key === pair.module.repository.key &&
    pair.target.repository.key.length >= OWN_NAME &&
    !isGeneric(pair)
  )
}
