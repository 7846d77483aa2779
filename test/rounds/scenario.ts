import { createRandom, type Random } from '@mirrorwatch/testing/random'
import type { RepositorySpec, Step } from '@mirrorwatch/world/build/spec'
import type { World } from '@mirrorwatch/world/world'
import { Forge } from './forge.ts'

/**
 * Repositories and what happens to them between rounds of looks. Most are in memory; those whose history is asked for, because
 * none of their tags is as it was, are real ones.
 */

/** Numbers of changes. */
export interface Sizes {
  rewritten: number
  deleted: number
  /** Tags put back, half of them rewritten and half deleted before. */
  putBack: number
  repositoriesDeleted: number
  /** Half of them between two rounds, half after a round in which they were gone. */
  reborn: number
}

/** Versions of a repository in the mean, the size of the world: 200,000 versions of 20,000 repositories. */
const VERSIONS = 10
/** Repositories per repository with a second module in a directory. */
const SECOND_MODULE_EVERY = 10
/** Real repositories that have all their tags rewritten on top of their history, and are not reborn. */
const REWRITTEN_WHOLLY = 3

export interface Version {
  path: string
  version: string
}

export interface Scenario {
  forge: Forge
  /** Real repositories, for the world. */
  real: RepositorySpec[]
  versions: Version[]
  /** Changes before the second round of looks and later. Each returns the events that the next round must record, sorted. */
  changes: ((world: World) => Promise<string[]>)[]
}

interface Made {
  path: string
  /** Tags with a version. */
  tags: string[]
}

/** The event of a tag, or of the repository itself if `tag` is empty. */
export function eventText(path: string, kind: string, tag = '', from = '', to = ''): string {
  return `${path} ${kind} ${tag} ${from.slice(0, 10)} ${to.slice(0, 10)}`.trim()
}

export function makeScenario(repositories: number, sizes: Sizes, seed: number): Scenario {
  const random = createRandom(seed)
  const forge = new Forge()
  const names = Array.from({ length: sizes.reborn + REWRITTEN_WHOLLY }, (_, n) => `bitbucket.org/wren/r${n}`)
  const made = Array.from({ length: repositories - names.length }, (_, n) => make(forge, n, random))
  const versions = made.flatMap(versionsOf)
  for (const path of names) for (const version of REAL_TAGS) versions.push({ path, version })
  const [first, second] = plan(sizes, forge, made, names, random)
  return { forge, real: names.map(realRepository), versions, changes: [first, second] }
}

function make(forge: Forge, n: number, random: Random): Made {
  const path = `github.com/owner${n % 997}/repository-${n}`
  const count = 1 + random.int(2 * VERSIONS - 1)
  const tags = Array.from({ length: count }, (_, k) => {
    const prefix = n % SECOND_MODULE_EVERY === 0 && k % 2 === 1 ? 'sub/' : ''
    return `${prefix}v1.${Math.floor(k / 4)}.${k % 4}`
  })
  // What no version uses is not watched.
  forge.add(path, [...tags, 'v0.0.1-unused', 'nightly', 'v7'])
  return { path, tags }
}

function versionsOf({ path, tags }: Made): Version[] {
  return tags.map((tag) =>
    tag.startsWith('sub/')
      ? { path: `${path}/sub`, version: tag.slice('sub/'.length) }
      : { path, version: tag },
  )
}

const REAL_TAGS = ['v1.0.0', 'v1.1.0']

function realRepository(path: string): RepositorySpec {
  return { path, steps: REAL_TAGS.flatMap((tag, n) => release(path, tag, `2026-01-0${n + 1}T10:00:00Z`)) }
}

function release(path: string, tag: string, time: string): Step[] {
  const files = { 'go.mod': `module ${path}\n`, 'a.go': `package a // ${tag} ${time}\n` }
  return [
    { do: 'commit', time, message: tag, files },
    { do: 'tag', name: tag },
  ]
}

type Change = (world: World) => Promise<string[]>

