import type { Db, DueStage } from '@mirrorwatch/store/database'
import { type DueKey, dueKeys, postponeDue } from '@mirrorwatch/store/work/due'
import type { StageName } from './queue/queue-names.ts'

/**
 * Payload of a job: the key of a row, never its body, so that a job can be lost, doubled or old without harm. `moduleId` is a
 * repository.id in the stage look.
 */
export type StageKey = DueKey

/** Key of a job that covers all modules together. */
export const ALL_MODULES: StageKey = { moduleId: 0, version: '' }

export interface StageJob {
  stage: StageName
  key: StageKey
  /** Lower runs earlier; 1 is the first. */
  priority: number
}

export interface DueQuery {
  db: Db
  /** Time up to which rows are due. */
  until: Date
  limit: number
  /** Bytes of zips that may be fetched a day for full readings. */
  readBytesPerDay: number
}

/** Failure that the stage did not expect, and so has not written to its row. */
export interface UnexpectedFailure {
  message: string
  /** Time when the job may be retried. */
  until: Date
}

/** Step of the pipeline. It writes follow-up work as rows that are due in other stages; the sweep finds them. */
export interface Stage<Deps> {
  name: StageName
  /** One-line description of what the stage does with a module. */
  does: string
  /** Limit on concurrent jobs in one process. */
  concurrency: number
  /**
   * Reads its row, calls clients and pure functions, and writes row and status in one transaction. A repeated run with the same
   * key changes nothing.
   */
  run(deps: Deps, key: StageKey, signal: AbortSignal): Promise<void>
  /** Returns the work that Postgres has as due. */
  due(query: DueQuery): Promise<StageJob[]>
  /**
   * Postpones a failing row for all processes. The sweep asks for a bounded number of rows, so enough failing rows would otherwise
   * be all that it ever gets. Stages without rows lack this method.
   */
  postpone?(deps: Deps, key: StageKey, failure: UnexpectedFailure): Promise<void>
}

/** Returns the parts of a stage whose work is rows of `due_work`. */
export function fromDueWork(name: DueStage, priority: number) {
  return {
    name,
    async due({ db, until, limit }: DueQuery): Promise<StageJob[]> {
      const keys = await dueKeys(db, name, until, limit)
      return keys.map((key) => ({ stage: name, key, priority }))
    },
    async postpone({ db }: { db: Db }, key: StageKey, { message, until }: UnexpectedFailure): Promise<void> {
      await db.transaction().execute((trx) => postponeDue(trx, name, key, { message, dueAt: until }))
    },
  }
}

/** Returns the id under which the queue holds a job at most once while it waits or runs. */
export function jobId({ stage, key }: Omit<StageJob, 'priority'>): string {
  return `${stage}/${key.moduleId}/${key.version}`
}
