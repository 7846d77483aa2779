import { sendDueAlerts } from '@mirrorwatch/notify/alerts/send'
import type { Delivered } from '@mirrorwatch/notify/delivery/deliver'
import { createMailer } from '@mirrorwatch/notify/delivery/mailer'
import { sendDueReports } from '@mirrorwatch/notify/report/send'
import { isStoreError } from '@mirrorwatch/store/errors'
import { pauseUnlessAborted } from '@mirrorwatch/upstream/http/pause'
import { runCrawler } from '../crawl/crawler.ts'
import { asError } from '../errors.ts'
import { type HealthServer, serveHealth } from '../health/server.ts'
import { refreshKnown } from '../known/refresh.ts'
import { STAGES } from '../pipeline.ts'
import { STAGE_NAMES, type StageName } from '../work/queue/queue-names.ts'
import { QueuedJobs } from '../work/queued-jobs.ts'
import { ALL_MODULES } from '../work/stage.ts'
import { enqueue, sweep } from '../work/sweep.ts'
import { deleteOldEvidence } from './retention.ts'
import type { Runtime } from './runtime.ts'
import { runScheduler } from './scheduler.ts'

/** Parts of the service that one process runs. */
export interface Parts {
  crawl: boolean
  /** Stages whose jobs it runs. */
  stages: readonly StageName[]
  /** True if it may become the process that runs the scheduler: fills the queue, counts, sends, and deletes old rows. */
  sweep: boolean
}

export const ALL_PARTS: Parts = { crawl: true, stages: STAGE_NAMES, sweep: true }

/** Interval between sweeps: the longest delay of new work. */
const SWEEP_EVERY_MS = 5_000
/** Interval between deliveries: the longest delay of a report or alert. */
const SEND_EVERY_MS = 60_000
/** Interval between counts of all requirements, which read a whole table; nothing depends on fresher figures. */
const COUNT_TARGETS_EVERY_MS = 3_600_000

/** Interval between looks at the archive of known malicious modules, which changes some times a day. */
const KNOWN_EVERY_MS = 6 * 3_600_000
const RETENTION_EVERY_MS = 6 * 3_600_000
/** Longest round of a loop, after which it is stuck: a query does not end, or a connection does not answer. */
const LONGEST_ROUND_MS = 15 * 60_000
/** Stop starting deliveries after this long, so that a round plus one attempt stays under LONGEST_ROUND_MS. */
const START_SENDING_MS = 4 * 60_000

/**
 * Runs parts of the service until `signal` fires, then lets running jobs end. Logs and retries failures of an upstream
 * indefinitely.
 */
export async function runService(runtime: Runtime, parts: Parts, signal: AbortSignal): Promise<void> {
  const stages = STAGES.filter(({ name }) => parts.stages.includes(name))
  await runtime.startWorkers(stages)
  await using server =
    runtime.config.listen === null ? null : await listen(runtime, runtime.config.listen, signal)
  const loops: Promise<void>[] = []
  if (parts.crawl) loops.push(runCrawler(runtime, signal))
  if (parts.sweep) {
    loops.push(runScheduler(runtime, signal, (term) => schedule(runtime, term)))
  }
  // Not after the loops: a sweep can take seconds to end, and workers would start further jobs.
  loops.push(untilAborted(signal).then(() => runtime.queue.closeWorkers()))
  await Promise.all(loops)
  // The server answers until the jobs have ended and a probe has read that this process stops.
  await Promise.all([runtime.queue.close(), server?.announced()])
}

/** Runs the tasks that one process does for all. */
async function schedule(runtime: Runtime, term: AbortSignal): Promise<void> {
  await Promise.all([
    sweepLoop(runtime, term),
    countTargetsLoop(runtime, term),
    mailLoop(runtime, term),
    retentionLoop(runtime, term),
    knownLoop(runtime, term),
  ])
}

async function listen(
  runtime: Runtime,
  where: { host: string; port: number },
  stopping: AbortSignal,
): Promise<HealthServer> {
  const server = await serveHealth(runtime, where, stopping)
  runtime.log.info({ url: server.url }, 'serving /metrics, /healthz and /readyz')
  return server
}

