import { hostLabel } from '@mirrorwatch/gomod/paths/domain'
import { hashPair, hashText } from '../words/hash.ts'
import { COMMUNITY_NAMES, GO_AUTHORITY_NAMES, GO_HOSTS } from '../words/known-words.ts'
import { withoutSeparators } from '../words/letters.ts'
import { isCloseRelation } from '../words/relation.ts'
import { domainWords } from './invented-rules.ts'
import type { Name } from './name.ts'
import type { Pair } from './pair.ts'
import { hostStem } from './pair.ts'
import type { NameRule } from './rule.ts'
import { displayName, shorterRepository } from './rule.ts'

/** Owners that a domain may be made of; shorter ones are words of other domains too. */
const DOMAIN_OWNER = 4
/** A repository next to an unknown place: `btreex` for `btree`. */
const SHORTEST_REPOSITORY = 5

/** Rules for a host that imitates a known one. Only a host that holds no target and is no forge can. */
export const HOST_RULES: readonly NameRule[] = [
  {
    id: 'host-look-alike',
    family: 'host',
    strength: 'strong',
    title: 'The same project at a host that resembles the known one',
    example: ['githud.com/sirupsen/logrus', 'github.com/sirupsen/logrus'],
    applies: hostLookAlike,
    reason: (pair) =>
      `${displayName(pair.target)} at ${pair.module.host.text}, which resembles ${pair.target.host.text}`,
  },
  {
    id: 'host-two-edits',
    family: 'host',
    strength: 'medium',
    title: 'The same project at a long host within two edits of the known one',
    example: ['go.mongo.org/mongo-driver', 'go.mongodb.org/mongo-driver'],
    applies: (pair) => pair.host === 'two-edits' && isSameProject(pair),
    keys: {
      ofModule: ({ host, owner, repository }) =>
        host.isKnown ? [] : [hashPair(owner.hash, repository.hash)],
      ofTarget: ({ owner, repository }) => [hashPair(owner.hash, repository.hash)],
    },
    reason: (pair) =>
      `${displayName(pair.target)} at ${pair.module.host.text} for ${pair.target.host.text}: two letters differ`,
  },
  {
    id: 'host-short',
    family: 'host',
    strength: 'medium',
    among: 'well-known',
    title: 'A well-known project at a host within one edit of its short host, or with another top level',
    example: ['kb8s.io/client-go', 'k8s.io/client-go'],
    applies: (pair) => pair.host === 'short' && isSameProject(pair),
    reason: (pair) =>
      `${displayName(pair.target)} at ${pair.module.host.text} for ${pair.target.host.text}: one letter or the top level differs`,
  },
  {
    id: 'host-of-owner',
    family: 'host',
    strength: 'medium',
    title: 'The known owner, also with a usual affix, as the domain of the same repository',
    example: ['go.spf13.dev/cobra', 'github.com/spf13/cobra'],
    applies: hostOfOwner,
    keys: {
      ofModule: ({ host, owner, repository }) =>
        host.isKnown || owner.letters !== ''
          ? []
          : domainWords(host).map((word) => hashPair(hashText(word), repository.hash)),
      ofTarget: ({ owner, repository }) => [hashPair(owner.hash, repository.hash)],
    },
    reason: ({ module, target }) =>
      `${displayName(target)} at ${module.host.text}, a domain made of its owner's name`,
  },
  {
    id: 'host-and-repository',
    family: 'host',
    strength: 'medium',
    title: 'A project with nearly the same name at a host that resembles the known one',
    example: ['go.uber.dev/zapp', 'go.uber.org/zap'],
    applies: hostAndRepository,
    reason: (pair) =>
      `${displayName(pair.module)} for ${displayName(pair.target)}: host and repository both nearly the same`,
  },
]

/** Rules for a host, or an account, that imitates a known place as a whole: each names one target at most. */
export const WHOLE_HOST_RULES: readonly NameRule[] = [
  {
    id: 'host-community',
    family: 'host',
    strength: 'medium',
    title: 'A host named like a place where Go code comes from: go-get, gopkgs, golang-modules, …',
    example: ['gogets.dev/btreex', 'github.com/google/btree'],
    applies: hostCommunity,
    reason: (pair) => `${pair.module.host.text} is named like a place where Go code comes from`,
    hostRank: rankByRepository,
  },
  {
    id: 'owner-host',
    family: 'host',
    strength: 'medium',
    title: 'An account that spells a host of Go itself, or claims to be Go',
    example: ['github.com/golangorg/formstash', 'golang.org/x/crypto'],
    applies: ownerHost,
    reason: (pair) => `owner ${pair.module.owner.text} imitates Go's own places`,
    hostRank: rankByRepository,
  },
  {
    id: 'owner-community',
    family: 'host',
    strength: 'weak',
    title: 'An account named like a place where Go code comes from',
    example: ['github.com/gocommunity-io/crypt0', 'golang.org/x/crypto'],
    applies: ownerCommunity,
    reason: (pair) => `owner ${pair.module.owner.text} is named like a place where Go code comes from`,
    hostRank: rankByRepository,
  },
  {
    id: 'host-resembles',
    family: 'host',
    strength: 'weak',
    title: 'A host that resembles a known one, with another project',
    example: ['golang.design/x/clipboard', 'golang.org/x/crypto'],
    applies: (pair) => isAlike(pair) && pair.host !== 'inside',
    reason: (pair) => `${pair.module.host.text} resembles ${pair.target.host.text}`,
    hostRank: rankByRepository,
  },
]

