import type { Db } from '@mirrorwatch/store/database'
import type { FailedJobs } from './failed-jobs.ts'
import { queueName } from './queue/queue-names.ts'
import type { OpenQueue } from './queue/types.ts'
import { jobId, type Stage, type StageJob } from './stage.ts'

/** Limit on rows of one stage in one sweep: bounds the queue's memory; the next sweep brings more. */
const AT_ONCE = 2_000

export interface SweepDeps {
  db: Db
  queue: Pick<OpenQueue, 'add'>
  failedJobs: FailedJobs
  clock: () => Date
  readBytesPerDay: number
}

/**
 * Enqueues what is due up to `until` in every stage. The queue drops jobs that it already holds, so a sweep may run at any time
 * in any number of processes, and refills a lost queue. Returns what was due.
 */
export async function sweep(
  deps: SweepDeps,
  stages: readonly Pick<Stage<never>, 'due'>[],
  until: Date,
): Promise<StageJob[]> {
  const all: StageJob[] = []
  for (const stage of stages) {
    const due = await stage.due({
      db: deps.db,
      until,
      limit: AT_ONCE,
      readBytesPerDay: deps.readBytesPerDay,
    })
    const now = deps.clock()
    const jobs = due.filter((job) => deps.failedJobs.mayRun(jobId(job), now))
    await enqueue(deps.queue, jobs)
    all.push(...jobs)
  }
  return all
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