async function sweepLoop(runtime: Runtime, signal: AbortSignal): Promise<void> {
  const queued = new QueuedJobs()
  await repeat('sweep', SWEEP_EVERY_MS, signal, runtime, async () => {
    const due = await sweep(runtime.sweepDeps, STAGES, runtime.clock(), queued)
    if (due.length > 0) runtime.log.debug({ due: due.length }, 'swept')
  })
}

async function countTargetsLoop(runtime: Runtime, signal: AbortSignal): Promise<void> {
  await repeat('targets', COUNT_TARGETS_EVERY_MS, signal, runtime, () =>
    enqueue(runtime.queue, [{ stage: 'targets', key: ALL_MODULES, priority: 5 }]),
  )
}

async function retentionLoop(runtime: Runtime, signal: AbortSignal): Promise<void> {
  await repeat('retention', RETENTION_EVERY_MS, signal, runtime, async () => {
    await deleteOldEvidence(runtime, signal)
  })
}

/** Reads the archive of known malicious modules. A failure is logged and waits for the next round. */
async function knownLoop(runtime: Runtime, signal: AbortSignal): Promise<void> {
  const { config, clients, db, clock, log } = runtime
  const { knownUrl } = config
  if (knownUrl === null) return
  await repeat('known', KNOWN_EVERY_MS, signal, runtime, async () => {
    try {
      const { changed, entries, faults } = await refreshKnown(
        { db, http: clients.http, clock },
        knownUrl,
        signal,
      )
      if (changed) log.info({ entries, faults }, 'read the archive of known malicious modules')
    } catch (error) {
      if (signal.aborted || isStoreError(error)) throw error
      log.warn({ err: error }, 'cannot read the archive of known malicious modules, trying again later')
    }
  })
}

/** Sends reports and alerts independently. Any number of processes may send, because each delivery is taken by one. */
async function mailLoop(runtime: Runtime, signal: AbortSignal): Promise<void> {
  const { config, clients, clock, db } = runtime
  const deps = { db, config, mailer: createMailer(config), http: clients.http, clock }
  // A hanging mail server must not make a round with many recipients look like a stuck loop.
  const stop = (): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(START_SENDING_MS)])
  await Promise.all([
    repeat('reports', SEND_EVERY_MS, signal, runtime, async () =>
      logDelivered(runtime, await sendDueReports(deps, stop())),
    ),
    repeat('alerts', SEND_EVERY_MS, signal, runtime, async () =>
      logDelivered(runtime, await sendDueAlerts(deps, stop())),
    ),
  ])
}

function logDelivered({ log, metrics }: Runtime, { sent, failed }: Delivered): void {
  for (const { kind, channel, subject, recipient } of sent) {
    metrics.deliveries.inc({ kind, channel, outcome: 'sent' })
    log.info({ kind, subject, recipient }, 'sent')
  }
  for (const { kind, channel, subject, recipient, lastError } of failed) {
    metrics.deliveries.inc({ kind, channel, outcome: 'failed' })
    log.warn({ kind, subject, recipient }, `could not be sent: ${lastError ?? ''}`)
  }
}

/** Runs `work` now and every `ms`. Logs an outage of store or queue and waits for its end. */
async function repeat(
  loop: string,
  ms: number,
  signal: AbortSignal,
  runtime: Runtime,
  work: () => Promise<void>,
): Promise<void> {
  const { metrics, loops } = runtime
  while (!signal.aborted) {
    loops.expect(loop, ms + LONGEST_ROUND_MS)
    try {
      await work()
    } catch (error) {
      if (signal.aborted) break
      metrics.loopErrors.inc({ loop })
      runtime.repeated.warn(asError(error), 'the store or the queue could not be asked; trying again', {
        loop,
      })
    }
    await pauseUnlessAborted(ms, signal)
  }
  loops.end(loop)
}

/** Resolves once `signal` fires. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
