import { hostLabel } from '@mirrorwatch/gomod/paths/domain'
import { PLACE_REPOSITORY } from '../limits.ts'
import type { Face } from './face.ts'
import { textHash } from './hash.ts'
import type { Label } from './label.ts'
import { withoutSeparators } from './letters.ts'
import type { Pair } from './pair.ts'
import { isCloseRelation } from './relation.ts'
import type { NameRule } from './rule.ts'
import { shorterRepository, shown } from './rule.ts'
import { COMMUNITY_NAMES, GO_AUTHORITY_NAMES, GO_HOSTS } from './words.ts'

/** A host, or an account, that imitates a known place. Only hosts that hold no target and are no forge can. */
export const HOST_RULES: readonly NameRule[] = [
  {
    id: 'host-look-alike',
    family: 'host',
    strength: 'strong',
    title: 'The same project at a host that resembles the known one',
    example: ['githud.com/sirupsen/logrus', 'github.com/sirupsen/logrus'],
    applies: hostLookAlike,
    reason: (pair) => `${shown(pair.target)} at ${pair.module.host}, which resembles ${pair.target.host}`,
  },
  {
    id: 'host-and-repository',
    family: 'host',
    strength: 'medium',
    title: 'A project with nearly the same name at a host that resembles the known one',
    example: ['go.uber.dev/zapp', 'go.uber.org/zap'],
    applies: hostAndRepository,
    reason: (pair) =>
      `${shown(pair.module)} for ${shown(pair.target)}: host and repository both nearly the same`,
  },
]

/** Rules about a place as a whole: each names one target at the most. */
export const PLACE_RULES: readonly NameRule[] = [
  {
    id: 'host-community',
    family: 'host',
    strength: 'medium',
    title: 'A host named like a place where Go code comes from: go-get, gopkgs, golang-modules, …',
    example: ['gogets.dev/btreex', 'github.com/google/btree'],
    applies: hostCommunity,
    reason: (pair) => `${pair.module.host} is named like a place where Go code comes from`,
    rank: placeRank,
  },
  {
    id: 'owner-host',
    family: 'host',
    strength: 'medium',
    title: 'An account that spells a host of Go itself, or claims to be Go',
    example: ['github.com/golangorg/formstash', 'golang.org/x/crypto'],
    applies: ownerHost,
    reason: (pair) => `owner ${pair.module.owner.text} imitates Go's own places`,
    rank: placeRank,
  },
  {
    id: 'owner-community',
    family: 'host',
    strength: 'weak',
    title: 'An account named like a place where Go code comes from',
    example: ['github.com/gocommunity-io/crypt0', 'golang.org/x/crypto'],
    applies: ownerCommunity,
    reason: (pair) => `owner ${pair.module.owner.text} is named like a place where Go code comes from`,
    rank: placeRank,
  },
  {
    id: 'host-resembles',
    family: 'host',
    strength: 'weak',
    title: 'A host that resembles a known one, with another project',
    example: ['golang.design/x/clipboard', 'golang.org/x/crypto'],
    applies: (pair) => pair.host !== null && pair.host !== 'inside',
    reason: (pair) => `${pair.module.host} resembles ${pair.target.host}`,
    rank: placeRank,
  },
]

function hostLookAlike(pair: Pair): boolean {
  return pair.host !== null && pair.sameRepository && pair.module.owner.key === pair.target.owner.key
}

function hostAndRepository(pair: Pair): boolean {
  return (
    pair.host !== null &&
    isCloseRelation(pair.repository) &&
    pair.module.owner.key === pair.target.owner.key &&
    shorterRepository(pair) >= 3
  )
}

/** 0: the same repository name, 1: one that resembles it, 2: the place alone. */
function placeRank(pair: Pair): number {
  if (pair.sameRepository) return 0
  return resemblesRepository(pair) ? 1 : 2
}

function resemblesRepository(pair: Pair): boolean {
  const close = isCloseRelation(pair.repository) || pair.repository === 'affix-added'
  return close && shorterRepository(pair) >= PLACE_REPOSITORY
}

function hostCommunity(pair: Pair): boolean {
  return isCommunityHost(pair.module) && (pair.target.host === 'golang.org' || placeRank(pair) < 2)
}

function isCommunityHost(face: Face): boolean {
  return !face.hostKnown && COMMUNITY_NAMES.has(withoutSeparators(hostLabel(face.hostLabel.text)))
}

/** Whether a face's host or owner is named like a place where Go code comes from. */
export function isCommunity(face: Face): boolean {
  return isCommunityHost(face) || isCommunityOwner(face.owner.key)
}

function ownerHost(pair: Pair): boolean {
  const host = imitatedHost(pair.module.owner)
  return host !== null && (pair.target.host === host || placeRank(pair) < 2)
}

/** The host of Go's own that an account spells without speaking for it. */
export function imitatedHost({ key, keyHash }: Label): string | null {
  if (((SPELLED_FILTER[(keyHash >>> 5) & (SPELLED_FILTER.length - 1)] ?? 0) & (1 << keyHash)) === 0)
    return null
  if (GO_AUTHORITY_NAMES.has(key)) return 'golang.org'
  const host = SPELLED_HOSTS.get(key)
  return host === undefined || GO_HOSTS.get(host)?.includes(key) ? null : host
}

const SPELLED_HOSTS: ReadonlyMap<string, string> = new Map(
  [...GO_HOSTS.keys()].map((host) => [withoutSeparators(host), host]),
)

/** A bit for the hash of each name above: it is asked of every owner. */
const SPELLED_FILTER = new Int32Array(32)
for (const name of [...GO_AUTHORITY_NAMES, ...SPELLED_HOSTS.keys()]) {
  const hash = textHash(name)
  const word = (hash >>> 5) & (SPELLED_FILTER.length - 1)
  SPELLED_FILTER[word] = (SPELLED_FILTER[word] ?? 0) | (1 << hash)
}

function ownerCommunity(pair: Pair): boolean {
  if (!isCommunityOwner(pair.module.owner.key)) return false
  return pair.target.host === 'golang.org' || placeRank(pair) < 2
}

/** `gocommunity`, also with a top level or an affix after it: `gocommunity-io`. */
export function isCommunityOwner(owner: string): boolean {
  if (!owner.startsWith('go') && !owner.startsWith('thego')) return false
  return COMMUNITY_NAMES.has(owner) || COMMUNITY_NAMES.has(owner.replace(/(?:io|dev|org|com|net|hq)$/, ''))
}
