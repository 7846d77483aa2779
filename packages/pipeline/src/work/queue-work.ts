import type { Job, JobsOptions, WorkerOptions } from 'bullmq'
import type { PipelineError } from '../errors.ts'
import type { ActiveJob, JobHandler, QueueCounts, QueueJob, WorkOptions } from './queue.ts'
import { ABORT_GRACE_MS, ADD_CHUNK, KEEP_FAILED, LOCK_MS, MAX_STALLED } from './queue-limits.ts'

/** The part of BullMQ's `Queue` that is used. Its type parameters differ by backend; these methods do not. */
export interface BullQueue {
  addBulk(jobs: { name: string; data: unknown; opts: JobsOptions }[]): Promise<unknown>
  getJobCounts(
    ...types: ('waiting' | 'prioritized' | 'delayed' | 'active')[]
  ): Promise<Record<string, number>>
  obliterate(options: { force: boolean }): Promise<void>
}

/** The part of BullMQ's `Worker` that is used. */
export interface BullWorker {
  waitUntilReady(): Promise<void>
  cancelAllJobs(reason?: string): void
  pause(doNotWaitActive?: boolean): Promise<void>
  close(): Promise<void>
}

export type BullProcessor = (job: Job, token?: string, signal?: AbortSignal) => Promise<void>

/** BullMQ on one kind of database. */
export interface QueueBackend {
  /** Opens the queue of this name, once. */
  queue(queueName: string): BullQueue
  worker(
    queueName: string,
    processor: BullProcessor,
    options: Omit<WorkerOptions, 'connection' | 'prefix' | 'drainDelay'>,
    onError: (error: Error) => void,
  ): BullWorker
  /** Names of the queues opened so far. */
  opened(): string[]
  /** What went wrong, in our words. */
  translate(error: unknown): PipelineError
  close(): Promise<void>
}

export async function addJobs(
  backend: QueueBackend,
  queueName: string,
  jobs: readonly QueueJob[],
): Promise<void> {
  const queue = backend.queue(queueName)
  try {
    for (let at = 0; at < jobs.length; at += ADD_CHUNK) {
      await queue.addBulk(jobs.slice(at, at + ADD_CHUNK).map(toBullJob))
    }
  } catch (error) {
    throw backend.translate(error)
  }
}

function toBullJob(job: QueueJob): { name: string; data: unknown; opts: JobsOptions } {
  return {
    name: job.name,
    data: job.data,
    opts: {
      deduplication: { id: job.dedupId },
      ...(job.priority === undefined || job.priority === 0 ? {} : { priority: job.priority }),
      ...(job.delayMs === undefined ? {} : { delay: job.delayMs }),
      // Retries are Postgres' business (due_at): the queue tries once.
      attempts: 1,
      removeOnComplete: true,
      removeOnFail: { count: KEEP_FAILED },
    },
  }
}

export async function countJobs(
  backend: QueueBackend,
  queueNames: readonly string[],
): Promise<Record<string, QueueCounts>> {
  const names = queueNames.length === 0 ? backend.opened() : queueNames
  const counts: Record<string, QueueCounts> = {}
  try {
    for (const name of names) {
      const found = await backend.queue(name).getJobCounts('waiting', 'prioritized', 'delayed', 'active')
      counts[name] = {
        waiting: (found['waiting'] ?? 0) + (found['prioritized'] ?? 0),
        delayed: found['delayed'] ?? 0,
        active: found['active'] ?? 0,
      }
    }
  } catch (error) {
    throw backend.translate(error)
  }
  return counts
}

export async function obliterateQueues(backend: QueueBackend, queueNames: readonly string[]): Promise<void> {
  try {
    for (const name of queueNames) await backend.queue(name).obliterate({ force: true })
  } catch (error) {
    throw backend.translate(error)
  }
}

export interface RunningWorker {
  close(deadlineMs: number): Promise<void>
}

export async function startWorker(
  backend: QueueBackend,
  queueName: string,
  handler: JobHandler,
  options: WorkOptions,
  onError: (error: Error) => void,
): Promise<RunningWorker> {
  const lockMs = options.lockMs ?? LOCK_MS
  // BullMQ looks at the function's length: only one with three parameters is given a signal.
  async function processor(job: Job, _token?: string, signal?: AbortSignal): Promise<void> {
    try {
      await handler(toActiveJob(job), signal as AbortSignal)
    } catch (error) {
      if (signal?.aborted !== true) onError(asError(error))
      throw error
    }
  }
  const worker = backend.worker(
    queueName,
    processor as BullProcessor,
    {
      concurrency: options.concurrency,
      lockDuration: lockMs,
      stalledInterval: lockMs,
      maxStalledCount: MAX_STALLED,
      ...(options.rateLimit === undefined
        ? {}
        : { limiter: { max: options.rateLimit.max, duration: options.rateLimit.durationMs } }),
    },
    onError,
  )
  try {
    await worker.waitUntilReady()
  } catch (error) {
    throw backend.translate(error)
  }
  return { close: (deadlineMs) => closeWorker(worker, deadlineMs) }
}

function toActiveJob(job: Job): ActiveJob {
  return { id: job.id ?? '', name: job.name, data: job.data as unknown, attempt: job.attemptsStarted }
}

/** BullMQ's own `close` waits for running jobs without a limit, and with `force` not at all. */
async function closeWorker(worker: BullWorker, deadlineMs: number): Promise<void> {
  const closed = worker.close().then(() => true)
  if (await Promise.race([closed, after(deadlineMs)])) return
  worker.cancelAllJobs('the queue is closing')
  if (await Promise.race([closed, after(ABORT_GRACE_MS)])) return
  await stopTimers(worker)
}

/**
 * A close that hangs (its database is gone) has not come to stopping the timers that renew locks and look for stalled
 * jobs, and they would keep the process alive. BullMQ has no public way to stop the first.
 */
async function stopTimers(worker: BullWorker): Promise<void> {
  const { lockManager } = worker as unknown as { lockManager: { close(): Promise<void> | void } }
  await lockManager.close()
  await worker.pause(true)
}

export function after(ms: number): Promise<false> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), ms).unref()
  })
}

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
