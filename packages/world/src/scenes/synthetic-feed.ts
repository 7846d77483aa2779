import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FeedEntry, FeedSource } from '../build/index-feed.ts'
import { requireMicros } from '../build/timestamp.ts'
import { answerIndex } from '../serve/index-pages.ts'
import { sendReply } from '../serve/reply.ts'

export interface SyntheticFeedOptions {
  entries: number
  /** Time of the first entry. Default 2019-04-10T19:08:52.997264Z, as the real one begins. */
  start?: string
  /** Microseconds between two timestamps. Default 1,601. */
  stepMicros?: number
  /** Entries in a row with one timestamp. Default 3; more than a page's 2,000 cannot be read through. */
  sameTime?: number
  /** Versions of one module; the feed has `entries / versionsPerModule` module paths. Default 27, the real index's ratio. */
  versionsPerModule?: number
}

const OWNERS = [
  'amber',
  'basalt',
  'cobalt',
  'dune',
  'ember',
  'fjord',
  'glacier',
  'harbor',
  'island',
  'juniper',
]
const NAMES = [
  'client',
  'parser',
  'cache',
  'queue',
  'router',
  'logger',
  'store',
  'config',
  'metrics',
  'codec',
  'cli',
]

/**
 * A feed of any length that holds nothing: every entry is computed from its number. The versions of one module lie far
 * apart, as in the real feed; times are equal in small groups.
 */
export class SyntheticFeed implements FeedSource {
  readonly #entries: number
  readonly #start: bigint
  readonly #step: bigint
  readonly #sameTime: number
  readonly #modules: number

  constructor(options: SyntheticFeedOptions) {
    this.#entries = options.entries
    this.#start = requireMicros(options.start ?? '2019-04-10T19:08:52.997264Z')
    this.#step = BigInt(options.stepMicros ?? 1_601)
    this.#sameTime = options.sameTime ?? 3
    this.#modules = Math.max(1, Math.ceil(options.entries / (options.versionsPerModule ?? 27)))
  }

  page(since: bigint, limit: number, _all: boolean): FeedEntry[] {
    const groups = since <= this.#start ? 0n : (since - this.#start + this.#step - 1n) / this.#step
    const first = Number(groups) * this.#sameTime
    const end = Math.min(this.#entries, first + limit)
    const page: FeedEntry[] = []
    for (let i = first; i < end; i++) page.push(this.entry(i))
    return page
  }

  /** Entry number `index`, from 0. */
  entry(index: number): FeedEntry {
    const module = index % this.#modules
    const round = Math.floor(index / this.#modules)
    return {
      path: syntheticPath(module),
      version: `v${round % 2}.${Math.floor(round / 20)}.${Math.floor(round / 2) % 10}`,
      at: this.#start + this.#step * BigInt(Math.floor(index / this.#sameTime)),
    }
  }
}

/** The module path with that number; every number has another path. */
export function syntheticPath(number: number): string {
  const owner = OWNERS[number % OWNERS.length] as string
  const rest = Math.floor(number / OWNERS.length)
  const name = NAMES[rest % NAMES.length] as string
  // An odd factor permutes the 32-bit numbers: no two alike, and neighbours look nothing alike.
  const suffix = (Math.imul(rest + 1, 0x9e3779b1) >>> 0).toString(36).padStart(7, '0')
  return `github.com/${owner}${suffix}/${name}`
}

export interface SyntheticFeedServer extends AsyncDisposable {
  readonly indexUrl: string
  readonly feed: SyntheticFeed
  /** Requests answered so far. */
  readonly requests: () => number
}

/** Serves a {@link SyntheticFeed} on 127.0.0.1. */
export async function startSyntheticFeed(options: SyntheticFeedOptions): Promise<SyntheticFeedServer> {
  const feed = new SyntheticFeed(options)
  let answered = 0
  const server = createServer((request, response) => {
    answered++
    const url = new URL(request.url ?? '/', 'http://feed')
    sendReply(request, response, answerIndex(feed, url))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    indexUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/index`,
    feed,
    requests: () => answered,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
