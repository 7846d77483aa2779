import { assessModule } from '@mirrorwatch/detect/judge/assess'
import type { Db } from '@mirrorwatch/store/database'
import { saveFindings } from '@mirrorwatch/store/tables/findings'
import {
  clearPending,
  pendingAssessment,
  pendingAssessments,
  postponeAssessment,
} from '@mirrorwatch/store/work/assess'
import { ROUTINE_AGAIN_PRIORITY } from '@mirrorwatch/store/work/priority'
import { scheduleVersions } from '@mirrorwatch/store/work/schedule'
import type { Stage } from '../../work/stage.ts'
import { readAssessment } from './read-assessment.ts'

export interface AssessDeps {
  db: Db
  clock: () => Date
}

export const assessStage: Stage<AssessDeps> = {
  name: 'assess',
  does: 'turns all that was seen of a module into signals and one finding',
  concurrency: 4,
  async run(deps, { moduleId }) {
    if (moduleId === undefined) return []
    // The mark is read first: what is learned after this makes a new one, and the module is assessed again.
    const pending = await pendingAssessment(deps.db, moduleId)
    if (pending === null) return []
    const now = deps.clock()
    const known = await readAssessment(deps.db, moduleId, now)
    const drafts = known === null ? [] : assessModule(known.input)
    const again = (known?.unreadable ?? []).map((version) => ({
      moduleId,
      version,
      dueAt: now,
      priority: ROUTINE_AGAIN_PRIORITY,
    }))
    await deps.db.transaction().execute(async (trx) => {
      await saveFindings(trx, moduleId, drafts, now)
      await scheduleVersions(trx, again)
      await clearPending(trx, [pending])
    })
    return []
  },
  async due({ store, limit }) {
    const pending = await pendingAssessments(store.db, limit)
    return pending.map(({ moduleId }) => ({ stage: 'assess', key: { moduleId }, priority: 1 }))
  },
  async postpone({ db }, { moduleId }, { until }) {
    if (moduleId === undefined) return
    await db.transaction().execute((trx) => postponeAssessment(trx, moduleId, until))
  },
}
