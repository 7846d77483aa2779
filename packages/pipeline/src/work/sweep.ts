import type { Db } from '@mirrorwatch/store/database'
import type { FailedJobs } from './failed-jobs.ts'
import { queueName, type StageName } from './queue/queue-names.ts'
import type { OpenQueue } from './queue/types.ts'
import type { QueuedJobs } from './queued-jobs.ts'
import { jobId, type Stage, type StageJob } from './stage.ts'

/** Limit on rows of one stage in one sweep: bounds the queue's memory; the next sweep brings more. */
const AT_ONCE = 2_000
/** Limit while the queue still holds half as many: only what is urgent needs adding. */
const AT_ONCE_URGENT = 200

export interface SweepDeps {
  db: Db
  queue: Pick<OpenQueue, 'add' | 'counts'>
  failedJobs: FailedJobs
  clock: () => Date
  readBytesPerDay: number
}

/**
 * Enqueues what is due up to `until` in every stage. The queue drops jobs that it already holds, so a sweep may run at any time
 * in any number of processes, and refills a lost queue. With `queued`, it adds only what earlier sweeps did not. Returns what was
 * due.
 */
export async function sweep(
  deps: SweepDeps,
  stages: readonly Pick<Stage<never>, 'name' | 'due'>[],
  until: Date,
  queued?: QueuedJobs,
): Promise<StageJob[]> {
  const all: StageJob[] = []
  for (const stage of stages) {
    const inQueue = queued?.hasAny(stage.name) === true ? await jobsInQueue(deps.queue, stage.name) : 0
    const due = await stage.due({
      db: deps.db,
      until,
      limit: inQueue > AT_ONCE / 2 ? AT_ONCE_URGENT : AT_ONCE,
      readBytesPerDay: deps.readBytesPerDay,
    })
    const now = deps.clock()
    const jobs = due.filter((job) => deps.failedJobs.mayRun(jobId(job), now))
    const missing = queued?.missing(stage.name, jobs, inQueue, now) ?? jobs
    await enqueue(deps.queue, missing)
    queued?.remember(stage.name, jobs, missing.length === jobs.length, now)
    all.push(...jobs)
  }
  return all
}

async function jobsInQueue(queue: SweepDeps['queue'], stage: StageName): Promise<number> {
  const name = queueName(stage)
  const { waiting = 0, delayed = 0, active = 0 } = (await queue.counts(name))[name] ?? {}
  return waiting + delayed + active
}

/** Puts jobs on the queues of their stages. */
export async function enqueue(queue: Pick<OpenQueue, 'add'>, jobs: readonly StageJob[]): Promise<void> {
  const byStage = Map.groupBy(jobs, (job) => job.stage)
  for (const [stage, some] of byStage) {
    await queue.add(
      queueName(stage),
      some.map((job) => ({ name: stage, data: job.key, dedupId: jobId(job), priority: job.priority })),
    )
  }
}
