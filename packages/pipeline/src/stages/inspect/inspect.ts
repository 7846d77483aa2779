import { isGomodError } from '@mirrorwatch/gomod/errors'
import { candidatesOf } from '@mirrorwatch/store/tables/candidates'
import { moduleById } from '@mirrorwatch/store/tables/modules'
import { dueVersions, failInspection, postponeInspection, scheduleOf } from '@mirrorwatch/store/work/schedule'
import { whatNext } from '@mirrorwatch/upstream/sort-errors'
import { retryAt } from '../../work/retry.ts'
import type { Stage, StageKey } from '../../work/stage.ts'
import { type DueVersion, type InspectVersionDeps, inspectVersion } from './inspect-version.ts'
import { saveInspected } from './save-inspected.ts'

/** Counts of this process's inspections by outcome, so that a scan can say whether any succeeded. */
export interface InspectionTally {
  seen: number
  /** Could not be done now; tried again later. */
  postponed: number
}

export interface InspectDeps extends InspectVersionDeps {
  tally: InspectionTally
}

export const inspectStage: Stage<InspectDeps> = {
  name: 'inspect',
  does: 'compares a cached zip with its repository, and a look-alike with what it imitates',
  concurrency: 4,
  run: inspect,
  async due({ db, until, limit }) {
    const due = await dueVersions(db, until, limit)
    return due.map(({ moduleId, version, priority }) => ({
      stage: 'inspect',
      key: { moduleId, version },
      priority,
    }))
  },
  async postpone({ db }, key, { message, until }) {
    const failure = { code: 'internal', message, nextDueAt: until }
    await db.transaction().execute((trx) => postponeInspection(trx, key, failure))
  },
}

async function inspect(deps: InspectDeps, key: StageKey, signal: AbortSignal): Promise<void> {
  const { moduleId, version } = key
  const module = await moduleById(deps.db, moduleId)
  const state = await scheduleOf(deps.db, key)
  // A job that is older than the row it is about, doubled say, has nothing to do.
  if (module === null || state?.dueAt == null || new Date(state.dueAt) > deps.clock()) return
  const due: DueVersion = { module, version, state, candidates: await candidatesOf(deps.db, moduleId) }
  try {
    const inspected = await inspectVersion(deps, due, signal)
    await deps.db.transaction().execute((trx) => saveInspected(trx, due, inspected, deps.clock()))
    deps.tally.seen++
  } catch (error) {
    signal.throwIfAborted()
    if (!isGomodError(error)) throw error
    const now = deps.clock()
    const again = whatNext(error) === 'later'
    const nextDueAt = again ? retryAt(state.attempts, now, error.retryAfterMs) : null
    const failure = { code: error.code, message: error.message, nextDueAt }
    await deps.db.transaction().execute((trx) => failInspection(trx, key, failure))
    deps.tally.postponed++
  }
}
