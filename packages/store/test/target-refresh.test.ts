import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { ENGINES, later, NOW, openTestStore, type TestStore } from '@mirrorwatch/testing/store/databases'
import { finishTargetRefresh, readTargetRefresh, saveTargetRefresh } from '../src/tables/target-refresh.ts'
import { upsertTargets } from '../src/tables/targets.ts'

for (const { kind, skip } of ENGINES) {
  suite(`target refresh (${kind})`, { skip }, () => {
    let own: TestStore
    before(async () => {
      own = await openTestStore(kind)
    })
    after(() => own.drop())

    test('the position is kept until the end, and a new run starts from the beginning', async () => {
      const { db } = own.store
      const run = { service: 'https://a.example', minDependents: 10, startedAt: NOW }
      assert.equal(await readTargetRefresh(db, run.service), null)
      await own.tx((trx) => saveTargetRefresh(trx, { ...run, page: 1, modules: 100 }, NOW))
      await own.tx((trx) => saveTargetRefresh(trx, { ...run, page: 2, modules: 180 }, later(5)))
      const open = { ...run, page: 2, modules: 180, updatedAt: later(5), finishedAt: null }
      assert.deepEqual(await readTargetRefresh(db, run.service), open)
      await finishTargetRefresh(db, run.service, later(6))
      assert.deepEqual(await readTargetRefresh(db, run.service), { ...open, finishedAt: later(6) })
      const next = { ...run, startedAt: later(9), page: 1, modules: 90 }
      await own.tx((trx) => saveTargetRefresh(trx, next, later(9)))
      assert.deepEqual(await readTargetRefresh(db, run.service), {
        ...next,
        updatedAt: later(9),
        finishedAt: null,
      })
      assert.equal(await readTargetRefresh(db, 'https://b.example'), null)
    })

    test('a list that comes in several calls counts the larger figure, a later one the newer', async () => {
      const figure = async (dependents: number, now: string): Promise<number | undefined> => {
        await own.tx((trx) => upsertTargets(trx, [{ path: 'a.com/a', dependents }], 'import', now))
        const row = await own.store.db.selectFrom('target').select('dependents').executeTakeFirst()
        return row?.dependents
      }
      assert.equal(await figure(9, NOW), 9)
      assert.equal(await figure(5, NOW), 9)
      assert.equal(await figure(5, later(1)), 5)
    })
  })
}
