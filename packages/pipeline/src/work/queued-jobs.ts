import type { StageName } from './queue/queue-names.ts'
import { jobId, type StageJob } from './stage.ts'

/** Interval at which all due jobs are added again, also those that the queue seems to hold. */
const ALL_AGAIN_MS = 15_000

/**
 * Jobs that the sweeps of one scheduler have put on the queues. A backlog is due again in every sweep, and adding a thousand jobs
 * that the queue already holds takes 60 ms of CPU.
 */
export class QueuedJobs {
  readonly #queued = new Map<StageName, { ids: ReadonlySet<string>; addedAllAt: number }>()

  /**
   * Returns the jobs to add: those that were not due in the sweep before; all of them, every 15 seconds, and at once if the queue has
   * lost some.
   *
   * @param inQueue jobs of the stage on the queue, counted before asking what is due: a job that is still due then was among them
   */
  missing(stage: StageName, due: readonly StageJob[], inQueue: number, now: Date): readonly StageJob[] {
    const before = this.#queued.get(stage)
    if (before === undefined || now.getTime() - before.addedAllAt >= ALL_AGAIN_MS) return due
    const added = due.filter((job) => !before.ids.has(jobId(job)))
    return inQueue < due.length - added.length ? due : added
  }

  /** Reports whether jobs of a stage were due in the sweep before, so that the number on the queue says whether some were lost. */
  hasAny(stage: StageName): boolean {
    return (this.#queued.get(stage)?.ids.size ?? 0) > 0
  }

  /** Records that all jobs of a sweep are on the queue; `all`: they were all added. */
  remember(stage: StageName, due: readonly StageJob[], all: boolean, now: Date): void {
    const addedAllAt = all ? now.getTime() : (this.#queued.get(stage)?.addedAllAt ?? 0)
    this.#queued.set(stage, { ids: new Set(due.map(jobId)), addedAllAt })
  }
}