function hostLookAlike(pair: Pair): boolean {
  return isAlike(pair) && isSameProject(pair)
}

/** Reports whether the hosts resemble each other enough next to any project. */
function isAlike({ host }: Pair): boolean {
  return host !== null && host !== 'two-edits' && host !== 'short'
}

function isSameProject({ module, target, sameRepository }: Pair): boolean {
  return sameRepository && module.owner.letters === target.owner.letters
}

function hostOfOwner({ module, target, sameRepository }: Pair): boolean {
  const owner = target.owner.letters
  if (module.host.isKnown || module.owner.letters !== '' || !sameRepository) return false
  return owner.length >= DOMAIN_OWNER && domainWords(module.host).includes(owner)
}

function hostAndRepository(pair: Pair): boolean {
  return (
    isAlike(pair) &&
    isCloseRelation(pair.repository) &&
    pair.module.owner.letters === pair.target.owner.letters &&
    shorterRepository(pair) >= 3
  )
}

/** Returns 0 for the same repository name, 1 for one that resembles it, 2 for the host alone. */
function rankByRepository(pair: Pair): number {
  if (pair.sameRepository) return 0
  return resemblesRepository(pair) ? 1 : 2
}

function resemblesRepository(pair: Pair): boolean {
  const close = isCloseRelation(pair.repository) || pair.repository === 'affix-added'
  return close && shorterRepository(pair) >= SHORTEST_REPOSITORY
}

function hostCommunity(pair: Pair): boolean {
  return (
    isCommunityHost(pair.module) && (pair.target.host.text === 'golang.org' || rankByRepository(pair) < 2)
  )
}

/** Returns the hosts of Go's own that the name imitates as a whole. */
export function imitatedHosts(name: Name): readonly string[] {
  const spelled = imitatedHost(name.owner.letters)
  if (!isCommunity(name)) return spelled === null ? NO_HOSTS : [spelled]
  return spelled === null ? ['golang.org'] : [...new Set([spelled, 'golang.org'])]
}

const NO_HOSTS: readonly string[] = []

/** Reports whether the host or the owner is named like a place where Go code comes from. */
function isCommunity(name: Name): boolean {
  return isCommunityHost(name) || isCommunityOwner(name.owner.letters)
}

function isCommunityHost({ host }: Name): boolean {
  return !host.isKnown && COMMUNITY_NAMES.has(withoutSeparators(hostLabel(host.word.text)))
}

function ownerHost(pair: Pair): boolean {
  const host = imitatedHost(pair.module.owner.letters)
  return host !== null && (pair.target.host.text === host || rankByRepository(pair) < 2)
}

/** Returns the host of Go's own that an account spells without speaking for it. */
function imitatedHost(owner: string): string | null {
  if (GO_AUTHORITY_NAMES.has(owner)) return 'golang.org'
  const host = SPELLED_HOSTS.get(owner)
  return host === undefined || GO_HOSTS.get(host)?.includes(owner) ? null : host
}

/** Accounts that spell a host: all of it, `k8sio`, or without the top level where words are left, `googlegolang`. */
const SPELLED_HOSTS: ReadonlyMap<string, string> = new Map(
  [...GO_HOSTS.keys()].flatMap((host) => {
    const spellings = hostStem(host).includes('.') ? [host, hostStem(host)] : [host]
    return spellings.map((text) => [withoutSeparators(text), host] as const)
  }),
)

function ownerCommunity(pair: Pair): boolean {
  if (!isCommunityOwner(pair.module.owner.letters)) return false
  return pair.target.host.text === 'golang.org' || rankByRepository(pair) < 2
}

/** Reports whether an owner is `gocommunity` or the like, also with a top level or an affix after it: `gocommunity-io`. */
function isCommunityOwner(owner: string): boolean {
  if (!owner.startsWith('go') && !owner.startsWith('thego')) return false
  return COMMUNITY_NAMES.has(owner) || COMMUNITY_NAMES.has(owner.replace(/(?:io|dev|org|com|net|hq)$/, ''))
}
