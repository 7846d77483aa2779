import { GENERIC_REPOSITORIES } from '@mirrorwatch/detect/names/words/known-words'
import { builtinTargets } from '@mirrorwatch/pipeline/targets/builtin-targets'

/** A small, fast, seeded generator (mulberry32), so that every run compares the same names. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Module paths and targets as the ecosystem has them, made up from real words. */
export interface NameLists {
  targets: { path: string; dependents: number }[]
  modules: string[]
}

/**
 * Shares as in the index: nine of ten modules on GitHub; a third of the repository names have several owners (forks
 * and names like `api`, by Zipf's law), the rest put together from the words of real names; two of three modules have an
 * owner that few others have; every sixth is in a directory, every tenth has a major version; one in 500 is one edit
 * away from a target. Two projects have the same repository name about as often as among real modules.
 */
export async function nameLists(moduleCount: number, targetCount: number, seed = 1): Promise<NameLists> {
  const random = seeded(seed)
  const words = new Words(await builtinTargets(), random)
  const targets: NameLists['targets'] = []
  const seen = new Set<string>()
  for (const { path, dependents } of words.real) {
    targets.push({ path, dependents })
    seen.add(path)
    words.taken.push(repositoryOf(path))
  }
  while (targets.length < targetCount) {
    const repository = random() < 0.2 ? words.takenRepository() : words.newRepository()
    const path = words.path(words.owner(0.5), repository)
    if (seen.has(path)) continue
    seen.add(path)
    targets.push({ path, dependents: Math.floor(1 / (random() ** 1.4 + 1e-5)) })
    words.taken.push(repository)
  }
  const modules: string[] = []
  while (modules.length < moduleCount) modules.push(oneModule(words, targets, random))
  return { targets: targets.slice(0, targetCount), modules }
}

function oneModule(words: Words, targets: NameLists['targets'], random: () => number): string {
  const kind = random()
  if (kind < 0.002) return withEdit(words.pick(targets).path, random)
  if (kind < 0.02) return words.pick(targets).path
  const repository = random() < 0.33 ? words.takenRepository() : words.newRepository()
  return words.path(words.owner(0.35), repository)
}

function withEdit(path: string, random: () => number): string {
  const slash = path.indexOf('/') + 1
  const at = slash + Math.floor(random() * Math.max(1, path.length - slash))
  return path.slice(0, at) + 'abcdefghijklmnopqrstuvwxyz'[Math.floor(random() * 26)] + path.slice(at + 1)
}

function repositoryOf(path: string): string {
  const elements = path.replace(/[./]v\d+$/, '').split('/')
  return elements[2] ?? elements.at(-1) ?? ''
}

const SYLLABLES =
  'an ar bo ca chi da de el en fa fi ga go ha hi in ja ji ka ki ko la li lo ma mi mo na ni no on or pa pi ra ri ro sa sh si so ta th ti to un va vi wa wi xi ya yo za zh'.split(
    ' ',
  )

class Words {
  readonly real: { path: string; dependents: number }[]
  readonly taken: string[] = []
  readonly #random: () => number
  readonly #owners: string[]
  readonly #parts: string[]
  readonly #generic = [...GENERIC_REPOSITORIES]
  readonly #known: string[] = []

  constructor(real: { path: string; dependents: number }[], random: () => number) {
    this.real = real.map(({ path, dependents }) => ({ path, dependents }))
    this.#random = random
    this.#owners = [...new Set(real.map(({ path }) => path.split('/')[1] ?? 'go'))]
    this.#parts = [...new Set(real.flatMap(({ path }) => repositoryOf(path).split(/[-_.]/)))].filter(
      (word) => word.length > 1,
    )
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)] as T
  }

  /** An owner seen before with the given chance, else a new one: a person's name, a word, two words. */
  owner(again: number): string {
    if (this.#known.length > 1000 && this.#random() < again) return this.pick(this.#known)
    const kind = this.#random()
    let owner = ''
    if (kind < 0.55) {
      const length = 2 + Math.floor(this.#random() * 4)
      for (let i = 0; i < length; i++) owner += this.pick(SYLLABLES)
      if (this.#random() < 0.2) owner += Math.floor(this.#random() * 1000)
    } else if (kind < 0.8) owner = `${this.pick(this.#owners)}${this.pick(SYLLABLES)}`
    else owner = `${this.pick(this.#parts)}${this.pick(['-', '', ''])}${this.pick(this.#parts)}`
    this.#known.push(owner)
    return owner
  }

  /** A name that others have, the common ones far more often. */
  takenRepository(): string {
    if (this.#random() < 0.35) return this.pick(this.#generic)
    return this.taken[Math.floor(this.#random() ** 2.5 * this.taken.length)] ?? 'api'
  }

  newRepository(): string {
    const count = 1 + Math.floor(this.#random() * 2.4)
    const parts = Array.from({ length: count }, () => this.pick(this.#parts))
    const repository = parts.join(this.pick(['-', '-', '_', '']))
    return this.#random() < 0.25 ? `go-${repository}` : repository
  }

  path(owner: string, repository: string): string {
    const kind = this.#random()
    const major = this.#random() < 0.1 ? `/v${2 + Math.floor(this.#random() * 4)}` : ''
    const directory = this.#random() < 0.16 ? `/${this.pick(this.#parts)}` : ''
    if (kind < 0.92) return `github.com/${owner}/${repository}${directory}${major}`
    if (kind < 0.96) return `gitlab.com/${owner}/${repository}${directory}${major}`
    if (kind < 0.97) return `gopkg.in/${owner}/${repository}.v1`
    return `${withoutSeparators(owner)}.${this.pick(['io', 'dev', 'com', 'org', 'net'])}/${repository}${major}`
  }
}

function withoutSeparators(word: string): string {
  return word.toLowerCase().replaceAll(/[^a-z0-9]/g, '') || 'x'
}
