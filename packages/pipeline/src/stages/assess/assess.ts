import { assessModule } from '@mirrorwatch/detect/judge/assess'
import type { Db } from '@mirrorwatch/store/database'
import { endDecisions } from '@mirrorwatch/store/decisions/decide'
import { endExpiredEntries } from '@mirrorwatch/store/tables/allow'
import { type SeverityChange, saveFindings } from '@mirrorwatch/store/tables/findings'
import { dueRow, finishDue } from '@mirrorwatch/store/work/due'
import { ROUTINE_AGAIN_PRIORITY } from '@mirrorwatch/store/work/priority'
import { scheduleVersions } from '@mirrorwatch/store/work/schedule'
import { fromDueWork, type Stage } from '../../work/stage.ts'
import { readAssessment } from './read-assessment.ts'

export interface AssessDeps {
  db: Db
  clock: () => Date
  /** Receives each finding that is new or whose severity changed, once it is stored. */
  onSeverity?: (change: SeverityChange & { module: string }) => void
}

const DUE_WORK = fromDueWork('assess', 1)

export const assessStage: Stage<AssessDeps> = {
  ...DUE_WORK,
  does: 'turns all that was seen of a module into signals and one finding',
  concurrency: 4,
  async run(deps, key) {
    // The row is read first: what is learned after this changes its ticket, and the module is assessed again.
    const row = await dueRow(deps.db, 'assess', key)
    if (row === null) return
    const now = deps.clock()
    const { moduleId } = key
    const known = await readAssessment(deps.db, moduleId, now)
    const drafts = known === null ? [] : assessModule(known.input)
    const again = (known?.unreadable ?? []).map((version) => ({
      moduleId,
      version,
      dueAt: now,
      priority: ROUTINE_AGAIN_PRIORITY,
    }))
    const { severities } = await deps.db.transaction().execute(async (trx) => {
      const saved = await saveFindings(trx, moduleId, drafts, now)
      await scheduleVersions(trx, again)
      await finishDue(trx, 'assess', row)
      return saved
    })
    const module = known?.input.module.path ?? ''
    for (const change of severities) deps.onSeverity?.({ ...change, module })
  },
  async due(query) {
    await endExpiredEntries(query.db, query.until)
    await endDecisions(query.db, query.until)
    return DUE_WORK.due(query)
  },
}
