import { createHash } from 'node:crypto'
import { random } from '../fingerprints/random.ts'

/**
 * Repositories by number, with the proportions of the ecosystem: 13.2 tags in the mean, a median of 3, a long tail; one in 33 is
 * gone. The same in every run, so that the filled store and the server agree.
 */

const MAX_TAGS = 20_000
/** Mean and deviation of the logarithm of the number of tags. */
const TAGS = { mean: 1.3, deviation: 1.62 }
const GONE_EVERY = 33
/** Repositories per repository with a new tag since it was filled in: 35,000 versions a day in a round of four days. */
const CHANGED_EVERY = 20
/** Repositories per repository with its module in a directory. */
const IN_DIRECTORY_EVERY = 25

export interface Synthetic {
  path: string
  tags: [name: string, commit: string, annotated: boolean][]
}

export function pathOf(at: number): string {
  return `github.com/owner${at % 450_001}/repository-${at}`
}

/** The number of a repository, by its path; null where it is gone or none. */
export function numberOf(path: string): number | null {
  const number = Number(/\/repository-(\d+)$/.exec(path)?.[1])
  return Number.isNaN(number) || isGone(number) ? null : number
}

export function isGone(at: number): boolean {
  return at % GONE_EVERY === 0
}

export function prefixOf(at: number): string {
  return at % IN_DIRECTORY_EVERY === 0 ? 'sdk/go/' : ''
}

/** Returns the tags of a repository as filled in, or as they are since. */
export function tagsOf(at: number, since: 'filled' | 'now'): Synthetic['tags'] {
  const next = random(at * 7919 + 1)
  const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  const count = Math.min(MAX_TAGS, Math.floor(Math.exp(TAGS.mean + TAGS.deviation * normal)))
  const added = since === 'now' && at % CHANGED_EVERY === 0 ? 1 : 0
  const prefix = prefixOf(at)
  const commit = Buffer.alloc(20)
  return Array.from({ length: count + added }, (_, k) => {
    for (let word = 0; word < 5; word++) commit.writeUInt32LE(Math.floor(next() * 2 ** 32), word * 4)
    const name = `${prefix}v${Math.floor(k / 40)}.${Math.floor(k / 4) % 10}.${k % 4}`
    return [name, commit.toString('hex'), k % 2 === 0]
  })
}

export function headOf(at: number): string {
  const md5 = createHash('md5').update(`head${at}`).digest('hex')
  return md5 + md5.slice(0, 8)
}
