import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import { comparison } from '@mirrorwatch/testing/findings/records'
import type { TestStore } from '@mirrorwatch/testing/store/databases'
import { ENGINES, insertModules, NOW, openTestStore } from '@mirrorwatch/testing/store/databases'
import { saveCandidates } from '../src/tables/candidates.ts'
import { saveComparison } from '../src/tables/comparisons.ts'
import {
  fingerprintsOf,
  modulesSharing,
  relatedModules,
  saveFingerprint,
} from '../src/tables/fingerprints.ts'

for (const { kind, skip } of ENGINES) {
  suite(`fingerprints on ${kind}`, { skip }, () => {
    let own: TestStore

    before(async () => {
      own = await openTestStore(kind)
    })
    after(() => own.drop())
    beforeEach(() => own.reset())

    const save = (moduleId: number, version: string, features: number[]): Promise<void> =>
      own.tx((trx) =>
        saveFingerprint(
          trx,
          { moduleId, version, files: 2, bytes: 10, listing: Buffer.from([1, 0, 255]), features },
          NOW,
        ),
      )

    test('are kept once a version, bytes and all', async () => {
      const [id = 0] = await insertModules(own.store, 'a.com/a')
      await save(id, 'v1.0.0', [1, 2])
      await save(id, 'v1.0.0', [2, 3, 3])
      await save(id, 'v1.1.0', [])
      const stored = await fingerprintsOf(own.store.db, id)
      assert.deepEqual(
        stored.map(({ version }) => version),
        ['v1.0.0', 'v1.1.0'],
      )
      assert.deepEqual(stored[0]?.listing, Buffer.from([1, 0, 255]))
    })

    test('say which modules share files, most first, the module itself left out', async () => {
      const [a = 0, b = 0, c = 0, d = 0] = await insertModules(
        own.store,
        'a.com/a',
        'a.com/b',
        'a.com/c',
        'a.com/d',
      )
      const big = 2 ** 52 - 1
      await save(a, 'v1.0.0', [10, 20, 30, big])
      await save(b, 'v1.0.0', [10, 20, 30, 40])
      await save(c, 'v1.0.0', [10, big])
      await save(d, 'v1.0.0', [50])
      const ask = (minShared: number, limit = 10): Promise<unknown> =>
        modulesSharing(own.store.db, { features: [10, 20, 30, big], moduleId: a, minShared, limit })
      assert.deepEqual(await ask(2), [
        { moduleId: b, path: 'a.com/b', dependents: 0, shared: 3 },
        { moduleId: c, path: 'a.com/c', dependents: 0, shared: 2 },
      ])
      assert.deepEqual(await ask(3), [{ moduleId: b, path: 'a.com/b', dependents: 0, shared: 3 }])
      assert.deepEqual(await ask(1, 1), [{ moduleId: b, path: 'a.com/b', dependents: 0, shared: 3 }])
      assert.deepEqual(
        await modulesSharing(own.store.db, { features: [], moduleId: a, minShared: 1, limit: 9 }),
        [],
      )
    })

    test('a file that everybody has does not cost more than a bounded look', async () => {
      const paths = Array.from({ length: 150 }, (_, at) => `a.com/m${at}`)
      const ids = await insertModules(own.store, ...paths)
      for (const id of ids) await save(id, 'v1.0.0', [7])
      const found = await modulesSharing(own.store.db, {
        features: [7],
        moduleId: 0,
        minShared: 1,
        limit: 1000,
      })
      assert.equal(found.length, 100)
    })

    test('related modules are those that resemble the same target, by name or content', async () => {
      const [a = 0, b = 0, c = 0] = await insertModules(own.store, 'a.com/x', 'b.com/x', 'c.com/y', 'd.com/z')
      const target = 'orig.com/x'
      const candidate = {
        target,
        rule: 'same-repository',
        strength: 'candidate' as const,
        distance: null,
        reason: 'r',
      }
      await own.tx(async (trx) => {
        await saveCandidates(
          trx,
          [
            { ...candidate, moduleId: a },
            { ...candidate, moduleId: b },
          ],
          NOW,
        )
        const compared = { moduleId: c, version: 'v1.0.0', target, targetVersion: 'v1.0.0' }
        await saveComparison(trx, { ...compared, result: comparison({ nearCopy: true }) }, NOW)
      })
      const related = await relatedModules(own.store.db, a, 30)
      assert.deepEqual(
        related.map(({ path, nearCopy }) => [path, nearCopy]),
        [
          ['a.com/x', false],
          ['b.com/x', false],
          ['c.com/y', true],
        ],
      )
    })
  })
}
