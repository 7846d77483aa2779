import { hostLabel } from '@mirrorwatch/gomod/paths/domain'
import { addsAffix, stemsOf } from '../words/affixes.ts'
import { hashText, mix } from '../words/hash.ts'
import { splitWords, withoutSeparators } from '../words/letters.ts'
import { SHORTEST_OWNER } from './limits.ts'
import type { Host, Name } from './name.ts'
import type { Pair } from './pair.ts'
import { hostStem } from './pair.ts'
import type { NameRule } from './rule.ts'
import { because, displayName } from './rule.ts'

/** A project's name that is a domain's name too; shorter ones are words of other domains. */
const DOMAIN_PROJECT = 4

/**
 * Rules for names that a person guesses, or a language model invents, for a project that everybody knows: an account or a domain is made
 * of the project's name, of `go`, or of the project's host. Where the real owner has another name, a stranger can register it.
 */
export const INVENTED_RULES: readonly NameRule[] = [
  {
    id: 'gopkg-unclaimed',
    family: 'repository',
    strength: 'medium',
    among: 'well-known',
    title: 'A short name on gopkg.in, which leads to the account go-NAME, for a well-known project elsewhere',
    example: ['gopkg.in/gin.v1', 'github.com/gin-gonic/gin'],
    applies: gopkgUnclaimed,
    keys: {
      ofModule: (name) => (isShortGopkgName(name) ? [mix(name.repository.hash, GOPKG)] : []),
      ofTarget: ({ repository }) => [mix(repository.hash, GOPKG)],
    },
    reason: ({ module: { repository }, target }) =>
      `gopkg.in/${repository.text} leads to the account go-${repository.text}, not to ${displayName(target)}`,
  },
  {
    id: 'owner-invented',
    family: 'owner',
    strength: 'medium',
    among: 'well-known',
    title: 'The owner is the name of a well-known project, mostly with go, an affix or another word',
    example: ['github.com/go-logrus/logrus', 'github.com/sirupsen/logrus'],
    applies: ownerIsInvented,
    keys: {
      ofModule: (name) =>
        goStems(name.repository.letters)
          .filter((stem) => isMadeOf(name, stem))
          .map((stem) => mix(hashText(stem), INVENTED)),
      ofTarget: ({ repository }) => goStems(repository.letters).map((stem) => mix(hashText(stem), INVENTED)),
    },
    reason: (pair) => because(pair, 'the owner is made of the project’s name'),
  },
  {
    id: 'owner-of-host',
    family: 'owner',
    strength: 'medium',
    among: 'well-known',
    title: 'The owner spells the host of a well-known project',
    example: ['github.com/mvdan-cc/sh', 'mvdan.cc/sh'],
    applies: ownerIsHost,
    keys: {
      ofModule: ({ repository }) => [mix(repository.hash, HOST)],
      ofTarget: ({ owner, repository }) => (owner.letters === '' ? [mix(repository.hash, HOST)] : []),
    },
    reason: (pair) =>
      `owner ${pair.module.owner.text} spells ${pair.target.host.text}, where ${pair.target.repository.text} is`,
  },
  {
    id: 'host-of-project',
    family: 'host',
    strength: 'medium',
    among: 'well-known',
    title: 'The name of a well-known project, also with a usual affix, as its domain',
    example: ['cobra.dev/cobra', 'github.com/spf13/cobra'],
    applies: hostIsProject,
    keys: {
      ofModule: ({ host, owner, repository }) =>
        host.isKnown || owner.letters !== '' || !domainWords(host).includes(repository.letters)
          ? []
          : [mix(repository.hash, DOMAIN)],
      ofTarget: ({ repository }) => [mix(repository.hash, DOMAIN)],
    },
    reason: ({ module, target }) =>
      `${displayName(target)} at ${module.host.text}, a domain made of its name`,
  },
]

