import { crawlProgress } from '@mirrorwatch/store/work/crawl-progress'
import { readLogHead } from '@mirrorwatch/store/work/log-heads'
import { pauseUnlessAborted } from '@mirrorwatch/upstream/http/pause'
import { causes, isPipelineError } from '../errors.ts'
import type { LoopWatch } from '../observe/loop-watch.ts'
import { countPage, type Metrics } from '../observe/metrics.ts'
import { type CrawlTotals, catchUp } from './crawl.ts'
import { type Pace, paceOf } from './progress.ts'
import {
  backfillFeed,
  type Crawl,
  type CrawlEvents,
  type CrawlRuntime,
  crawlOf,
  followFeed,
  plan,
  readLog,
  watchListing,
} from './readers.ts'
import { retrying } from './retrying.ts'
import { type HeldWindow, withWindow } from './window.ts'

export interface CrawlerRuntime extends CrawlRuntime {
  metrics: Metrics
  loops: LoopWatch
}

/**
 * Runs the crawler of a service until `signal` fires: follows the feed and the checksum database, concurrently reads the past
 * of both if configured, and looks for versions that were taken down. Any number may run at once: every window has one reader,
 * and the windows of a killed crawler become free after half a minute.
 */
export async function runCrawler(runtime: CrawlerRuntime, signal: AbortSignal): Promise<void> {
  const crawl = crawlOf(runtime)
  const events = loggedEvents(runtime)
  const onTrouble = (error: Error, retryMs: number): void => events.onTrouble?.('the store', error, retryMs)
  await retrying({ signal, onTrouble }, () => plan(crawl))
  const { backfillReaders } = runtime.config
  await Promise.all([
    followFeed(crawl, signal, events),
    ...times(backfillReaders, () => backfillFeed(crawl, signal, events, { once: false })),
    readLog(crawl, 'log-follow', signal, events, { once: false }),
    ...times(backfillReaders, () => readLog(crawl, 'log-backfill', signal, events, { once: false })),
    watchListing(crawl, 'recent', signal, events, { once: false }),
    watchListing(crawl, 'whole', signal, events, { once: false }),
    logProgress(crawl, signal),
  ])
  runtime.loops.end('crawl')
}

/**
 * Reads everything to its end and returns what the open end of the feed brought. An error ends it; pages read so far are saved.
 *
 * @throws GomodError, StoreError, PipelineError (`distrusted`)
 */
export async function crawlOnce(
  crawl: Crawl,
  signal: AbortSignal,
  events: CrawlEvents,
): Promise<CrawlTotals> {
  await plan(crawl)
  const once = { once: true }
  const { backfillReaders } = crawl.runtime.config
  const [followed, ...others] = await Promise.allSettled([
    catchUpOnce(crawl, signal, events),
    ...times(backfillReaders, () => backfillFeed(crawl, signal, events, once)),
    readLog(crawl, 'log-follow', signal, events, once),
    ...times(backfillReaders, () => readLog(crawl, 'log-backfill', signal, events, once)),
  ])
  const failed = [followed, ...others].find((end) => end.status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
  await watchListing(crawl, 'whole', signal, events, once)
  if (followed.status === 'rejected') throw followed.reason
  return followed.value
}

/** Holds the window unless another crawler does; reading alongside that crawler is harmless. */
async function catchUpOnce(crawl: Crawl, signal: AbortSignal, events: CrawlEvents): Promise<CrawlTotals> {
  const { onPage } = events
  const read = (inner: AbortSignal, held?: HeldWindow): Promise<CrawlTotals> =>
    catchUp(crawl.runtime.ingestDeps, crawl.follow, {
      signal: inner,
      ...(onPage === undefined ? {} : { onPage }),
      ...(held === undefined ? {} : { held }),
    })
  const request = { feed: crawl.feed, kind: 'follow' as const, signal }
  const taken = await withWindow(crawl.db, request, (_window, held, inner) => read(inner, held))
  return taken?.result ?? (await read(signal))
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make)
}

/** Longest time for a page, retries included, after which the crawler counts as stuck. */
const LONGEST_PAGE_MS = 30 * 60_000

function loggedEvents({ log, metrics, loops }: CrawlerRuntime): CrawlEvents {
  loops.expect('crawl', LONGEST_PAGE_MS)
  return {
    onWait: () => loops.expect('crawl', LONGEST_PAGE_MS),
    onPage: (totals, page) => {
      const { entries, newModules, skippedMicrosecond } = page
      loops.expect('crawl', LONGEST_PAGE_MS)
      countPage(metrics, page)
      if (entries > 0) log.info({ entries, newModules, read: totals.entries }, 'read a page of the feed')
      if (skippedMicrosecond !== null)
        log.error(
          { micros: String(skippedMicrosecond) },
          'the feed has more entries of one microsecond than a page holds; the rest comes from the checksum database',
        )
    },
    onLogPage: ({ loggedOnly, contradictions }) => {
      if (loggedOnly > 0) log.info({ versions: loggedOnly }, 'versions that only the checksum database has')
      if (contradictions.length > 0)
        log.fatal({ contradictions }, 'the checksum database has two hashes for one version')
    },
    onListed: ({ takenDown, back }) => {
      if (takenDown.length > 0)
        log.warn({ takenDown: takenDown.slice(0, 20), count: takenDown.length }, 'taken down')
      if (back > 0) log.info({ back }, 'listed again')
    },
    onTrouble: (what, error, retryMs) => {
      loops.expect('crawl', retryMs + LONGEST_PAGE_MS)
      metrics.feedErrors.inc()
      const fields = { what, retrySeconds: Math.round(retryMs / 1000) }
      if (isPipelineError(error, 'distrusted')) log.fatal({ ...fields, todo: error.todo }, error.message)
      else log.warn(fields, `cannot read ${what}: ${causes(error)}`)
    },
  }
}

/** Returns the progress of all crawlers together, as stored. */
export async function paces(crawl: Pick<Crawl, 'db' | 'log'>, nowMs: number): Promise<Pace[]> {
  const head = crawl.log === null ? null : await readLogHead(crawl.db, crawl.log.sumdb.name)
  const progress = await crawlProgress(crawl.db)
  return progress.map((each) => paceOf(each, nowMs, head?.size ?? null))
}

const PROGRESS_MS = 30_000

/** Logs the progress if it changed. */
async function logProgress(crawl: Crawl, signal: AbortSignal): Promise<void> {
  const { log, clock } = crawl.runtime
  const logged = new Map<string, number>()
  while (!signal.aborted) {
    await pauseUnlessAborted(PROGRESS_MS, signal)
    // The readers report a store that is unreachable.
    const now = signal.aborted ? [] : await paces(crawl, clock().getTime()).catch(() => [])
    for (const pace of now) {
      if (logged.get(pace.what) === pace.entries) continue
      logged.set(pace.what, pace.entries)
      const { what, ...figures } = pace
      log.info({ ...figures, perSecond: Math.round(pace.perSecond ?? 0) }, `progress of the ${what}`)
    }
  }
}
