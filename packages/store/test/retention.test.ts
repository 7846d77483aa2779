import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { ENGINES, insertModules, openTestStore, type TestStore } from '@mirrorwatch/testing/store/databases'
import { sql } from 'kysely'
import type { RetentionPlace, RetentionStepper } from '../src/tables/retention.ts'
import { deleteOldComparisons, deleteOldInspections } from '../src/tables/retention.ts'

const BEFORE = '2026-01-01T00:00:00Z'
const OLD = '2025-06-01T00:00:00Z'
const YOUNG = '2026-06-01T00:00:00Z'

for (const { kind, skip } of ENGINES) {
  suite(`old evidence, on ${kind}`, { skip }, () => {
    let it: TestStore
    before(async () => {
      it = await openTestStore(kind)
    })
    after(async () => await it?.drop())

    /** All steps, in the smallest batches that can go wrong. */
    async function deleteAll(stepper: RetentionStepper, limit: number): Promise<number> {
      let place: RetentionPlace | null = null
      let total = 0
      for (;;) {
        const { deleted, next } = await stepper(it.store.db, BEFORE, place, limit)
        total += deleted
        if (next === null) return total
        place = next
      }
    }

    async function inspection(
      moduleId: number,
      version: string,
      seenAt: string,
      reason: string,
    ): Promise<void> {
      await sql`
        insert into inspection (module_id, version, first_seen_at, last_seen_at, verdict, reason, files, notes, observations)
        values (${moduleId}, ${version}, ${seenAt}, ${seenAt}, 'same', ${reason}, '[]', '[]', 'null')`.execute(
        it.store.db,
      )
    }

    async function comparison(moduleId: number, target: string, at: string): Promise<void> {
      await sql`insert into comparison values (${moduleId}, 'v1.0.0', ${target}, 'v1.0.0', '{}', ${at})`.execute(
        it.store.db,
      )
    }

    async function findingOf(moduleId: number): Promise<void> {
      await sql`
        insert into finding (module_id, severity, status, summary, first_seen_at, last_seen_at, changed_at)
        values (${moduleId}, 'info', 'dismissed', '', ${OLD}, ${OLD}, ${OLD})`.execute(it.store.db)
    }

    test('an outcome goes where it is old, replaced, and of a module without a finding', async () => {
      await it.reset()
      const [plain = 0, found = 0] = await insertModules(it.store, 'example.com/plain', 'example.com/found')
      await findingOf(found)
      for (const id of [plain, found]) {
        await inspection(id, 'v1.0.0', OLD, 'replaced twice')
        await inspection(id, 'v1.0.0', OLD, 'replaced')
        await inspection(id, 'v1.0.0', YOUNG, 'latest')
        await inspection(id, 'v1.1.0', OLD, 'old and latest')
        await inspection(id, 'v1.2.0', YOUNG, 'young and replaced')
        await inspection(id, 'v1.2.0', YOUNG, 'latest')
      }
      assert.equal(await deleteAll(deleteOldInspections, 1), 2)
      const { rows } = await sql<{ id: number; reasons: string[] }>`
        select module_id as id, array_agg(reason order by id) as reasons from inspection group by 1 order by 1`.execute(
        it.store.db,
      )
      assert.deepEqual(rows, [
        { id: plain, reasons: ['latest', 'old and latest', 'young and replaced', 'latest'] },
        {
          id: found,
          reasons: ['replaced twice', 'replaced', 'latest', 'old and latest', 'young and replaced', 'latest'],
        },
      ])
    })

    test('a comparison goes where it is old and of a module without a finding', async () => {
      await it.reset()
      const [plain = 0, found = 0] = await insertModules(it.store, 'example.com/plain', 'example.com/found')
      await findingOf(found)
      for (const id of [plain, found]) {
        for (const target of ['a', 'b', 'c']) await comparison(id, `example.com/${target}`, OLD)
        await comparison(id, 'example.com/young', YOUNG)
      }
      assert.equal(await deleteAll(deleteOldComparisons, 2), 3)
      const { rows } = await sql<{ id: number; count: number }>`
        select module_id as id, count(*) as count from comparison group by 1 order by 1`.execute(it.store.db)
      assert.deepEqual(rows, [
        { id: plain, count: 1 },
        { id: found, count: 4 },
      ])
    })

    test('every batch reaches its rows through an index', async () => {
      for (const [table, column] of [
        ['inspection', 'last_seen_at'],
        ['comparison', 'compared_at'],
      ]) {
        const { rows } = await it.store.db.transaction().execute(async (trx) => {
          await sql`set local enable_seqscan = off`.execute(trx)
          return sql<{ 'QUERY PLAN': string }>`explain select * from ${sql.table(table ?? '')}
            where ${sql.ref(column ?? '')} < now() order by ${sql.ref(column ?? '')} limit 10`.execute(trx)
        })
        assert.match(
          rows.map((row) => row['QUERY PLAN']).join('\n'),
          /Index Scan using (inspection_last_seen|comparison_compared)/,
        )
      }
    })
  })
}
