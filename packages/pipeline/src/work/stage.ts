import type { Db } from '@mirrorwatch/store/database'
import { type DueKey, dueKeys, postponeDue } from '@mirrorwatch/store/work/due'
import type { StageName } from './queue/queue-names.ts'

/** A job's payload: the key of a row, never its body, so that a job can be lost, doubled or old without harm. */
export type StageKey = DueKey

/** The key of a job that is about all modules together. */
export const ALL_MODULES: StageKey = { moduleId: 0, version: '' }

export interface StageJob {
  stage: StageName
  key: StageKey
  /** Lower runs earlier; 1 is the first. */
  priority: number
}

export interface DueQuery {
  db: Db
  /** Rows due up to here. */
  until: Date
  limit: number
}

/** A failure that the stage did not expect, and so has not written to its row. */
export interface UnexpectedFailure {
  message: string
  /** When the job may be tried again. */
  until: Date
}

/** One step of the pipeline. What it makes necessary elsewhere, it writes as rows that are due there; the sweep finds them. */
export interface Stage<Deps> {
  name: StageName
  /** What happens to a module here, in one line. */
  does: string
  /** Jobs that one process runs at once. */
  concurrency: number
  /**
   * Reads its row, calls clients and pure functions, and writes row and status in one transaction. Running it again with the
   * same key changes nothing.
   */
  run(deps: Deps, key: StageKey, signal: AbortSignal): Promise<void>
  /** Returns what is due, as Postgres says it. */
  due(query: DueQuery): Promise<StageJob[]>
  /**
   * Moves a row that cannot be done out of the way of the others, for all processes: the sweep asks for a bounded number of
   * rows, and as many that fail each time would be all that it ever gets. Stages without rows of their own have none.
   */
  postpone?(deps: Deps, key: StageKey, failure: UnexpectedFailure): Promise<void>
}

/** The parts of a stage whose work is rows of `due_work`. */
export function fromDueWork(name: 'require' | 'copies' | 'assess', priority: number) {
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

/** Returns the id under which the queue keeps a job at most once while it waits or runs. */
export function jobId({ stage, key }: Omit<StageJob, 'priority'>): string {
  return `${stage}/${key.moduleId}/${key.version}`
}
