import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { suite, test } from 'node:test'
import { ENGINES, openTestStore } from '@mirrorwatch/testing/store/databases'
import { sql } from 'kysely'

const text = readFileSync(path.join(import.meta.dirname, '../../docs/findings.md'), 'utf8')
const queries = [...text.matchAll(/^(.+):\n\n```sql\n(select [^`]+)```/gm)].map((m) => ({
  asks: m[1] ?? '',
  query: m[2] ?? '',
}))

test('the documentation has a dozen queries', () => {
  assert.ok(queries.length >= 12, `${queries.length} queries`)
})

for (const { kind, skip } of ENGINES) {
  suite(`the read-only role, on ${kind}`, { skip }, () => {
    test('runs every query of the documentation, and can write nothing', async () => {
      const { store, close } = await openReader(kind)
      try {
        for (const { asks, query } of queries) {
          await asReader(store, async (trx) => {
            await assert.doesNotReject(sql.raw(query).execute(trx), asks)
          })
        }
        for (const statement of WRITES) {
          await asReader(store, async (trx) => {
            await assert.rejects(
              sql.raw(statement).execute(trx),
              /permission denied|must be owner/,
              statement,
            )
          }).catch(ignoreAborted)
        }
      } finally {
        await close()
      }
    })
  })
}

const WRITES = [
  `insert into target (path, dependents, source, added_at, updated_at) values ('a.b/c', 1, 'x', now(), now())`,
  `update finding set status = 'dismissed'`,
  'delete from module',
  'truncate signal cascade',
  'drop table finding cascade',
  'create table mine (id int)',
]

type TestStore = Awaited<ReturnType<typeof openTestStore>>
type Db = TestStore['store']['db']

async function openReader(
  kind: Parameters<typeof openTestStore>[0],
): Promise<{ store: TestStore['store']; close: () => Promise<void> }> {
  const opened = await openTestStore(kind)
  return { store: opened.store, close: opened.drop }
}

/** Runs `work` as the reader, in a transaction that is then rolled back by the end of it. */
async function asReader({ db }: { db: Db }, work: (trx: Db) => Promise<void>): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`set local role mirrorwatch_reader`.execute(trx)
    await work(trx)
  })
}

/** A transaction in which a statement was refused cannot be committed; that is the point. */
function ignoreAborted(error: unknown): void {
  if (!/abort|roll/i.test(String(error))) throw error
}
