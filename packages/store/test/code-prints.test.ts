import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import type { TestStore } from '@mirrorwatch/testing/store/databases'
import { ENGINES, insertModules, NOW, openTestStore } from '@mirrorwatch/testing/store/databases'
import { sql } from 'kysely'
import { markUnprintable, modulesWithin, savePrints } from '../src/code/prints.ts'
import {
  askForReadings,
  dueReadings,
  finishReading,
  forgetPieces,
  piecesOf,
  postponeReading,
  readingOf,
  readSince,
  unreadByPriority,
  unreadRequired,
} from '../src/code/readings.ts'

const LATER = '2027-01-01T00:00:00Z'

for (const { kind, skip } of ENGINES) {
  suite(`fingerprints of code on ${kind}`, { skip }, () => {
    let own: TestStore

    before(async () => {
      own = await openTestStore(kind)
    })
    after(() => own.drop())
    beforeEach(() => own.reset())

    const save = (moduleId: number, version: string, folders: Record<string, number[]>): Promise<void> => {
      const packages = Object.entries(folders).map(([folder, prints]) => ({
        folder,
        prints,
        pieces: prints.length * 10,
      }))
      return own.tx((trx) => savePrints(trx, { moduleId, version, packages }))
    }

    test('say which modules are within another, most code first, without itself', async () => {
      const [a = 0, b = 0, c = 0, d = 0] = await insertModules(
        own.store,
        'a.com/a',
        'a.com/b',
        'a.com/c',
        'a.com/d',
      )
      const big = 2 ** 52 - 1
      await save(a, 'v1.0.0', { '': [1, 2, 3, 4], sub: [10, 20, big] })
      await save(b, 'v1.2.0', { 'x/y': [1, 2, 3, 5], other: [60, 61, 62, 63] })
      await save(c, 'v1.0.0', { '': [1, 90, 91] })
      await save(d, 'v1.0.0', { '': [1, 2, 3] })
      const found = await modulesWithin(own.store.db, {
        pieces: [1, 2, 3, 4, 10, 20, big],
        moduleId: d,
        limit: 10,
      })
      assert.deepEqual(found, [
        {
          moduleId: a,
          path: 'a.com/a',
          version: 'v1.0.0',
          dependents: 0,
          total: 70,
          found: [
            { pieces: 40, shared: 4 },
            { pieces: 30, shared: 3 },
          ],
        },
        {
          moduleId: b,
          path: 'a.com/b',
          version: 'v1.2.0',
          dependents: 0,
          total: 80,
          found: [{ pieces: 40, shared: 3 }],
        },
      ])
      assert.deepEqual(await modulesWithin(own.store.db, { pieces: [], moduleId: d, limit: 10 }), [])
    })

    test('are those of the highest version that has code, in any order of reading', async () => {
      const versions = [
        ['v1.9.0', { a: [1, 2, 3] }],
        ['v1.10.0', { a: [4, 5, 6] }],
        ['v1.11.0', {}],
      ] as const
      const orders = [versions, versions.toReversed(), [versions[2], versions[0], versions[1]]]
      for (const [n, order] of orders.entries()) {
        const [id = 0] = await insertModules(own.store, `a.com/order${n}`)
        for (const [version, folders] of order)
          await save(id, version, { ...folders } as Record<string, number[]>)
        const { rows } = await sql<{ version: string; prints: number[] }>`
          select version, prints from code_package where module_id = ${id}`.execute(own.store.db)
        assert.deepEqual(rows, [{ version: 'v1.10.0', prints: [4, 5, 6] }])
      }
    })

    test('are replaced by those of a later version, and stay where nothing changed', async () => {
      const [id = 0, other = 0] = await insertModules(own.store, 'a.com/a', 'a.com/b')
      await save(id, 'v1.0.0', { same: [1, 2, 3], changed: [4, 5, 6], gone: [7, 8] })
      const rows = async (): Promise<unknown[]> => {
        const { rows: all } = await sql<{ folder: string; version: string; id: number; prints: number }>`
          select p.folder, p.version, p.id, count(c.print)::integer as prints from code_package p
          left join code_print c on c.package_id = p.id and c.print = any(p.prints)
          group by p.id order by p.folder`.execute(own.store.db)
        return all
      }
      const [, , same] = (await rows()) as { id: number }[]
      await save(id, 'v1.1.0', { same: [1, 2, 3], changed: [4, 5, 9] })
      const after = (await rows()) as { folder: string; version: string; id: number; prints: number }[]
      assert.deepEqual(
        after.map(({ folder, version, prints }) => [folder, version, prints]),
        [
          ['changed', 'v1.1.0', 3],
          ['same', 'v1.1.0', 3],
        ],
      )
      assert.equal(after[1]?.id, same?.id)
      assert.deepEqual(
        await modulesWithin(own.store.db, { pieces: [6, 7, 8], moduleId: other, limit: 9 }),
        [],
      )
      const { rows: left } = await sql<{
        count: number
      }>`select count(*)::integer as count from code_print`.execute(own.store.db)
      assert.deepEqual(left, [{ count: 6 }])
    })

    test('readings are due by priority, postponed, and done once', async () => {
      const [a = 0, b = 0] = await insertModules(own.store, 'a.com/a', 'a.com/b')
      const [first, second] = [
        { moduleId: a, version: 'v1.0.0' },
        { moduleId: b, version: 'v1.0.0' },
      ]
      const due = async (priority: number): Promise<number[]> => {
        const all = await dueReadings(own.store.db, { until: NOW, priority, limit: 9 })
        return all.map(({ moduleId }) => moduleId)
      }
      await own.tx((trx) => askForReadings(trx, [first], 6, NOW))
      await own.tx((trx) => askForReadings(trx, [second], 2, NOW))
      assert.deepEqual(await due(6), [b, a])
      assert.deepEqual(await due(5), [b])
      await own.tx((trx) => askForReadings(trx, [first], 1, NOW))
      assert.deepEqual(await due(6), [a, b])
      await own.tx((trx) => postponeReading(trx, first, { priority: 9, message: 'busy', dueAt: LATER }))
      assert.deepEqual(await due(6), [b])
      const waiting = await unreadByPriority(own.store.db, LATER)
      assert.deepEqual(
        waiting.map(({ priority, count }) => [priority, count]),
        [
          [1, 1],
          [2, 1],
        ],
      )
      const read = {
        priority: 2,
        bytes: 500,
        pieces: Buffer.from([1, 2]),
        report: { uses: [] },
        unusual: [{ path: 'x' }],
        failure: null,
      }
      await own.tx((trx) => finishReading(trx, { ...second, ...read }, NOW))
      await own.tx((trx) => askForReadings(trx, [second], 1, NOW))
      assert.deepEqual(await due(6), [])
      assert.notEqual((await readingOf(own.store.db, second))?.readAt, null)
      assert.deepEqual(await piecesOf(own.store.db, second), Buffer.from([1, 2]))
      assert.deepEqual(await readSince(own.store.db, NOW), { versions: 1, bytes: 500 })
      assert.deepEqual(await readSince(own.store.db, LATER), { versions: 0, bytes: 0 })
      assert.equal(await forgetPieces(own.store.db, LATER, 10), 1)
      assert.equal(await forgetPieces(own.store.db, LATER, 10), 0)
      assert.equal(await piecesOf(own.store.db, second), null)
    })

    test('what others require is read, most required first, unless it was tried', async () => {
      const ids = await insertModules(own.store, 'a.com/a', 'a.com/b', 'a.com/c', 'a.com/d')
      const [a = 0, b = 0, c = 0] = ids
      await sql`update module set latest_version = 'v1.0.0', dependents = id where id <> ${ids[3] ?? 0}`.execute(
        own.store.db,
      )
      const unread = async (): Promise<number[]> =>
        (await unreadRequired(own.store.db, 9)).map(({ moduleId }) => moduleId)
      assert.deepEqual(await unread(), [c, b, a])
      await save(c, 'v1.0.0', {})
      await own.tx((trx) => markUnprintable(trx, b, 'v1.0.0'))
      assert.deepEqual(await unread(), [a])
      const failure = { priority: 6, message: 'busy', dueAt: LATER }
      await own.tx((trx) => postponeReading(trx, { moduleId: a, version: 'v1.0.0' }, failure))
      assert.deepEqual(await unread(), [])
    })
  })
}
