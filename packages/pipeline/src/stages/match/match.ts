import type { NameIndex } from '@mirrorwatch/detect/names/name-index'
import type { Db } from '@mirrorwatch/store/database'
import { lockModules, markMatched, unmatchedModules } from '@mirrorwatch/store/tables/modules'
import { saveMatches } from '../../work/save-matches.ts'
import { ALL_MODULES, type Stage } from '../../work/stage.ts'

export interface MatchDeps {
  db: Db
  /** The index over today's targets; cheap to call again while they have not changed. */
  nameIndex(): Promise<NameIndex>
  clock: () => Date
}

/** Modules matched in one transaction: some 20 ms of CPU, so that the event loop stays free. */
const BATCH = 2_000

export const matchStage: Stage<MatchDeps> = {
  name: 'match',
  does: 'compares the names of new modules with every target',
  concurrency: 1,
  async run(deps, _key, signal) {
    const index = await deps.nameIndex()
    // By id, so that no batch steps over the ones before it; what arrives behind is the next job's.
    let afterId = 0
    for (;;) {
      signal.throwIfAborted()
      const modules = await unmatchedModules(deps.db, afterId, BATCH)
      const last = modules.at(-1)
      if (last === undefined) return
      afterId = last.id
      const matches = modules.map((module) => ({
        moduleId: module.id,
        candidates: index.match(module.path),
      }))
      const now = deps.clock()
      await deps.db.transaction().execute(async (trx) => {
        await lockModules(
          trx,
          modules.map(({ path }) => path),
        )
        await saveMatches(trx, matches, now)
        await markMatched(
          trx,
          modules.map(({ id }) => id),
          now,
        )
      })
    }
  },
  async due({ db }) {
    const waiting = await unmatchedModules(db, 0, 1)
    return waiting.length === 0 ? [] : [{ stage: 'match', key: ALL_MODULES, priority: 1 }]
  },
}
