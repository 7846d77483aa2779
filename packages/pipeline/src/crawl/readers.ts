import { parseTimestamp } from '@mirrorwatch/gomod/timestamp'
import type { Db, WindowKind } from '@mirrorwatch/store/database'
import {
  restartWindow,
  type StoredWindow,
  unfinishedWindows,
  windowsOf,
} from '@mirrorwatch/store/work/windows'
import type { FeedClient } from '@mirrorwatch/upstream/feed/feed'
import { pauseUnlessAborted } from '@mirrorwatch/upstream/http/pause'
import type { SumdbClient } from '@mirrorwatch/upstream/sumdb/sumdb'
import type { Config } from '../config/config.ts'
import { PUBLIC_SUMDB_KEY } from '../config/variables.ts'
import { isPipelineError } from '../errors.ts'
import type { Logger } from '../observe/log.ts'
import { catchUp, follow, type OnPage } from './crawl.ts'
import { type FeedWindow, feedWindow } from './feed-window.ts'
import type { IngestDeps } from './ingest.ts'
import { type ListedPage, readListedPage } from './listed.ts'
import { acceptHead, type LogDeps } from './log-head.ts'
import { planFeed, planLog } from './plan.ts'
import { type LogPage, readLogWindow } from './read-log.ts'
import { retrying } from './retrying.ts'
import { type HeldWindow, withWindow } from './window.ts'

/** Parts of a process that a crawl uses. */
export interface CrawlRuntime {
  config: Config
  db: Db
  clients: { feed: FeedClient; sumdb: SumdbClient | null }
  clock: () => Date
  log: Logger
  ingestDeps: IngestDeps
}

/** Sources that a crawl reads, and the clients for them. */
export interface Crawl {
  db: Db
  feed: string
  follow: FeedWindow
  backfillMicros: bigint | null
  runtime: CrawlRuntime
  /** Null if the checksum database is switched off. */
  log: LogDeps | null
}

export interface CrawlEvents {
  onPage?: OnPage
  onLogPage?: (page: LogPage) => void
  onListed?: (page: ListedPage) => void
  /** Reports that another crawler holds all windows. */
  onWait?: () => void
  /** Reports that a source could not be read; the next attempt is in `retryMs`. */
  onTrouble?: (what: string, error: Error, retryMs: number) => void
}

export function crawlOf(runtime: CrawlRuntime, backfillSince = runtime.config.backfillSince): Crawl {
  const { config, clients, clock, db } = runtime
  const { countDependents } = config
  const inspect = 'recent' as const
  const backfillMicros = backfillSince === null ? null : parseTimestamp(backfillSince)
  const window = feedWindow({
    feedUrl: config.feedName,
    isPublic: config.indexIsPublic,
    sinceMicros: null,
    untilMicros: null,
    nowMicros: BigInt(clock().getTime()) * 1000n,
    backfills: backfillMicros !== null,
  })
  const { sumdb } = clients
  const log = sumdb === null ? null : { db, sumdb, clock, inspect, countDependents }
  return { db, feed: config.feedName, follow: window, backfillMicros, runtime, log }
}

/** Creates the windows of the feed. @throws StoreError */
export function plan(crawl: Crawl): Promise<void> {
  return planFeed(crawl.db, crawl.feed, crawl.follow, crawl.backfillMicros)
}

/** Number of records before the head at which a first run starts without the past: somewhat more than a day's. */
const FIRST_RUN_RECORDS = 50_000n
const TILE = 256n

async function planRecords(crawl: Crawl, log: LogDeps, size: bigint): Promise<void> {
  const backfills = crawl.backfillMicros !== null
  const fromHead = backfills || crawl.runtime.config.sumdbKey === PUBLIC_SUMDB_KEY
  const start = fromHead && size > FIRST_RUN_RECORDS ? ((size - FIRST_RUN_RECORDS) / TILE) * TILE : 0n
  await planLog(crawl.db, log.sumdb.name, { since: start, backfills })
}

/** Follows the end of the feed, or waits until the crawler that follows it stops. */
export function followFeed(crawl: Crawl, signal: AbortSignal, events: CrawlEvents): Promise<void> {
  return readAgain(crawl, { feed: crawl.feed, kind: 'follow', signal, events }, (window, held, inner) =>
    follow(crawl.runtime.ingestDeps, asFeedWindow(window), {
      signal: inner,
      held,
      onPage: (totals, page) => events.onPage?.(totals, page),
      onTrouble: (error, retryMs) => events.onTrouble?.('the feed', error, retryMs),
    }),
  )
}

/** Reads windows of the feed's past until none is left. Call several to read several at once. */
export function backfillFeed(
  crawl: Crawl,
  signal: AbortSignal,
  events: CrawlEvents,
  { once }: { once: boolean },
): Promise<void> {
  return readAgain(
    crawl,
    { feed: crawl.feed, kind: 'backfill', signal, events, once },
    async (window, held, inner) => {
      const { onPage } = events
      await catchUp(crawl.runtime.ingestDeps, asFeedWindow(window), {
        signal: inner,
        held,
        ...(onPage === undefined ? {} : { onPage }),
      })
    },
  )
}

/** Time for which a head of the checksum database counts as the newest: it changes about every ten minutes. */
const HEAD_MS = 600_000

