import { isDeadlock, isOutage } from '@mirrorwatch/store/errors'
import { isDiskFull } from '@mirrorwatch/upstream/git/run/disk-full'
import { z } from 'zod'
import { asError } from '../errors.ts'
import { type Logger, logAbout } from '../observe/log.ts'
import { type Metrics, startJob } from '../observe/metrics.ts'
import type { RepeatedLog } from '../observe/repeated-log.ts'
import type { FailedJobs } from './failed-jobs.ts'
import { queueName, type StageName } from './queue/queue-names.ts'
import type { OpenQueue } from './queue/types.ts'
import { jobId, type Stage, type StageKey, type UnexpectedFailure } from './stage.ts'

export interface WorkersDeps<Deps> {
  queue: OpenQueue
  stageDeps: Deps
  clock: () => Date
  failedJobs: FailedJobs
  /** Configured limits on a stage's concurrent jobs in this process. */
  concurrency: Partial<Record<StageName, number>>
  log: Logger
  repeated: RepeatedLog
  metrics: Metrics
  /** Jobs that run in this process now. */
  running: Set<{ since: number }>
  /** Called for each job that ended. */
  onDone?: (stage: Stage<Deps>, error: Error | null) => void
}

const stageKey = z.object({ moduleId: z.number(), version: z.string() })

/** Starts running the jobs of `stages` in this process. They stop when the queue is closed. */
export async function startWorkers<Deps>(
  deps: WorkersDeps<Deps>,
  stages: readonly Stage<Deps>[],
): Promise<void> {
  for (const stage of stages) {
    await deps.queue.work(
      queueName(stage.name),
      (job, signal) =>
        logAbout({ job: job.id, stage: stage.name }, () =>
          runJob(deps, stage, stageKey.parse(job.data), signal),
        ),
      { concurrency: deps.concurrency[stage.name] ?? stage.concurrency },
    )
  }
}

/**
 * Runs one job. The stage itself writes the failures that it expects to its row. A failure that arrives here is unexpected: it
 * is logged once, and the row is left alone for a while.
 */
async function runJob<Deps>(
  deps: WorkersDeps<Deps>,
  stage: Stage<Deps>,
  key: StageKey,
  signal: AbortSignal,
): Promise<void> {
  const id = jobId({ stage: stage.name, key })
  // The process that sweeps knows only its own failures.
  if (!deps.failedJobs.mayRun(id, deps.clock())) return
  const ended = startJob(deps.metrics, deps.running, stage.name)
  try {
    await runPastDeadlocks(() => stage.run(deps.stageDeps, key, signal))
    deps.failedJobs.delete(id)
    ended('done')
    deps.log.debug(key, 'done')
    deps.onDone?.(stage, null)
  } catch (error) {
    ended(signal.aborted ? 'interrupted' : 'failed')
    if (signal.aborted) return
    const failure = asError(error)
    await handleFailure(deps, stage, key, failure)
    deps.onDone?.(stage, failure)
  }
}

async function handleFailure<Deps>(
  deps: WorkersDeps<Deps>,
  stage: Stage<Deps>,
  key: StageKey,
  failure: Error,
): Promise<void> {
  // The sweep needs the store too, and returns the row as soon as the store answers.
  if (isOutage(failure)) return deps.repeated.warn(failure, 'the store is away; its jobs wait')
  const until = deps.failedJobs.add(jobId({ stage: stage.name, key }), deps.clock())
  if (isDiskFull(failure))
    return deps.repeated.warn(failure, 'the disk of the work folder is full; its jobs wait')
  deps.log.error({ err: failure, ...key }, `${stage.does}: failed`)
  await postpone(deps, stage, key, { message: failure.message, until })
}

/** Postpones the row. If that fails too, this process still leaves it alone. */
async function postpone<Deps>(
  { stageDeps, log }: WorkersDeps<Deps>,
  stage: Stage<Deps>,
  key: StageKey,
  failure: UnexpectedFailure,
): Promise<void> {
  try {
    await stage.postpone?.(stageDeps, key, failure)
  } catch (error) {
    log.warn({ err: error, ...key }, `${stage.name}: the row of a job that failed could not be postponed`)
  }
}

/** Limit on runs of a job that keeps ending in a deadlock. */
const DEADLOCK_TRIES = 4

/** Runs a job and repeats it at once if its transaction was the victim of a deadlock. Jobs are idempotent. */
async function runPastDeadlocks<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await run()
    } catch (error) {
      if (tries === DEADLOCK_TRIES || !isDeadlock(error)) throw error
    }
  }
}
