import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { openStore } from '@mirrorwatch/store/connect/connect'
import { asAdmin, createDatabase, insertModules, NOW } from '@mirrorwatch/testing/store/databases'
import { sql } from 'kysely'
import { migrateQueue } from '../../src/work/queue/postgres.ts'
import { openQueue } from '../../src/work/queue/queue.ts'

/** Each of them changes what a statement means or what it answers, or ends it. */
const FOREIGN: Record<string, string> = {
  datestyle: "'German'",
  intervalstyle: "'sql_standard'",
  timezone: "'Asia/Kathmandu'",
  standard_conforming_strings: 'off',
  bytea_output: "'escape'",
  array_nulls: 'off',
  extra_float_digits: '0',
  search_path: 'nothing',
  default_transaction_isolation: "'serializable'",
  default_transaction_read_only: 'on',
  statement_timeout: '1000',
  lock_timeout: '1000',
  idle_in_transaction_session_timeout: '1000',
}

const skip = process.env['DATABASE_URL'] === undefined ? 'DATABASE_URL is not set' : false

suite('a database with other settings', { skip }, () => {
  test('reads, writes and runs jobs like any other', async (t) => {
    const database = await createDatabase()
    t.after(database.drop)
    const name = new URL(database.url).pathname.slice(1)
    for (const [setting, value] of Object.entries(FOREIGN))
      await asAdmin(process.env['DATABASE_URL'] ?? '', `alter database ${name} set ${setting} = ${value}`)
    await using store = await openStore({ databaseUrl: database.url, dataDir: '/nonexistent' })
    await insertModules(store, 'a.com/a\\b')
    const { rows } = await sql`
      select path, first_cached_at as at, '\\x01ff'::bytea as bytes, array['NULL', null] as list, 0.1::float8 + 0.2 as ratio
      from module`.execute(store.db)
    const expected = {
      path: 'a.com/a\\b',
      at: NOW,
      bytes: Buffer.from([1, 255]),
      list: ['NULL', null],
      ratio: 0.1 + 0.2,
    }
    assert.deepEqual(rows, [expected])
    await store.db.transaction().execute((trx) => sql`select pg_sleep(1.2)`.execute(trx))

    await migrateQueue(store.poolConfig)
    await using queue = await openQueue({ kind: 'postgres', poolConfig: store.poolConfig })
    const ran = Promise.withResolvers<unknown>()
    await queue.work('foreign', (job) => Promise.resolve(ran.resolve(job.data)), { concurrency: 1 })
    await queue.add('foreign', [{ name: 'job', data: { path: 'a\\b' }, dedupId: '1' }])
    assert.deepEqual(await ran.promise, { path: 'a\\b' })
  })
})
