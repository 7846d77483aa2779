import { isDeadlock, isOutage } from '@mirrorwatch/store/errors'
import { isDiskFull } from '@mirrorwatch/upstream/git/run/disk-full'
import { type Logger, logAbout } from '../operate/log.ts'
import { type Metrics, startJob } from '../operate/metrics.ts'
import type { RepeatedLog } from '../operate/repeated-log.ts'
import type { OpenQueue } from './queue.ts'
import type { Stage, StageKey, UnexpectedFailure } from './stage.ts'
import { dedupId } from './stage.ts'
import type { StageDeps } from './stage-deps.ts'
import type { Failures } from './sweep.ts'
import { enqueue, queueName } from './sweep.ts'

export interface WorkersDeps {
  queue: OpenQueue
  stageDeps: StageDeps
  failures: Failures
  log: Logger
  repeated: RepeatedLog
  metrics: Metrics
  /** The jobs that run in this process now. */
  running: Set<{ since: number }>
  /** Told of each job that ended; for progress. */
  onDone?: (stage: Stage<StageDeps>, error: Error | null) => void
}

/** Starts running the jobs of `stages` in this process. They stop when the queue is closed. */
export async function startWorkers(deps: WorkersDeps, stages: readonly Stage<StageDeps>[]): Promise<void> {
  for (const stage of stages) {
    await deps.queue.work(
      queueName(stage.name),
      (job, signal) =>
        logAbout({ job: job.id, stage: stage.name }, () => runJob(deps, stage, job.data as StageKey, signal)),
      { concurrency: concurrencyOf(stage, deps.stageDeps) },
    )
  }
}

/** Where the row cannot be moved either, this process still leaves it alone. */
async function postpone(
  { stageDeps, log }: WorkersDeps,
  stage: Stage<StageDeps>,
  key: StageKey,
  failure: UnexpectedFailure,
): Promise<void> {
  try {
    await stage.postpone?.(stageDeps, key, failure)
  } catch (error) {
    log.warn({ err: error, ...key }, `${stage.name}: the row of a job that failed could not be postponed`)
  }
}

function concurrencyOf(stage: Stage<StageDeps>, deps: StageDeps): number {
  return stage.name === 'inspect' ? deps.inspectConcurrency : stage.concurrency
}

/** Runs of a job that ends in a deadlock each time. */
const DEADLOCK_TRIES = 4

/** Jobs are idempotent: one whose transaction was the victim of a deadlock is done again at once. */
async function runPastDeadlocks<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await run()
    } catch (error) {
      if (tries === DEADLOCK_TRIES || !isDeadlock(error)) throw error
    }
  }
}

/**
 * Runs one job. What a stage expects to go wrong it has written to its row; what arrives here is unexpected: it is
 * logged once, and the row is left alone for a while.
 */
async function runJob(
  deps: WorkersDeps,
  stage: Stage<StageDeps>,
  key: StageKey,
  signal: AbortSignal,
): Promise<void> {
  const id = dedupId({ stage: stage.name, key, priority: 0 })
  // The process that sweeps knows only of its own failures.
  if (!deps.failures.mayRun(id, deps.stageDeps.clock())) return
  const ended = startJob(deps.metrics, deps.running, stage.name)
  try {
    const next = await runPastDeadlocks(() => stage.run(deps.stageDeps, key, signal))
    deps.failures.forget(id)
    await enqueue(deps.queue, next)
    ended('done')
    deps.log.debug(key, 'done')
    deps.onDone?.(stage, null)
  } catch (error) {
    ended(signal.aborted ? 'interrupted' : 'failed')
    if (signal.aborted) return
    const failure = error instanceof Error ? error : new Error(String(error))
    // The sweep, which needs the store too, brings the row back as soon as the store is.
    if (isOutage(failure)) deps.repeated.warn(failure, 'the store is away; its jobs wait')
    else {
      const until = deps.failures.note(id, deps.stageDeps.clock())
      if (isDiskFull(failure))
        deps.repeated.warn(failure, 'the disk of the work folder is full; its jobs wait')
      else {
        deps.log.error({ err: failure, ...key }, `${stage.does}: failed`)
        await postpone(deps, stage, key, { message: failure.message, until })
      }
    }
    deps.onDone?.(stage, failure)
  }
}
