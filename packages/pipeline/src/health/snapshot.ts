import type { Db } from '@mirrorwatch/store/database'
import { backlogs, feedPosition, findingsUpTo } from '@mirrorwatch/store/queries/backlog'
import { coverage } from '@mirrorwatch/store/queries/repositories'
import { pause } from '@mirrorwatch/upstream/http/pause'
import type { Registry } from 'prom-client'
import type { Config } from '../config/config.ts'
import { ratesOf } from '../config/rates.ts'
import type { Logger } from '../observe/log.ts'
import { gaugeIn } from '../observe/metrics.ts'
import { queueName, STAGE_NAMES } from '../work/queue/queue-names.ts'
import type { OpenQueue } from '../work/queue/types.ts'
import { roundDays } from './round.ts'

/** Interval between queries to the store, regardless of the number of scrapes. */
const FRESH_MS = 15_000
/** Longest wait of a scrape for the store, after which it shows the last figures. */
const PATIENCE_MS = 3_000
/** Interval between counts of all repositories, which read a whole table: a second or two for the whole ecosystem. */
const COVERAGE_FRESH_MS = 600_000
const DAY_SECONDS = 86_400
/** Delay after which due work is overdue. */
const OVERDUE_MS = 3_600_000

export interface SnapshotDeps {
  db: Db
  /** Null in a process without a queue. */
  queue: Pick<OpenQueue, 'counts'> | null
  config: Config
  clock: () => Date
  log: Logger
}

/**
 * Creates gauges of what is stored and queued, equal in every process. They cost a bounded number of index reads, query the
 * store at most every 15 s, and keep their values if it does not answer (`mirrorwatch_snapshot_timestamp_seconds` tells their
 * age). Returns the function to call before each scrape.
 */
export function createSnapshot(source: SnapshotDeps, registry: Registry): () => Promise<void> {
  const gauges = snapshotGauges(source, registry)
  let takenAt = Number.NEGATIVE_INFINITY
  let coveredAt = Number.NEGATIVE_INFINITY
  let running: Promise<void> | null = null

  async function take(): Promise<void> {
    await readStore(source, gauges)
    await readQueue(source, gauges)
    if (performance.now() - coveredAt >= COVERAGE_FRESH_MS) {
      await readCoverage(source, gauges)
      coveredAt = performance.now()
    }
    gauges.takenAt.set(source.clock().getTime() / 1000)
    takenAt = performance.now()
  }

  return async () => {
    if (performance.now() - takenAt < FRESH_MS) return
    running ??= take()
      .catch((error: unknown) =>
        source.log.warn({ err: error }, 'the figures for /metrics could not be read'),
      )
      .finally(() => {
        running = null
      })
    await Promise.race([running, pause(PATIENCE_MS)])
  }
}

function snapshotGauges({ clock }: Pick<SnapshotDeps, 'clock'>, registry: Registry) {
  const gauge = gaugeIn(registry)
  const position = gauge('feed_position_timestamp_seconds', 'Time of the last feed entry that was saved.')
  const lag = gauge(
    'feed_lag_seconds',
    'Time between now and the last feed entry that was saved; none before the first. Large, too, where that entry is dated in the future.',
  )
  const savedAt = gauge('feed_saved_timestamp_seconds', 'When a page of the feed was last saved.')
  // An unknown figure is removed, because zero would say that all is well.
  for (const unknown of [position, lag, savedAt]) unknown.remove()
  return {
    feedSavedAt: savedAt,
    due: gauge('due', 'Rows due, counted up to 10000.', ['stage']),
    overdue: gauge('overdue', 'Rows due for more than an hour, counted up to 10000.', ['stage']),
    oldestDue: gauge('oldest_due_seconds', 'How long the row that has waited longest is due.', ['stage']),
    queued: gauge('queue_jobs', 'Jobs in the queue.', ['stage', 'state']),
    findings: gauge('findings', 'Findings, each kind counted up to 10000.', ['severity', 'status']),
    repositories: gauge(
      'repositories',
      'Repositories: known, seen at least once, seen in the last five days, overdue, gone or private, out of reach for days.',
      ['which'],
    ),
    repositoryRound: gauge(
      'repository_round_seconds',
      'How long one look at every repository takes at the pace of the host that has the most of them.',
    ),
    takenAt: gauge('snapshot_timestamp_seconds', 'When these figures of the store and the queue were read.'),
    setPosition(seconds: number): void {
      position.set(seconds)
      lag.set(Math.abs(clock().getTime() / 1000 - seconds))
    },
  }
}

type Gauges = ReturnType<typeof snapshotGauges>

async function readStore({ db, config, clock }: SnapshotDeps, gauges: Gauges): Promise<void> {
  const now = clock()
  const all = await backlogs(db, now, new Date(now.getTime() - OVERDUE_MS))
  for (const [stage, { due, overdue, oldestAt }] of Object.entries(all)) {
    gauges.due.set({ stage }, due)
    gauges.overdue.set({ stage }, overdue)
    const waited = oldestAt === null ? 0 : (now.getTime() - Date.parse(oldestAt)) / 1000
    gauges.oldestDue.set({ stage }, Math.max(0, waited))
  }
  for (const { severity, status, count } of await findingsUpTo(db)) {
    gauges.findings.set({ severity, status }, count)
  }
  const feed = await feedPosition(db, config.feedName)
  if (feed === null) return
  gauges.setPosition(feed.positionMicros / 1e6)
  gauges.feedSavedAt.set(Date.parse(feed.updatedAt) / 1000)
}

async function readCoverage({ db, config }: SnapshotDeps, gauges: Gauges): Promise<void> {
  const covered = await coverage(db)
  const { repositories, seen, seenLast5Days, overdue, gone, unreachable } = covered
  gauges.repositoryRound.set((roundDays(covered, ratesOf(config)) ?? 0) * DAY_SECONDS)
  for (const [which, count] of Object.entries({
    known: repositories,
    seen,
    seen_5_days: seenLast5Days,
    overdue,
    gone,
    unreachable,
  }))
    gauges.repositories.set({ which }, count)
}

async function readQueue({ queue }: SnapshotDeps, gauges: Gauges): Promise<void> {
  if (queue === null) return
  const counts = await queue.counts(...STAGE_NAMES.map(queueName))
  for (const stage of STAGE_NAMES) {
    const { waiting = 0, delayed = 0, active = 0 } = counts[queueName(stage)] ?? {}
    for (const [state, count] of Object.entries({ waiting, delayed, active })) {
      gauges.queued.set({ stage, state }, count)
    }
  }
}
