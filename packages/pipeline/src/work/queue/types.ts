import type { Job, JobsOptions, Telemetry, WorkerOptions } from 'bullmq'
import type { PoolConfig } from 'pg'
import type { PipelineError } from '../../errors.ts'

/**
 * Configuration of the queue. The queue only dispatches; Postgres has what is due. Losing the queue (FLUSHALL, an emptied table)
 * loses nothing, because the next sweep adds what is due again, and a second run of a job changes nothing.
 */
export type QueueConfig =
  | { kind: 'redis'; url: string; prefix?: string }
  | {
      kind: 'postgres' | 'embedded'
      poolConfig: PoolConfig
      /**
       * Removes all jobs at the start. For the process that has just started its embedded store: no other process can be
       * running a job, and a job left from a killed process would otherwise block its successor until its lock expires.
       */
      fresh?: boolean
    }

export interface QueueOptions {
  /** Receives errors that belong to no call: a lost connection, a stalled job, a lock that could not be renewed. */
  onError: (error: Error) => void
  /** Creates spans of jobs. */
  telemetry?: Telemetry | undefined
}

export interface QueueJob {
  name: string
  /** Keys, never bodies: small plain JSON. */
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
  /** 1 on the first run; more if a worker died during one. */
  attempt: number
}

/** Runs the job. Its signal fires when the queue closes and the deadline has passed. `onError` receives what it throws. */
export type JobHandler = (job: ActiveJob, signal: AbortSignal) => Promise<void>

export interface WorkOptions {
  concurrency: number
  /** Duration of a job's lock, after which another worker runs it. Renewed automatically while the event loop runs. */
  lockMs?: number
}

export interface QueueCounts {
  waiting: number
  delayed: number
  active: number
}

export interface OpenQueue extends AsyncDisposable {
  kind: QueueConfig['kind']
  /** Adds jobs. @throws PipelineError `upstream` if the queue cannot be reached */
  add(queueName: string, jobs: readonly QueueJob[]): Promise<void>
  /** Starts running jobs; resolves once the worker listens. */
  work(queueName: string, handler: JobHandler, options: WorkOptions): Promise<void>
  /** Counts the jobs of these queues; without names, of all that were used through this object. */
  counts(...queueNames: string[]): Promise<Record<string, QueueCounts>>
  /** Removes all jobs of these queues, including running ones. */
  obliterate(...queueNames: string[]): Promise<void>
  /**
   * Takes no more jobs, waits for the running ones until the deadline, then aborts them and waits a moment. Another worker's
   * stalled-job check recovers jobs that still run after that. Jobs can be added all the while.
   */
  closeWorkers(): Promise<void>
  /** Closes the workers as `closeWorkers` does, then the connection. */
  close(options?: { deadlineMs?: number }): Promise<void>
}

/** Part of BullMQ's `Queue` that is used. Its type parameters differ by backend; these methods do not. */
export interface BullQueue {
  addBulk(jobs: { name: string; data: unknown; opts: JobsOptions }[]): Promise<unknown>
  getJobCounts(
    ...types: ('waiting' | 'prioritized' | 'delayed' | 'active')[]
  ): Promise<Record<string, number>>
  obliterate(options: { force: boolean }): Promise<void>
  close(): Promise<void>
}

/** Part of BullMQ's `Worker` that is used. */
export interface BullWorker {
  on(event: 'error', listener: (error: Error) => void): unknown
  waitUntilReady(): Promise<unknown>
  cancelAllJobs(reason?: string): void
  pause(doNotWaitActive?: boolean): Promise<void>
  close(): Promise<void>
}

export type BullProcessor = (job: Job, token?: string, signal?: AbortSignal) => Promise<void>

/** Connection of BullMQ to one kind of database. */
export interface QueueConnection {
  /** Opens a queue. Calls `forget` if it can never be used, so that the next call opens another. */
  openQueue(queueName: string, forget: () => void): BullQueue
  openWorker(
    queueName: string,
    processor: BullProcessor,
    options: Omit<WorkerOptions, 'connection' | 'prefix' | 'drainDelay'>,
  ): BullWorker
  /** Converts an error to a PipelineError with mirrorwatch's own message. */
  translate(error: unknown): PipelineError
  /** Closes the queues and then the connection: it must not reconnect to a database that is gone. */
  close(closeQueues: () => Promise<void>): Promise<void>
}
