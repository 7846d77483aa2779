import type { Telemetry } from 'bullmq'
import type { PoolConfig } from 'pg'
import { PipelineError } from '../errors.ts'
import { DEFAULT_CLOSE_DEADLINE_MS } from './queue-limits.ts'
import { openPostgresBackend } from './queue-postgres.ts'
import { openRedisBackend } from './queue-redis.ts'
import type { RunningWorker } from './queue-work.ts'
import { addJobs, countJobs, obliterateQueues, startWorker } from './queue-work.ts'

/**
 * The queue dispatches and nothing else: what is due is in Postgres. Losing it (FLUSHALL, an emptied table) loses
 * nothing, because the next sweep adds what is due again, and a job that runs twice changes nothing the second time.
 */
export type QueueConfig =
  | { kind: 'redis'; url: string; prefix?: string }
  | {
      kind: 'postgres' | 'embedded'
      poolConfig: PoolConfig
      /**
       * Forgets all jobs at the start. For the process that has just started its embedded store: nobody else can be
       * running a job, and one that it was running when it was killed would else block its successor until its lock
       * runs out.
       */
      fresh?: boolean
    }

export interface QueueOptions {
  /** Errors that belong to no call: a lost connection, a stalled job, a lock that could not be renewed. */
  onError?: (error: Error) => void
  /** Makes spans of jobs. */
  telemetry?: Telemetry | undefined
}

export interface QueueJob {
  name: string
  /** Keys, never bodies: plain JSON, small. */
  data: unknown
  /** While a job with this id waits or runs, adding another is a no-op. */
  dedupId: string
  /** 0 is most urgent (the default). */
  priority?: number
  delayMs?: number
}

export interface ActiveJob {
  id: string
  name: string
  data: unknown
  /** 1 on the first run; more where a worker died in the middle. */
  attempt: number
}

/** Does the job. Aborted when the queue closes and the deadline has passed. What it throws is given to `onError`. */
export type JobHandler = (job: ActiveJob, signal: AbortSignal) => Promise<void>

export interface WorkOptions {
  concurrency: number
  /** Across all workers of the queue, on every machine. */
  rateLimit?: { max: number; durationMs: number }
  /** How long a job may go without a sign of life before another worker runs it. Renewed by itself while the event loop runs. */
  lockMs?: number
}

export interface QueueCounts {
  waiting: number
  delayed: number
  active: number
}

export interface OpenQueue extends AsyncDisposable {
  kind: QueueConfig['kind']
  /** @throws PipelineError `upstream` where the queue cannot be reached */
  add(queueName: string, jobs: readonly QueueJob[]): Promise<void>
  /** Starts running jobs; resolves once the worker listens. */
  work(queueName: string, handler: JobHandler, options: WorkOptions): Promise<void>
  /** Of these queues; without names, of all that were used through this object. */
  counts(...queueNames: string[]): Promise<Record<string, QueueCounts>>
  /** Forgets all jobs of these queues, running ones too. */
  obliterate(...queueNames: string[]): Promise<void>
  /**
   * Takes no more jobs, waits for the running ones until the deadline, then aborts them and waits a moment. What still
   * runs after that is left to the stalled-job check of another worker.
   */
  close(options?: { deadlineMs?: number }): Promise<void>
}

/**
 * BullMQ on Redis, on Postgres or on the embedded Postgres, behind the few functions that the pipeline needs.
 *
 * @throws PipelineError `bad-config` (not a redis:// URL), `upstream` (cannot be reached, within seconds)
 */
export async function openQueue(config: QueueConfig, options: QueueOptions = {}): Promise<OpenQueue> {
  let closing: Promise<void> | undefined
  const onError = (error: Error): void => {
    if (closing === undefined) options.onError?.(error)
  }
  const backend =
    config.kind === 'redis'
      ? await openRedisBackend(config.url, config.prefix, onError, options.telemetry)
      : await openPostgresBackend(config, onError, options.telemetry)
  const workers: RunningWorker[] = []
  const calls = createCalls()

  async function closeAll(deadlineMs: number): Promise<void> {
    await Promise.all(workers.map((worker) => worker.close(deadlineMs)))
    await backend.close()
    calls.end()
  }

  function close(closeOptions: { deadlineMs?: number } = {}): Promise<void> {
    return (closing ??= closeAll(closeOptions.deadlineMs ?? DEFAULT_CLOSE_DEADLINE_MS))
  }

  return {
    kind: config.kind,
    add: (queueName, jobs) => calls.run(() => addJobs(backend, queueName, jobs)),
    async work(queueName, handler, workOptions) {
      workers.push(await calls.run(() => startWorker(backend, queueName, handler, workOptions, onError)))
    },
    counts: (...queueNames) => calls.run(() => countJobs(backend, queueNames)),
    obliterate: (...queueNames) => calls.run(() => obliterateQueues(backend, queueNames)),
    close,
    [Symbol.asyncDispose]: () => close(),
  }
}

interface Calls {
  run<T>(call: () => Promise<T>): Promise<T>
  /** Fails every call that has not settled, and all later ones. */
  end(): void
}

/** BullMQ never settles a call that was under way when its connection was closed. */
function createCalls(): Calls {
  const unsettled = new Set<(error: PipelineError) => void>()
  let ended = false
  const closedError = (): PipelineError => new PipelineError('upstream', 'the queue is closed')
  return {
    run(call) {
      if (ended) return Promise.reject(closedError())
      return new Promise((resolve, reject) => {
        unsettled.add(reject)
        call()
          .then(resolve, reject)
          .finally(() => unsettled.delete(reject))
      })
    },
    end() {
      ended = true
      for (const reject of unsettled) reject(closedError())
    },
  }
}
