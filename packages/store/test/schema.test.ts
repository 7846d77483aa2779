import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { ENGINES, insertModules, later, NOW, openTestStore } from '@mirrorwatch/testing/store/databases'
import { sql } from 'kysely'
import type { Store } from '../src/connect/connect.ts'

for (const { kind, skip } of ENGINES) {
  suite(`the schema on ${kind}`, { skip }, async () => {
    const { store, drop } = await openTestStore(kind)
    after(drop)

    test('explains every table, view and column', async () => {
      const { rows } = await sql<{ name: string }>`
        select c.relname || coalesce('.' || a.attname, '') as name
        from pg_class c
        left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v') and c.relname not like 'kysely%'
          and (coalesce(obj_description(c.oid), '') = '' or coalesce(col_description(c.oid, a.attnum), '') = '')`.execute(
        store.db,
      )
      assert.deepEqual(rows, [])
    })

    test('lists a version that drifted once, with its most severe finding and the difference', async () => {
      const [id = 0] = await insertModules(store, 'a.com/a')
      await insertDrift(store, id, 'b.com/b', 'medium', ['tag-moved', 'cache-differs-harmless'])
      const severe = await insertDrift(store, id, 'c.com/c', 'critical', ['tag-moved', 'cache-differs'])
      const drift = await sql<object>`
        select module, version, finding, severity, evidence, first_seen_at from tag_drift`.execute(store.db)
      assert.deepEqual(drift.rows, [
        {
          module: 'a.com/a',
          version: 'v1.0.0',
          finding: severe,
          severity: 'critical',
          evidence: { rule: 'cache-differs' },
          first_seen_at: NOW,
        },
      ])
    })
  })
}

async function insertDrift(
  { db }: Store,
  moduleId: number,
  target: string,
  severity: 'medium' | 'critical',
  rules: string[],
): Promise<number> {
  const times = { first_seen_at: NOW, last_seen_at: NOW }
  const finding = { module_id: moduleId, target, severity, summary: '', changed_at: NOW, ...times }
  const { id } = await db.insertInto('finding').values(finding).returning('id').executeTakeFirstOrThrow()
  for (const [at, rule] of rules.entries()) {
    const evidence = JSON.stringify({ rule })
    const seen = { first_seen_at: later(at), last_seen_at: later(at) }
    await db
      .insertInto('signal')
      .values({ finding_id: id, rule, version: 'v1.0.0', evidence, ...seen })
      .execute()
  }
  return id
}
