import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { saveRequirements } from '@mirrorwatch/store/tables/requirements'
import { finishInspection, scheduleOf, scheduleVersions } from '@mirrorwatch/store/work/schedule'
import {
  ENGINES,
  insertModules,
  NOW,
  openTestStore,
  type TestStore,
} from '@mirrorwatch/testing/store/databases'
import { matchStage } from '../../src/stages/match/match.ts'
import { targetsStage } from '../../src/stages/targets/targets.ts'
import { createNameIndexCache } from '../../src/targets/name-index-cache.ts'
import { ALL_MODULES } from '../../src/work/stage.ts'

const ORIGINAL = 'github.com/boltdb/bolt'
const IMITATION = 'github.com/boltdb-go/bolt'

for (const { kind, skip } of ENGINES) {
  suite(`an original that is counted after its imitation, on ${kind}`, { skip }, () => {
    let own: TestStore
    before(async () => {
      own = await openTestStore(kind)
    })
    after(() => own.drop())

    test('is matched with it again once it has more dependents', async () => {
      const nameIndex = createNameIndexCache(own.store.db)
      let now = Date.parse(NOW)
      const deps = { db: own.store.db, nameIndex, clock: () => new Date(now++) }
      let number = 0
      /** Adds a number of new modules that each require `path`, and counts all requirements. */
      const require = async (path: string, times: number): Promise<void> => {
        const names = Array.from({ length: times }, () => `example.com/user${number++}`)
        for (const id of await insertModules(own.store, ...names)) {
          await own.tx((trx) => saveRequirements(trx, id, [path]))
        }
      }
      const [imitation] = await insertModules(own.store, IMITATION, ORIGINAL)
      const found = async (): Promise<[string, string][]> => {
        await matchStage.run(deps, ALL_MODULES, new AbortController().signal)
        await targetsStage.run(deps, ALL_MODULES, new AbortController().signal)
        const rows = await own.store.db
          .selectFrom('candidate')
          .select(['target', 'strength'])
          .where('module_id', '=', imitation ?? 0)
          .execute()
        return rows.map(({ target, strength }) => [target, strength])
      }
      await require(IMITATION, 3)
      await require(ORIGINAL, 1)
      assert.deepEqual(await found(), [], 'it has more dependents, and so is an independent project')
      await require(ORIGINAL, 5)
      assert.deepEqual(await found(), [[ORIGINAL, 'medium']])
    })

    test('has the versions inspected again that were inspected before others required it', async () => {
      const { db } = own.store
      const deps = { db, nameIndex: createNameIndexCache(db), clock: () => new Date(NOW) }
      const [moduleId = 0, user = 0] = await insertModules(
        own.store,
        'example.com/late',
        'example.com/its-user',
      )
      const key = { moduleId, version: 'v1.0.0' }
      await db
        .insertInto('version')
        .values({ module_id: moduleId, version: key.version, cached_at: NOW })
        .execute()
      await own.tx((trx) => scheduleVersions(trx, [{ ...key, dueAt: NOW, priority: 5 }]))
      await own.tx((trx) => finishInspection(trx, key, { nextDueAt: null, step: 1 }, NOW))
      await own.tx((trx) => saveRequirements(trx, user, ['example.com/late']))
      await targetsStage.run(deps, ALL_MODULES, new AbortController().signal)
      assert.equal((await scheduleOf(db, key))?.dueAt, NOW)
    })
  })
}
