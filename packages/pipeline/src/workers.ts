import type { Logger } from './log.ts'
import type { OpenQueue } from './queue.ts'
import type { Stage, StageKey } from './stage.ts'
import { dedupId } from './stage.ts'
import type { StageDeps } from './stage-deps.ts'
import type { Failures } from './sweep.ts'
import { enqueue, queueName } from './sweep.ts'

export interface WorkersDeps {
  queue: OpenQueue
  stageDeps: StageDeps
  failures: Failures
  log: Logger
  /** Told of each job that ended; for progress. */
  onDone?: (stage: Stage<StageDeps>, error: Error | null) => void
}

/** Starts running the jobs of `stages` in this process. They stop when the queue is closed. */
export async function startWorkers(deps: WorkersDeps, stages: readonly Stage<StageDeps>[]): Promise<void> {
  for (const stage of stages) {
    await deps.queue.work(
      queueName(stage.name),
      (job, signal) => runJob(deps, stage, job.data as StageKey, signal),
      { concurrency: concurrencyOf(stage, deps.stageDeps) },
    )
  }
}

function concurrencyOf(stage: Stage<StageDeps>, deps: StageDeps): number {
  return stage.name === 'inspect' ? deps.inspectConcurrency : stage.concurrency
}

/**
 * Runs one job. What a stage expects to go wrong it has written to its row; what arrives here is unexpected: it is
 * logged once, and the row, still due, is left alone for a while.
 */
async function runJob(
  deps: WorkersDeps,
  stage: Stage<StageDeps>,
  key: StageKey,
  signal: AbortSignal,
): Promise<void> {
  const id = dedupId({ stage: stage.name, key, priority: 0 })
  try {
    const next = await stage.run(deps.stageDeps, key, signal)
    deps.failures.forget(id)
    await enqueue(deps.queue, next)
    deps.onDone?.(stage, null)
  } catch (error) {
    if (signal.aborted) return
    const failure = error instanceof Error ? error : new Error(String(error))
    deps.failures.note(id, deps.stageDeps.clock())
    deps.log.error({ err: failure, stage: stage.name, ...key }, `${stage.does}: failed`)
    deps.onDone?.(stage, failure)
  }
}
