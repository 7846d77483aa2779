import type { Store } from '@mirrorwatch/store/connect/connect'
import { installationId } from '@mirrorwatch/store/connect/installation'
import type { Db } from '@mirrorwatch/store/database'
import { createSharedLimiter } from '@mirrorwatch/upstream/limits/shared-limiter'
import type { Turns } from '@mirrorwatch/upstream/limits/turns'
import type { Telemetry } from 'bullmq'
import type { Config } from '../config/config.ts'
import { ratesOf } from '../config/rates.ts'
import { SourceReader, threadsFor } from '../content/source-reader.ts'
import type { IngestDeps } from '../crawl/ingest.ts'
import { observeProcess } from '../health/process-gauges.ts'
import { countRequests, countSlots } from '../observe/count-upstreams.ts'
import { createHostClass } from '../observe/host-class.ts'
import type { Logger } from '../observe/log.ts'
import { LoopWatch } from '../observe/loop-watch.ts'
import { createMetrics, type Metrics } from '../observe/metrics.ts'
import { RepeatedLog } from '../observe/repeated-log.ts'
import { openTracing } from '../observe/tracing.ts'
import { STAGES, type StageDeps } from '../pipeline.ts'
import { createNameIndexCache } from '../targets/name-index-cache.ts'
import { seedTargets } from '../targets/seed-targets.ts'
import { FailedJobs } from '../work/failed-jobs.ts'
import { openQueue } from '../work/queue/queue.ts'
import type { StageName } from '../work/queue/queue-names.ts'
import type { OpenQueue, QueueConfig } from '../work/queue/types.ts'
import { ALL_MODULES, type Stage } from '../work/stage.ts'
import type { SweepDeps } from '../work/sweep.ts'
import { startWorkers, type WorkersDeps } from '../work/workers.ts'
import { type Clients, createClients } from './clients.ts'
import { openConfiguredStore } from './configured-store.ts'
import { createConfiguredTurns } from './configured-turns.ts'
import { Resources } from './resources.ts'

/** One process's store, queue and clients. `await using` it: everything is closed in the right order. */
export interface Runtime extends AsyncDisposable {
  config: Config
  store: Store
  /** That of `store`. */
  db: Db
  queue: OpenQueue
  clients: Clients
  log: Logger
  /** Log for errors that occur many times at once. */
  repeated: RepeatedLog
  clock: () => Date
  metrics: Metrics
  /** Watchdog for the loops of this process. */
  loops: LoopWatch
  ingestDeps: IngestDeps
  stageDeps: StageDeps
  sweepDeps: SweepDeps
  /** Runs the jobs of these stages in this process until it is closed. */
  startWorkers(stages: readonly Stage<StageDeps>[], onDone?: WorkersDeps<StageDeps>['onDone']): Promise<void>
  /** Runs one job here and now, past the queue. */
  runNow(stage: StageName, signal: AbortSignal): Promise<void>
  /** Takes no more jobs, waits for the running ones up to `deadlineMs`, closes everything. */
  close(deadlineMs?: number): Promise<void>
}

export interface RuntimeOptions {
  log: Logger
  clock?: () => Date
  applicationName?: string
  /** Receives warnings of the store. Default: a warning in the log. */
  onTrouble?: (message: string) => void
}

/**
 * Opens store, queue and clients of a process; only this code builds and closes them.
 *
 * @throws StoreError or PipelineError (`upstream`, `bad-config`) if something cannot be opened; everything opened before is
 *   closed again.
 */
