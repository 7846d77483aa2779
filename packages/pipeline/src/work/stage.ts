import type { Store } from '@mirrorwatch/store/connect/connect'

export type StageName = 'require' | 'targets' | 'match' | 'inspect' | 'copies' | 'assess'

/** A job's payload: keys of rows, never bodies, so that a job can be lost, doubled or old and nothing is wrong. */
export interface StageKey {
  moduleId?: number
  version?: string
}

/** A job of some stage. */
export interface NextJob {
  stage: StageName
  key: StageKey
  /** Lower runs earlier; 1 is the first. */
  priority: number
}

/** What is due in one stage, as Postgres says it: what the sweep enqueues. */
export interface DueQuery {
  store: Store
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

/**
 * One step of the pipeline. `run` reads its row, calls clients and pure functions, writes row and status in one
 * transaction, and returns what comes next. Running it again with the same key changes nothing.
 */
export interface Stage<Deps> {
  name: StageName
  /** One line: what happens to a module here. */
  does: string
  /** Jobs that one process runs at once. */
  concurrency: number
  run(deps: Deps, key: StageKey, signal: AbortSignal): Promise<NextJob[]>
  due(query: DueQuery): Promise<NextJob[]>
  /**
   * Moves a row that cannot be done out of the way of the others, for all processes: what is due is asked for in a bounded
   * number of rows, and as many that fail each time would be all that is ever asked for. Not for stages without rows of
   * their own.
   */
  postpone?(deps: Deps, key: StageKey, failure: UnexpectedFailure): Promise<void>
}

/** The id under which the queue keeps a job at most once while it waits or runs. */
export function dedupId(job: NextJob): string {
  return [job.stage, job.key.moduleId ?? '', job.key.version ?? ''].join('/')
}
