import type { Store } from '@mirrorwatch/store/connect/connect'
import type { OpenQueue } from './queue.ts'
import { dedupId, type NextJob, type Stage, type StageName } from './stage.ts'

/** Rows asked of one stage in one sweep: bounds the queue's memory; the next sweep brings more. */
const AT_ONCE = 2_000

/** What the sweep needs of a stage. */
export type Due = Pick<Stage<never>, 'name' | 'due'>

export interface SweepDeps {
  store: Store
  queue: Pick<OpenQueue, 'add'>
  /** Jobs that failed for a reason that is ours, and when they may be tried again. */
  failures: Failures
  clock: () => Date
}

/**
 * Asks every stage what is due up to `until` and enqueues it. What the queue already holds is dropped there, so that a
 * sweep may run at any time, from any number of processes, and refills a queue that was lost. Returns what was due.
 */
export async function sweep(deps: SweepDeps, stages: readonly Due[], until: Date): Promise<NextJob[]> {
  const all: NextJob[] = []
  for (const stage of stages) {
    const due = await stage.due({ store: deps.store, until, limit: AT_ONCE })
    const now = deps.clock()
    const jobs = due.filter((job) => deps.failures.mayRun(dedupId(job), now))
    await enqueue(deps.queue, jobs)
    all.push(...jobs)
  }
  return all
}

/** Puts jobs on the queues of their stages. */
export async function enqueue(queue: Pick<OpenQueue, 'add'>, jobs: readonly NextJob[]): Promise<void> {
  const byStage = Map.groupBy(jobs, (job) => job.stage)
  for (const [stage, some] of byStage) await queue.add(queueName(stage), some.map(asQueueJob))
}

export function queueName(stage: StageName): string {
  return `mirrorwatch-${stage}`
}

function asQueueJob(job: NextJob): { name: string; data: unknown; dedupId: string; priority: number } {
  return { name: job.stage, data: job.key, dedupId: dedupId(job), priority: job.priority }
}

const FIRST_PAUSE_MS = 30_000
const LONGEST_PAUSE_MS = 3_600_000

/**
 * Keeps a job that failed for an unexpected reason from being enqueued again at once by every sweep of this process. What
 * the other processes are to know is in the row (`Stage.postpone`).
 */
export class Failures {
  readonly #failed = new Map<string, { times: number; notBefore: number }>()

  /** Returns when the job may run again. */
  note(id: string, now: Date): Date {
    const times = (this.#failed.get(id)?.times ?? 0) + 1
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(times - 1, 20), LONGEST_PAUSE_MS)
    const notBefore = now.getTime() + pause
    this.#failed.set(id, { times, notBefore })
    return new Date(notBefore)
  }

  forget(id: string): void {
    this.#failed.delete(id)
  }

  mayRun(id: string, now: Date): boolean {
    const failed = this.#failed.get(id)
    return failed === undefined || failed.notBefore <= now.getTime()
  }

  get size(): number {
    return this.#failed.size
  }
}