/** Reads the current checksum database; `kind` selects the windows. Returns when all is read, which may never happen. */
export async function readLog(
  crawl: Crawl,
  kind: 'log-follow' | 'log-backfill',
  signal: AbortSignal,
  events: CrawlEvents,
  { once }: { once: boolean },
): Promise<void> {
  const { log } = crawl
  if (log === null) return
  const feed = log.sumdb.name
  await attempt('the checksum database', { signal, events, once }, async () => {
    const head = await acceptHead(log, signal)
    await planRecords(crawl, log, head.size)
  })
  await readAgain(crawl, { feed, kind, signal, events, once }, async (window, held, inner) => {
    for (;;) {
      const head = await acceptHead(log, inner)
      const { onLogPage } = events
      await readLogWindow(log, window, head, {
        held,
        signal: inner,
        ...(onLogPage === undefined ? {} : { onPage: onLogPage }),
      })
      if (kind === 'log-backfill' || once) return
      await pauseUnlessAborted(HEAD_MS, inner)
      if (inner.aborted) return
    }
  })
}

const DAY_MICROS = 86_400_000_000n
/** Age below which entries are not judged: the two feeds may be some minutes apart. */
const SETTLED_MICROS = 3_600_000_000n
/** Pause between two pages of a round: 1,200 pages, a month of the public feed, take ten hours. */
const LISTED_PAUSE_MS = 30_000

/** Rounds that look for versions that were taken down: the last 30 days, and everything that was read. */
const ROUNDS = { recent: 30n * DAY_MICROS, whole: null } as const

/** Repeats the rounds slowly; runs once and without pauses with `once`. */
export async function watchListing(
  crawl: Crawl,
  round: keyof typeof ROUNDS,
  signal: AbortSignal,
  events: CrawlEvents,
  { once }: { once: boolean },
): Promise<void> {
  const name = `${crawl.feed}#listed-${round}`
  const deps = { db: crawl.db, feed: crawl.runtime.clients.feed, clock: crawl.runtime.clock }
  while (!signal.aborted) {
    await attempt('what is listed', { signal, events, once }, () => startRound(crawl, name, ROUNDS[round]))
    const request = { feed: name, kind: 'listed' as const, signal, events, once }
    await readAgain(crawl, request, async (window, held, inner) => {
      for (let finished = false; !finished && !inner.aborted; ) {
        const page = await readListedPage(deps, window, held, inner)
        events.onListed?.(page)
        finished = page.finished
        if (!once) await pauseUnlessAborted(LISTED_PAUSE_MS, inner)
      }
    })
    if (once) return
    await pauseUnlessAborted(LISTED_PAUSE_MS, signal)
  }
}

async function startRound(crawl: Crawl, name: string, depth: bigint | null): Promise<void> {
  const until = BigInt(crawl.runtime.clock().getTime()) * 1000n - SETTLED_MICROS
  const [oldest] = await windowsOf(crawl.db, crawl.feed, 'backfill')
  const [open] = await windowsOf(crawl.db, crawl.feed, 'follow')
  const known = oldest?.since ?? open?.since ?? 0n
  const since = depth === null || until - depth < known ? known : until - depth
  if (since >= until) return
  const window: StoredWindow = { name, kind: 'listed', since, until }
  await crawl.db.transaction().execute((trx) => restartWindow(trx, name, window))
}

interface Reading {
  feed: string
  kind: WindowKind
  signal: AbortSignal
  events: CrawlEvents
  /** True if an error ends it instead of being retried. */
  once?: boolean
}

const IDLE_MS = 1_000
/** Poll interval for a window without an end that another crawler reads, in case that crawler stops. */
const STANDBY_MS = 5_000

/** Takes one window after another and works on it, until none is left or `signal` fires. */
async function readAgain(
  crawl: Crawl,
  { feed, kind, signal, events, once = false }: Reading,
  work: (window: StoredWindow, held: HeldWindow, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const isOpen = kind === 'follow' || kind === 'log-follow'
  while (!signal.aborted) {
    let done = false
    await attempt(kind, { signal, events, once }, async () => {
      const taken = await withWindow(crawl.db, { feed, kind, signal }, work)
      const left = taken === null ? await unfinishedWindows(crawl.db, feed, kind) : 1
      done = left === 0 || (isOpen && once && taken !== null)
      if (taken === null && !done) events.onWait?.()
      if (taken === null && !done) await pauseUnlessAborted(isOpen ? STANDBY_MS : IDLE_MS, signal)
    })
    if (done) return
  }
}

/** Runs `work` and retries it; with `once` an error ends it. Leaves a window to the crawler that has taken it over. */
async function attempt(
  what: string,
  { signal, events, once }: { signal: AbortSignal; events: CrawlEvents; once: boolean },
  work: () => Promise<void>,
): Promise<void> {
  const onTrouble = (error: Error, retryMs: number): void => events.onTrouble?.(what, error, retryMs)
  try {
    await (once ? work() : retrying({ signal, onTrouble }, work))
  } catch (error) {
    if (!isPipelineError(error, 'lease-lost')) throw error
  }
}

function asFeedWindow({ name, since, until }: StoredWindow): FeedWindow {
  return { name, sinceMicros: since, untilMicros: until }
}
