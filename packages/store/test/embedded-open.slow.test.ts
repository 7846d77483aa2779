import assert from 'node:assert/strict'
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, suite, test } from 'node:test'
import { insertModules, temporaryFolder } from '@mirrorwatch/testing/store/databases'
import { Client } from 'pg'
import { openStore } from '../src/connect/connect.ts'
import { embeddedLocation } from '../src/embedded/location.ts'
import { tryLock } from '../src/embedded/lock.ts'
import { openEmbedded } from '../src/embedded/open.ts'
import { isStoreError } from '../src/errors.ts'
import { CHECKPOINT_WAL_BYTES } from '../src/limits.ts'
import { startChild } from './children.ts'

/** An empty store, copied for each test: making one takes seconds. */
const empty = temporaryFolder()
let folder: string

before(async () => {
  const store = await openStore({ dataDir: empty })
  await store.close()
})

after(() => {
  rmSync(empty, { recursive: true, force: true })
})

beforeEach(() => {
  folder = temporaryFolder()
})

function copyEmptyStore(to: string): void {
  cpSync(empty, to, { recursive: true })
}

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

suite('the embedded store and its folder', () => {
  test('a second opener joins the running store, in this process and in another', async () => {
    copyEmptyStore(folder)
    await using owner = await openStore({ dataDir: folder })
    await insertModules(owner, 'example.com/a')
    await using joined = await openStore({ dataDir: folder })
    const child = startChild('hold', folder)
    assert.equal(owner.owned, true)
    assert.equal(joined.owned, false)
    assert.equal(await child.line(), '{"owned":false,"count":1}')
    assert.equal(await child.finish(), 0)
    assert.equal((await joined.db.selectFrom('module').selectAll().execute()).length, 1)
  })

  test('only this user can enter the folder, and it says who runs the store', async () => {
    copyEmptyStore(join(folder, 'data'))
    chmodSync(join(folder, 'data'), 0o777)
    await using store = await openStore({ dataDir: join(folder, 'data') })
    assert.equal(statSync(join(folder, 'data')).mode & 0o777, 0o700)
    const owner: unknown = JSON.parse(readFileSync(join(folder, 'data', 'store.json'), 'utf8'))
    assert.equal((owner as { pid: number }).pid, process.pid)
    await store.close()
    assert.throws(() => readFileSync(join(folder, 'data', 'store.json')), { code: 'ENOENT' })
  })

  test('of several processes that find a store whose owner was killed, one takes it and the others join', async () => {
    copyEmptyStore(folder)
    const first = startChild('hold', folder)
    assert.equal(await first.line(), '{"owned":true,"count":0}')
    await first.kill()
    const children = Array.from({ length: 4 }, () => startChild('hold', folder))
    const lines = await Promise.all(children.map((child) => child.line()))
    assert.equal(lines.filter((line) => line === '{"owned":true,"count":0}').length, 1)
    assert.equal(lines.filter((line) => line === '{"owned":false,"count":0}').length, 3)
    await Promise.all(children.map((child) => child.finish()))
  })

  test('the store outlives the command that started it while another uses it', async () => {
    copyEmptyStore(folder)
    const owner = startChild('hold', folder)
    await owner.line()
    await using joined = await openStore({ dataDir: folder })
    let ended = false
    const exit = owner.finish().then((code) => {
      ended = true
      return code
    })
    await new Promise((resolve) => setTimeout(resolve, 500))
    await insertModules(joined, 'example.com/late')
    assert.equal(ended, false)
    await joined.close()
    assert.equal(await exit, 0)
    await using next = await openStore({ dataDir: folder })
    assert.equal(next.owned, true)
    assert.equal((await next.db.selectFrom('module').selectAll().execute()).length, 1)
  })

  test('a command that had joined says so when the owner is gone', async () => {
    copyEmptyStore(folder)
    const owner = startChild('hold', folder)
    await owner.line()
    await using joined = await openStore({ dataDir: folder })
    await owner.kill()
    for (let attempt = 0; attempt < 2; attempt++) {
      await assert.rejects(joined.db.selectFrom('module').selectAll().execute(), (error) => {
        assert.ok(isStoreError(error, 'owner-gone'))
        assert.match(error.message, new RegExp(`process ${owner.pid}, .*has exited.*run this command again`))
        return true
      })
    }
  })

  test('a holder that does not answer is named', async () => {
    const location = embeddedLocation(folder)
    const lock = tryLock(location.lockFile)
    assert.ok(lock !== null)
    writeFileSync(
      location.ownerFile,
      JSON.stringify({ pid: 4242, startedAt: '2026-11-24T20:00:00.000Z', socketFolder: folder }),
    )
    await assert.rejects(openEmbedded(folder, { joinTimeoutMs: 150 }), (error) => {
      assert.ok(isStoreError(error, 'locked'))
      assert.match(error.message, /process 4242/)
      return true
    })
    lock.release()
  })

  test('a path too long for a socket falls back to a private folder that a second opener finds', async () => {
    const dataDir = join(folder, 'd'.repeat(60), 'e'.repeat(60))
    const { socketFolder } = embeddedLocation(dataDir, folder)
    assert.ok(socketFolder.startsWith(join(folder, 'mirrorwatch-')))
    assert.equal(statSync(socketFolder).mode & 0o777, 0o700)
    assert.equal(embeddedLocation(dataDir, folder).socketFolder, socketFolder)

    copyEmptyStore(dataDir)
    const owner = startChild('hold', dataDir)
    assert.equal(await owner.line(), '{"owned":true,"count":0}')
    const { socketFolder: used } = embeddedLocation(dataDir)
    const joined = startChild('hold', dataDir)
    assert.equal(await joined.line(), '{"owned":false,"count":0}')
    await joined.finish()
    await owner.finish()
    rmSync(used, { recursive: true, force: true })
  })

  test('nowhere to put a socket, and a folder that cannot be made, are errors that say what to do', () => {
    const long = join(folder, 'f'.repeat(120))
    assert.throws(() => embeddedLocation(long, long), {
      code: 'data-dir',
      message: /shorter MIRRORWATCH_DATA_DIR/,
    })
    assert.throws(() => embeddedLocation('/proc/x/y'), { code: 'data-dir', message: /MIRRORWATCH_DATA_DIR/ })
    writeFileSync(join(folder, 'file'), '')
    assert.throws(() => embeddedLocation(join(folder, 'file', 'data')), {
      code: 'data-dir',
      message: /MIRRORWATCH_DATA_DIR/,
    })
  })

  test('a folder that holds something else is refused, and nothing in it is touched', async () => {
    mkdirSync(join(folder, 'postgres'))
    writeFileSync(join(folder, 'postgres', 'PG_VERSION'), '9.6\n')
    await assert.rejects(openStore({ dataDir: folder }), (error) => isStoreError(error, 'embedded-failed'))
    assert.equal(readFileSync(join(folder, 'postgres', 'PG_VERSION'), 'utf8'), '9.6\n')
    // The lock is free again.
    const lock = tryLock(embeddedLocation(folder).lockFile)
    assert.ok(lock !== null)
    lock.release()
  })

  test('a transaction left open for too long is cut and everyone else goes on', async () => {
    copyEmptyStore(folder)
    const embedded = await openEmbedded(folder, { idleLimitMs: 200 })
    const forgetful = new Client(embedded.poolConfig)
    const cut = new Promise<Error>((resolve) => forgetful.on('error', resolve))
    await forgetful.connect()
    await forgetful.query('begin')
    const other = new Client(embedded.poolConfig)
    await other.connect()
    assert.deepEqual((await other.query('select 1 as n')).rows, [{ n: 1 }])
    assert.match((await cut).message, /idle-in-transaction/)
    await other.end()
    await embedded.close()
  })

  test('dead rows are cleaned up, tables are analysed, and the log is cut short', async () => {
    copyEmptyStore(folder)
    const troubles: string[] = []
    const embedded = await openEmbedded(folder, {
      housekeepingMs: 50,
      onTrouble: (text) => troubles.push(text),
    })
    const client = new Client(embedded.poolConfig)
    await client.connect()
    await client.query('create table churn (n int, t text)')
    await client.query("insert into churn select n, repeat('x', 1000) from generate_series(1, 45000) n")
    await client.query('insert into churn select * from churn')
    await client.query('delete from churn where n % 3 = 0')
    const state = `
      select n_dead_tup::int as dead, last_vacuum is not null as vacuumed, last_analyze is not null as analysed,
             c.reltuples::int as rows, (pg_current_wal_lsn() - redo_lsn)::float8 as log
      from pg_stat_user_tables s join pg_class c on c.oid = s.relid, pg_control_checkpoint()
      where s.relname = 'churn'`
    for (;;) {
      const { rows } = await client.query<{
        dead: number
        vacuumed: boolean
        analysed: boolean
        rows: number
        log: number
      }>(state)
      const [row] = rows
      assert.ok(row !== undefined)
      if (
        row.dead === 0 &&
        row.vacuumed &&
        row.analysed &&
        row.rows === 60_000 &&
        row.log < CHECKPOINT_WAL_BYTES
      )
        break
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    assert.deepEqual(troubles, [])
    await client.end()
    await embedded.close()
  })
})
