import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { readConfig } from '@mirrorwatch/pipeline/config/config'
import type { CrawlRuntime } from '@mirrorwatch/pipeline/crawl/readers'
import { createLogger } from '@mirrorwatch/pipeline/observe/log'
import { createClients } from '@mirrorwatch/pipeline/service/clients'
import type { Db } from '@mirrorwatch/store/database'
import { type TestStore, temporaryFolder } from '@mirrorwatch/testing/store/databases'
import type { FeedEntry } from '@mirrorwatch/world/build/index-feed'
import { IndexFeed } from '@mirrorwatch/world/build/index-feed'
import { SumdbLog } from '@mirrorwatch/world/build/sumdb-log'
import { syntheticPath } from '@mirrorwatch/world/scenes/synthetic-feed'
import { serveUpstreams, type Upstreams } from '@mirrorwatch/world/serve/upstreams'
import { sql } from 'kysely'

export const START = 1_700_000_000_000_000n
export const DAY = 86_400_000_000n

/** Entry number `n` of a feed that has three entries a timestamp, and pages that end within one. */
export function feedEntry(n: number): FeedEntry {
  return {
    path: syntheticPath(n % 97),
    version: `v1.${Math.floor(n / 97)}.0`,
    at: START + BigInt(Math.floor(n / 3)) * (DAY / 40n),
  }
}

export function sumText(text: string): string {
  return `h1:${createHash('sha256').update(text).digest('base64')}`
}

export function logEntry(log: SumdbLog, { path: module, version }: FeedEntry, flavour = ''): void {
  log.append(
    module,
    version,
    sumText(`${module}@${version}${flavour}`),
    sumText(`${module}@${version}/go.mod`),
  )
}

export interface CrawlWorld extends AsyncDisposable {
  upstreams: Upstreams
  feed: IndexFeed
  log: SumdbLog
  runtime: CrawlRuntime
}

/**
 * A feed of `entries`, all of them logged, and what a process needs to crawl them into `own`, which is emptied first: one
 * store serves all tests, because making an embedded one takes seconds.
 */
export async function crawlWorld(
  own: TestStore,
  entries: number,
  env: Record<string, string> = {},
): Promise<CrawlWorld> {
  await own.reset()
  const feed = new IndexFeed()
  const log = new SumdbLog('sum.crawl.example', 'crawl')
  for (let n = 0; n < entries; n++) {
    feed.add(feedEntry(n))
    logEntry(log, feedEntry(n))
  }
  const upstreams = await serveUpstreams(feed, log)
  const urls = { MIRRORWATCH_INDEX_URL: upstreams.indexUrl, MIRRORWATCH_SUMDB_URL: upstreams.sumdbUrl }
  const dataDir = temporaryFolder()
  const config = readConfig(
    { ...urls, MIRRORWATCH_SUMDB_KEY: log.key, MIRRORWATCH_DATA_DIR: dataDir, ...env },
    '/',
  )
  const clients = await createClients(config)
  const { store } = own
  const clock = () => new Date()
  const { countDependents } = config
  const inspect = 'all' as const
  const ingestDeps = { db: store.db, feed: clients.feed, clock, inspect, countDependents }
  return {
    upstreams,
    feed,
    log,
    runtime: { config, db: store.db, clients, clock, log: createLogger('silent'), ingestDeps },
    async [Symbol.asyncDispose]() {
      await clients[Symbol.asyncDispose]()
      await upstreams[Symbol.asyncDispose]()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** All versions as the store has them, sorted: `path@version time sum`. */
export async function storedVersions(db: Db): Promise<string[]> {
  const { rows } = await sql<{ text: string }>`
    select m.path || '@' || v.version || ' ' || (extract(epoch from v.cached_at) * 1000000)::bigint || ' '
      || coalesce(encode(v.zip_sum, 'base64'), '-') as text
    from version v join module m on m.id = v.module_id order by 1`.execute(db)
  return rows.map(({ text }) => text).toSorted()
}

/** Returns the result that {@link storedVersions} must have for the feed's entries. */
export function expectedVersions(entries: readonly FeedEntry[]): string[] {
  return entries
    .map(
      ({ path: module, version, at }) =>
        `${module}@${version} ${at} ${sumText(`${module}@${version}`).slice(3)}`,
    )
    .toSorted()
}