function plan(
  sizes: Sizes,
  forge: Forge,
  made: readonly Made[],
  names: readonly string[],
  random: Random,
): [Change, Change] {
  const free = shuffled(
    made.filter(({ tags }) => tags.length >= 3),
    random,
  )
  const take = (count: number): Made[] => {
    if (free.length < count) throw new Error('the scenario needs more repositories')
    return free.splice(0, count)
  }
  const tagOf = ({ tags }: Made): string => random.pick(tags)
  const rewritten = take(sizes.rewritten).map((one) => ({ ...one, tag: tagOf(one), from: '' }))
  const deleted = take(sizes.deleted).map((one) => ({ ...one, tag: tagOf(one), from: '' }))
  const gone = take(sizes.repositoriesDeleted)
  // Changes that are no events: noise in a twentieth of what is left.
  const noisy = take(Math.max(4, Math.floor(free.length / 20)))
  const reborn = names.slice(0, sizes.reborn)
  const [atOnce, later] = [
    reborn.slice(0, Math.ceil(reborn.length / 2)),
    reborn.slice(Math.ceil(reborn.length / 2)),
  ]
  const rewrittenWholly = names.slice(sizes.reborn)

  const first: Change = async (world) => {
    const events: string[] = []
    for (const one of rewritten) {
      const { from = '', to } = forge.moveTag(one.path, one.tag)
      one.from = from
      events.push(eventText(one.path, 'tag-moved', one.tag, from, to))
    }
    for (const one of deleted) {
      one.from = forge.deleteTag(one.path, one.tag)
      events.push(eventText(one.path, 'tag-vanished', one.tag, one.from))
    }
    for (const { path } of gone) {
      forge.setDeleted(path, true)
      events.push(eventText(path, 'gone'))
    }
    for (const { path, tags } of noisy) makeNoise(forge, path, tags)
    for (const path of atOnce) events.push(...(await replace(world, path)))
    for (const path of later) {
      world.changes.deleteRepository(path)
      events.push(eventText(path, 'gone'))
    }
    for (const path of rewrittenWholly) events.push(...(await rewriteAll(world, path)))
    return events.sort()
  }
  const second: Change = async (world) => {
    const events: string[] = []
    for (const { path, tag, from } of rewritten.slice(0, Math.ceil(sizes.putBack / 2))) {
      const { from: now = '' } = forge.setTag(path, tag, from)
      events.push(eventText(path, 'tag-moved', tag, now, from))
    }
    const back = deleted.slice(0, Math.floor(sizes.putBack / 2))
    for (const { path, tag, from } of back) {
      forge.setTag(path, tag, from)
      events.push(eventText(path, 'tag-returned', tag, from, from))
    }
    // One that vanished comes back as something else.
    for (const { path, tag, from } of deleted.slice(back.length, back.length + 1)) {
      const { to } = forge.moveTag(path, tag)
      events.push(eventText(path, 'tag-moved', tag, from, to))
    }
    for (const { path } of gone.slice(0, 1)) {
      forge.setDeleted(path, false)
      events.push(eventText(path, 'returned'))
    }
    for (const { path, tags } of noisy) makeNoise(forge, path, tags)
    for (const path of later) events.push(...(await replace(world, path)))
    return events.sort()
  }
  return [first, second]
}

/** New versions, a tag that no version uses, an advanced HEAD, and a tag that is rewritten and put back between two looks. */
function makeNoise(forge: Forge, path: string, tags: readonly string[]): void {
  const [tag = ''] = tags
  const { from = '' } = forge.moveTag(path, tag)
  forge.setTag(path, tag, from)
  forge.moveTag(path, 'v0.0.1-unused')
  forge.moveTag(path, 'nightly')
  forge.moveTag(path, `v3.${tags.length}.0`)
  forge.commit(path)
}

/** Another repository takes the place of this one. It has one of the tags. */
async function replace(world: World, path: string): Promise<string[]> {
  await world.changes.replaceRepository({ path, steps: release(path, 'v1.1.0', '2026-06-01T10:00:00Z') })
  return ['reborn', 'tag-vanished v1.0.0', 'tag-moved v1.1.0'].map((event) => `${path} ${event}`)
}

async function rewriteAll(world: World, path: string): Promise<string[]> {
  for (const tag of REAL_TAGS) {
    const files = { 'a.go': `package a // again ${tag}\n` }
    await world.changes.moveTag(path, tag, { time: '2026-06-01T10:00:00Z', files })
  }
  return REAL_TAGS.map((tag) => `${path} tag-moved ${tag}`)
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  const rest = [...list]
  return list.map(() => rest.splice(random.int(rest.length), 1)[0] as T)
}
