import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { suite, test } from 'node:test'
import { asAdmin, createDatabase, ENGINES, NOW, openTestStore } from '@mirrorwatch/testing/store/databases'
import { sql } from 'kysely'
import { openStore } from '../src/connect/connect.ts'
import { MIGRATIONS, migrate } from '../src/connect/migrate.ts'
import type { Db } from '../src/database.ts'
import type { StoreErrorCode } from '../src/errors.ts'
import { StoreError } from '../src/errors.ts'
import { startChild } from './children.ts'

const skip = ENGINES.find((engine) => engine.kind === 'postgres')?.skip ?? false

async function failure(databaseUrl: string): Promise<StoreError> {
  try {
    const store = await openStore({ databaseUrl, dataDir: '/nonexistent' })
    await store.close()
  } catch (error) {
    assert.ok(error instanceof StoreError, String(error))
    return error
  }
  throw new Error(`${databaseUrl} could be opened`)
}

async function expectFailure(databaseUrl: string, code: StoreErrorCode, message: RegExp): Promise<void> {
  const error = await failure(databaseUrl)
  assert.equal(error.code, code)
  assert.match(error.message, message)
  assert.doesNotMatch(error.message, /hunter2/)
}

suite('a database that cannot be used', () => {
  test('is not a Postgres URL', async () => {
    await expectFailure('mysql://root:hunter2@localhost/x', 'invalid-url', /postgres:\/\/user:password@host/)
    await expectFailure('not a url', 'invalid-url', /DATABASE_URL/)
  })

  test('is not there', async () => {
    await expectFailure(
      'postgres://me:hunter2@127.0.0.1:1/x',
      'unreachable',
      /me@127.0.0.1:1\/x: nothing listens/,
    )
    await expectFailure('postgres://me:hunter2@nowhere.invalid/x', 'unreachable', /host name is unknown/)
  })

  test('is not Postgres', async () => {
    const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const error = await failure(`postgres://me:hunter2@127.0.0.1:${port}/x`)
    server.close()
    assert.equal(error.code, 'connection-lost')
  })

  test('has no TLS where sslmode asks for it', async () => {
    // The answer to SSLRequest: PostgreSQL documentation, "SSL Session Encryption".
    const server = createServer((socket) => {
      socket.once('data', () => socket.write('N'))
      socket.on('error', () => undefined)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const url = `postgres://me:hunter2@127.0.0.1:${port}/x?sslmode=require`
    await expectFailure(url, 'refused', /No TLS connection to Postgres[^]*change sslmode in DATABASE_URL/)
    server.close()
  })

  test('refuses the user or has no such database', { skip }, async () => {
    const url = new URL(process.env['DATABASE_URL'] ?? 'postgres://127.0.0.1')
    url.pathname = '/no_such_database_here'
    await expectFailure(url.href, 'refused', /no_such_database_here/)
    url.username = 'nobody_by_this_name'
    url.password = 'hunter2'
    await expectFailure(url.href, 'refused', /nobody_by_this_name/)
  })
})

suite('a Postgres database', { skip }, () => {
  test('is set up once by several processes that start together', async () => {
    const database = await createDatabase()
    const children = Array.from({ length: 4 }, () => startChild('migrate', database.url))
    const codes = await Promise.all(children.map((child) => child.finish()))
    assert.deepEqual(codes, [0, 0, 0, 0])
    await database.drop()
  })

  test('that a newer release has set up is left alone', async () => {
    const database = await createDatabase()
    await using store = await openStore({ databaseUrl: database.url, dataDir: '/nonexistent' })
    await sql`insert into kysely_migration (name, timestamp) values ('9999_future', '')`.execute(store.db)
    await store.close()
    await expectFailure(database.url, 'unsupported', /newer mirrorwatch \(9999_future\)/)
    await database.drop()
  })

  test('that is up to date can be opened by a role that may not create tables', async () => {
    const database = await createDatabase()
    const role = `mirrorwatch_test_${process.pid}`
    await using first = await openStore({ databaseUrl: database.url, dataDir: '/nonexistent' })
    await first.close()
    await asAdmin(database.url, `create role ${role} login password 'hunter2'`)
    await asAdmin(database.url, `grant select on all tables in schema public to ${role}`)
    const url = new URL(database.url)
    url.username = role
    url.password = 'hunter2'
    const store = await openStore({ databaseUrl: url.href, dataDir: '/nonexistent' })
    assert.equal(store.where.includes('hunter2'), false)
    assert.deepEqual(await store.db.selectFrom('target').selectAll().execute(), [])
    await assert.rejects(
      store.db
        .insertInto('target')
        .values({ path: 'a', dependents: 1, source: 'x', added_at: NOW, updated_at: NOW })
        .execute(),
      { code: 'refused' },
    )
    await store.close()
    await database.drop()
    await asAdmin(process.env['DATABASE_URL'] ?? '', `drop role ${role}`)
  })

  test('that cannot be set up for lack of rights says so and stays empty', async () => {
    const database = await createDatabase()
    const role = `mirrorwatch_poor_${process.pid}`
    await asAdmin(database.url, `create role ${role} login`)
    const url = new URL(database.url)
    url.username = role
    const error = await failure(url.href)
    assert.ok(['migration-failed', 'refused'].includes(error.code), error.code)
    await database.drop()
    await asAdmin(process.env['DATABASE_URL'] ?? '', `drop role ${role}`)
  })

  test('of an older release tells a role that may not upgrade it what to do', async () => {
    const database = await createDatabase()
    await using owner = await openStore({ databaseUrl: database.url, dataDir: '/nonexistent' })
    await owner.close()
    const role = `mirrorwatch_old_${process.pid}`
    await asAdmin(database.url, `create role ${role} login`)
    await asAdmin(database.url, `grant all on all tables in schema public to ${role}`)
    await asAdmin(database.url, `grant create on schema public to ${role}`)
    const url = new URL(database.url)
    url.username = role
    await using store = await openStore({ databaseUrl: url.href, dataDir: '/nonexistent' })
    const newer = {
      ...MIGRATIONS,
      '0002_newer': { up: (db: Db) => db.schema.alterTable('module').addColumn('x', 'text').execute() },
    }
    await assert.rejects(migrate(store.db, store.where, newer), {
      code: 'migration-failed',
      message: /migration 0002_newer.*must be owner.*Run "mirrorwatch migrate"/,
    })
    await store.close()
    await database.drop()
    await asAdmin(process.env['DATABASE_URL'] ?? '', `drop role ${role}`)
  })

  test('whose connections break is reconnected to', async () => {
    const database = await createDatabase()
    await using store = await openStore({ databaseUrl: database.url, dataDir: '/nonexistent' })
    await assert.rejects(sql`select pg_terminate_backend(pg_backend_pid())`.execute(store.db), {
      code: 'connection-lost',
    })
    assert.deepEqual((await sql`select 1 as n`.execute(store.db)).rows, [{ n: 1 }])
    await store.close()
    await database.drop()
  })
})

for (const { kind, skip } of ENGINES) {
  suite(`values on ${kind}`, { skip }, () => {
    test('look the same on every engine', async () => {
      const test = await openTestStore(kind)
      const { rows } = await sql`
        select 5::int8 as i, array[1, 2]::int8[] as list, '{"a": [1, null]}'::jsonb as json, '\\x01ff'::bytea as bytes,
               '2019-04-10 19:08:52.997264+00'::timestamptz as at, 'infinity'::timestamptz as never, true as yes,
               null::text as nothing, 1.5::float8 as ratio`.execute(test.store.db)
      await test.drop()
      assert.deepEqual(rows, [
        {
          i: 5,
          list: [1, 2],
          json: { a: [1, null] },
          bytes: Buffer.from([1, 255]),
          at: '2019-04-10T19:08:52.997264Z',
          never: 'infinity',
          yes: true,
          nothing: null,
          ratio: 1.5,
        },
      ])
    })

    test('a failed statement is an error of SQL, and the connection goes on', async () => {
      const test = await openTestStore(kind)
      await assert.rejects(sql`select nothing`.execute(test.store.db), { code: '42703' })
      await assert.rejects(
        test.tx(async (trx) => {
          await sql`select 1/0`.execute(trx)
        }),
        { code: '22012' },
      )
      assert.deepEqual((await sql`select 1 as n`.execute(test.store.db)).rows, [{ n: 1 }])
      await test.drop()
    })
  })
}
