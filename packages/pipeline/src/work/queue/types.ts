import type { Job, JobsOptions, Telemetry, WorkerOptions } from 'bullmq'
import type { PoolConfig } from 'pg'
import type { PipelineError } from '../../errors.ts'

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
  /** Receives errors that belong to no call: a lost connection, a stalled job, a lock that could not be renewed. */
  onError: (error: Error) => void
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
}

export interface ActiveJob {
  id: string
  name: string
  data: unknown
  /** 1 on the first run; more where a worker died in the middle. */
  attempt: number
}

/** Does the job. Its signal fires when the queue closes and the deadline has passed. `onError` receives what it throws. */
export type JobHandler = (job: ActiveJob, signal: AbortSignal) => Promise<void>

export interface WorkOptions {
  concurrency: number
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

/** The part of BullMQ's `Queue` that is used. Its type parameters differ by backend; these methods do not. */
export interface BullQueue {
  addBulk(jobs: { name: string; data: unknown; opts: JobsOptions }[]): Promise<unknown>
  getJobCounts(
    ...types: ('waiting' | 'prioritized' | 'delayed' | 'active')[]
  ): Promise<Record<string, number>>
  obliterate(options: { force: boolean }): Promise<void>
  close(): Promise<void>
}

/** The part of BullMQ's `Worker` that is used. */
export interface BullWorker {
  on(event: 'error', listener: (error: Error) => void): unknown
  waitUntilReady(): Promise<unknown>
  cancelAllJobs(reason?: string): void
  pause(doNotWaitActive?: boolean): Promise<void>
  close(): Promise<void>
}

export type BullProcessor = (job: Job, token?: string, signal?: AbortSignal) => Promise<void>

/** What BullMQ needs of one kind of database. */
export interface QueueConnection {
  /** Opens a queue. `forget` is called where it can never be used: the next call opens another. */
  openQueue(queueName: string, forget: () => void): BullQueue
  openWorker(
    queueName: string,
    processor: BullProcessor,
    options: Omit<WorkerOptions, 'connection' | 'prefix' | 'drainDelay'>,
  ): BullWorker
  /** Returns what went wrong, in our words. */
  translate(error: unknown): PipelineError
  /** Has the queues closed in its course: a database that is gone must not be reconnected to any more. */
  close(closeQueues: () => Promise<void>): Promise<void>
}