function ownerIsInvented({ module, target, sameHost }: Pair): boolean {
  if (!sameHost && (target.owner.letters !== '' || target.host.text === 'gopkg.in')) return false
  const known = goStems(target.repository.letters)
  return (
    !isGoHome(module, target) &&
    goStems(module.repository.letters).some((stem) => known.includes(stem) && isMadeOf(module, stem))
  )
}

/**
 * Reports whether the pair is `go-fsnotify/fsnotify` next to `fsnotify/fsnotify`, or `go-mail/mail` next to `go-gomail/gomail`: so
 * organisations, and gopkg.in, name a project's home.
 */
export function isGoHome(module: Name, target: Name): boolean {
  const repository = target.repository.letters
  if (module.owner.letters !== `go${module.repository.letters}`) return false
  return target.owner.letters === repository || target.owner.letters === `go${repository}`
}

/** Returns a repository name, and the name without `go` or `golang` at its start or end. */
export function goStems(repository: string): readonly string[] {
  for (const affix of GO_AFFIXES) {
    if (repository.length < affix.length + SHORTEST_PROJECT) continue
    if (repository.startsWith(affix)) return [repository, repository.slice(affix.length)]
    if (repository.endsWith(affix)) return [repository, repository.slice(0, -affix.length)]
  }
  return [repository]
}

/** `pq`; one letter is no name. */
const SHORTEST_PROJECT = 2

/** Reports whether the owner is the project's name, also with an affix, or with another word that is set off: `zap-logger`. */
function isMadeOf({ owner }: Name, project: string): boolean {
  if (project.length < SHORTEST_PROJECT || !owner.letters.includes(project)) return false
  if (project.length < SHORTEST_OWNER)
    return GO_AFFIXES.some((affix) => owner.letters === affix + project || owner.letters === project + affix)
  if (owner.letters === project || addsAffix(owner.letters, project)) return true
  const words = splitWords(owner.text)
  return words.length > 1 && (words[0] === project || words.at(-1) === project)
}

const GO_AFFIXES = ['golang', 'go']

function ownerIsHost({ module, target, sameRepository }: Pair): boolean {
  if (!sameRepository || module.owner.letters === '' || target.owner.letters !== '') return false
  const { letters, stems } = module.owner
  return hostSpellings(target.host).some((word) => word === letters || stems.includes(word))
}

/** Returns the ways to write a host as one word: `mvdancc`, `sigsk8s`, `opentelemetry`. */
function hostSpellings({ word }: Host): readonly string[] {
  const spellings = [word.text, hostStem(word.text), hostLabel(word.text)].map(withoutSeparators)
  return spellings.filter((spelling) => spelling.length >= SHORTEST_OWNER)
}

function gopkgUnclaimed({ module, target, sameRepository }: Pair): boolean {
  if (!sameRepository || !isShortGopkgName(module) || target.host.text === 'gopkg.in') return false
  // gopkg.in/fsnotify.v1 is go-fsnotify/fsnotify: the older home of fsnotify/fsnotify.
  return target.owner.letters !== target.repository.letters
}

function isShortGopkgName({ host, owner }: Name): boolean {
  return host.text === 'gopkg.in' && owner.text === ''
}

function hostIsProject({ module, target, sameRepository }: Pair): boolean {
  const { letters } = module.repository
  return (
    sameRepository &&
    letters.length >= DOMAIN_PROJECT &&
    !module.host.isKnown &&
    module.owner.letters === '' &&
    target.host.text !== module.host.text &&
    domainWords(module.host).includes(letters)
  )
}

/** Returns the name that a host's domain carries, also without a usual affix: `com-spf13` → `spf13`. */
export function domainWords({ word }: Host): readonly string[] {
  const label = withoutSeparators(hostLabel(word.text))
  return [label, ...stemsOf(label)]
}

/** These keep the keys of each rule apart from those of others. */
const [INVENTED, HOST, GOPKG, DOMAIN] = [0x165667b1, 0x9e3779b1, 0x5bd1e995, 0x2545f491]