export async function openRuntime(config: Config, options: RuntimeOptions): Promise<Runtime> {
  const { log, clock = () => new Date() } = options
  await using opened = new Resources()
  const { onTrouble = (message) => log.warn(message) } = options
  const store = opened.use(await openConfiguredStore(config, options.applicationName, onTrouble))
  await seedTargets(store.db, clock())
  const turns = opened.use(await createConfiguredTurns(config, store, log))
  const metrics = createMetrics()
  const classOf = createHostClass(config)
  const limiter = createSharedLimiter({ turns, perSecond: ratesOf(config) })
  const rateLimiter = countSlots(limiter, metrics, classOf)
  const observer = countRequests(metrics, classOf)
  const clients = opened.use(await createClients(config, { rateLimiter, observer }))
  const tracing = opened.use(await openTracing(config, options.applicationName ?? 'mirrorwatch'))
  const queue = opened.use(
    await openConfiguredQueue(config, store, log, { metrics, telemetry: tracing?.telemetry }),
  )
  const sources = opened.use(new SourceReader({ threads: threadsFor(config.inspectConcurrency) }))
  const failedJobs = new FailedJobs()
  const stageDeps: StageDeps = {
    db: store.db,
    clock,
    proxy: clients.proxy,
    verify: clients.verify,
    sources,
    nameIndex: createNameIndexCache(store.db),
    tally: { seen: 0, postponed: 0 },
    onSeverity: ({ summary, ...change }) => log.info(change, `finding: ${summary}`),
    readBytesPerDay: config.readBytesPerDay,
    baselineTurn: createShare(turns, config),
  }
  const running = new Set<{ since: number }>()
  observeProcess(metrics, { store, running, tally: stageDeps.tally })
  const repeated = new RepeatedLog(log)
  const workersDeps = {
    queue,
    stageDeps,
    clock,
    failedJobs,
    concurrency: { inspect: config.inspectConcurrency },
    log,
    repeated,
    metrics,
    running,
  }
  const owned = opened.move()
  let closing: Promise<void> | undefined
  const close = (deadlineMs?: number): Promise<void> => (closing ??= closeAll(queue, owned, deadlineMs))
  return {
    config,
    store,
    db: store.db,
    queue,
    clients,
    log,
    repeated,
    clock,
    metrics,
    loops: new LoopWatch(),
    ingestDeps: {
      db: store.db,
      feed: clients.feed,
      clock,
      inspect: 'recent',
      countDependents: config.countDependents,
    },
    stageDeps,
    sweepDeps: { db: store.db, queue, failedJobs, clock, readBytesPerDay: config.readBytesPerDay },
    startWorkers: (stages, onDone) =>
      startWorkers({ ...workersDeps, ...(onDone === undefined ? {} : { onDone }) }, stages),
    async runNow(name, signal) {
      const stage = STAGES.find((candidate) => candidate.name === name)
      await stage?.run(stageDeps, ALL_MODULES, signal)
    },
    close,
    [Symbol.asyncDispose]: () => close(),
  }
}

/** Part of the proxy's pace that checks of old versions may use, so that new versions need not wait for millions of them. */
const BASELINE_SHARE = 0.3

function createShare(turns: Turns, config: Config): (signal: AbortSignal) => Promise<void> {
  const { host } = new URL(config.proxyUrl)
  const perSecond = host === '' ? null : ratesOf(config)(host)
  const share = createSharedLimiter({
    turns,
    perSecond: () => (perSecond === null ? null : perSecond * BASELINE_SHARE),
  })
  return (signal) => share.acquire(`baseline of ${host}`, signal)
}

export async function openConfiguredQueue(
  config: Config,
  store: Store,
  log: Logger,
  observed: { metrics?: Metrics; telemetry?: Telemetry | undefined } = {},
): Promise<OpenQueue> {
  const queueConfig: QueueConfig =
    config.redisUrl === null
      ? { kind: store.kind, poolConfig: store.poolConfig, fresh: store.kind === 'embedded' && store.owned }
      : { kind: 'redis', url: config.redisUrl, prefix: `mirrorwatch-${await installationId(store.db)}` }
  const repeated = new RepeatedLog(log)
  const onError = (error: Error): void => {
    observed.metrics?.queueErrors.inc()
    repeated.warn(error, 'queue')
  }
  return openQueue(queueConfig, { onError, telemetry: observed.telemetry })
}

async function closeAll(queue: OpenQueue, owned: Resources, deadlineMs?: number): Promise<void> {
  await queue.close(deadlineMs === undefined ? {} : { deadlineMs })
  await owned[Symbol.asyncDispose]()
}
