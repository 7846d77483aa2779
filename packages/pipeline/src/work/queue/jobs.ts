import type { Job, JobsOptions } from 'bullmq'
import { asError } from '../../errors.ts'
import { ABORT_GRACE_MS, ADD_CHUNK, KEEP_FAILED, LOCK_MS, MAX_STALLED } from './limits.ts'
import { settles } from './settles.ts'
import type {
  ActiveJob,
  BullProcessor,
  BullQueue,
  BullWorker,
  JobHandler,
  QueueConnection,
  QueueCounts,
  QueueJob,
  WorkOptions,
} from './types.ts'

/** Queues of one connection, each opened on first use. */
export interface Queues {
  get(queueName: string): BullQueue
  /** Returns the names of the queues opened so far. */
  names(): string[]
  close(): Promise<void>
}

export function openQueues(connection: QueueConnection): Queues {
  const queues = new Map<string, BullQueue>()
  return {
    get(queueName) {
      const known = queues.get(queueName)
      if (known !== undefined) return known
      const queue = connection.openQueue(queueName, () => queues.delete(queueName))
      queues.set(queueName, queue)
      return queue
    },
    names: () => [...queues.keys()],
    async close() {
      await Promise.allSettled([...queues.values()].map((queue) => queue.close()))
    },
  }
}

export async function addJobs(queue: BullQueue, jobs: readonly QueueJob[]): Promise<void> {
  for (let at = 0; at < jobs.length; at += ADD_CHUNK) {
    await queue.addBulk(jobs.slice(at, at + ADD_CHUNK).map(toBullJob))
  }
}

function toBullJob(job: QueueJob): { name: string; data: unknown; opts: JobsOptions } {
  return {
    name: job.name,
    data: job.data,
    opts: {
      deduplication: { id: job.dedupId },
      ...(job.priority === undefined || job.priority === 0 ? {} : { priority: job.priority }),
      // Postgres handles retries (due_at), so the queue tries once.
      attempts: 1,
      removeOnComplete: true,
      removeOnFail: { count: KEEP_FAILED },
    },
  }
}

export async function countJobs(
  queues: Queues,
  queueNames: readonly string[],
): Promise<Record<string, QueueCounts>> {
  const counts: Record<string, QueueCounts> = {}
  for (const name of queueNames.length === 0 ? queues.names() : queueNames) {
    const found = await queues.get(name).getJobCounts('waiting', 'prioritized', 'delayed', 'active')
    counts[name] = {
      waiting: (found['waiting'] ?? 0) + (found['prioritized'] ?? 0),
      delayed: found['delayed'] ?? 0,
      active: found['active'] ?? 0,
    }
  }
  return counts
}

export async function obliterateQueues(queues: Queues, queueNames: readonly string[]): Promise<void> {
  for (const name of queueNames) await queues.get(name).obliterate({ force: true })
}

export interface RunningWorker {
  close(deadlineMs: number): Promise<void>
}

export async function startWorker(
  connection: QueueConnection,
  queueName: string,
  handler: JobHandler,
  options: WorkOptions,
  onError: (error: Error) => void,
): Promise<RunningWorker> {
  const lockMs = options.lockMs ?? LOCK_MS
  // BullMQ passes a signal only to a function with three parameters.
  async function processor(job: Job, _token?: string, signal?: AbortSignal): Promise<void> {
    try {
      await handler(toActiveJob(job), signal as AbortSignal)
    } catch (error) {
      if (signal?.aborted !== true) onError(asError(error))
      throw error
    }
  }
  const worker = connection.openWorker(queueName, processor as BullProcessor, {
    concurrency: options.concurrency,
    lockDuration: lockMs,
    stalledInterval: lockMs,
    maxStalledCount: MAX_STALLED,
  })
  worker.on('error', onError)
  await worker.waitUntilReady()
  return { close: (deadlineMs) => closeWorker(worker, deadlineMs) }
}

function toActiveJob(job: Job): ActiveJob {
  return { id: job.id ?? '', name: job.name, data: job.data as unknown, attempt: job.attemptsStarted }
}

/** Closes a worker within a deadline. BullMQ's own `close` waits without a limit, and with `force` not at all. */
async function closeWorker(worker: BullWorker, deadlineMs: number): Promise<void> {
  const closed = worker.close()
  if (await settles(closed, deadlineMs)) return
  worker.cancelAllJobs('the queue is closing')
  if (await settles(closed, ABORT_GRACE_MS)) return
  await stopTimers(worker)
}

/**
 * Stops the timers that renew locks and look for stalled jobs. A close that hangs (its database is gone) does not reach them,
 * and they would keep the process alive. BullMQ has no public way to stop the first.
 */
async function stopTimers(worker: BullWorker): Promise<void> {
  const { lockManager } = worker as unknown as { lockManager: { close(): Promise<void> | void } }
  await lockManager.close()
  await worker.pause(true)
}
