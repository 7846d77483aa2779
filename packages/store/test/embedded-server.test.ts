import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { PGlite, protocol } from '@electric-sql/pglite'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import { temporaryFolder } from '@mirrorwatch/testing/store/databases'
import { Client, Pool } from 'pg'
import type { EmbeddedServer } from '../src/embedded/server.ts'
import { createEmbeddedServer } from '../src/embedded/server.ts'

const { serialize } = protocol
const folder = temporaryFolder()
const IDLE_LIMIT_MS = 300

/** A connection that speaks the wire protocol by hand. */
interface RawConnection {
  send(...messages: Uint8Array[]): void
  /** Resolves with everything received once it contains `text`. */
  until(text: string): Promise<string>
  socket: Socket
}

async function rawConnection(socketPath: string): Promise<RawConnection> {
  const socket = connect(socketPath)
  let received = ''
  let check = (): void => undefined
  socket.on('data', (data) => {
    received += data.toString('latin1')
    check()
  })
  const until = (text: string): Promise<string> =>
    new Promise((resolve) => {
      check = () => {
        if (!received.includes(text)) return
        const found = received
        received = ''
        check = () => undefined
        resolve(found)
      }
      check()
    })
  const send = (...messages: Uint8Array[]): void => {
    socket.write(Buffer.concat(messages))
  }
  send(serialize.startup({ user: 'postgres', database: 'postgres' }))
  await until('Z\0\0\0\x05I')
  return { send, until, socket }
}

/** Parse on one connection, Parse of `second` on another, then Bind, Execute and Sync on the first. */
async function interleave(socketPath: string, second: string): Promise<string> {
  const one = await rawConnection(socketPath)
  const two = await rawConnection(socketPath)
  one.send(serialize.parse({ text: 'select $1::int + 40 as answer' }), serialize.flush())
  await one.until('1\0\0\0\x04')
  two.send(serialize.parse({ text: second }))
  // The second connection's message must have been taken before the first one goes on.
  await new Promise((resolve) => setTimeout(resolve, 100))
  one.send(serialize.bind({ values: ['2'] }), serialize.execute({}), serialize.sync())
  const answer = await one.until('Z\0\0\0\x05')
  one.socket.destroy()
  two.socket.destroy()
  return answer
}

const TWO_PARAMETERS = 'select $1::int, $2::int'
const ONE_PARAMETER = 'select $1::int + 1000'

let db: PGlite

before(async () => {
  db = await PGlite.create()
})

after(async () => {
  await db.close()
  rmSync(folder, { recursive: true })
})

// These show why there is a turn-keeping queue of our own. The day one of them fails, the library's will do.
suite("what the library's own socket server does", () => {
  test('it mixes the messages of two connections', async () => {
    const path = join(folder, 'stock.sock')
    const server = new PGLiteSocketServer({ db, path, maxConnections: 10 })
    await server.start()
    const refused = await interleave(path, TWO_PARAMETERS)
    const wrong = await interleave(path, ONE_PARAMETER)
    await server.stop()
    assert.match(refused, /bind message supplies 1 parameters, but prepared statement "" requires 2/)
    // Worse, with statements that look alike: the other one's answer to 2 + 40.
    assert.match(wrong, /1002/)
  })

  test('after one message that fails in the engine it never answers again', async () => {
    const path = join(folder, 'wedged.sock')
    let calls = 0
    const failing = {
      waitReady: Promise.resolve(),
      isInTransaction: () => false,
      runExclusive: <T>(work: () => Promise<T>) => work(),
      execProtocolRawStream: () => (++calls === 1 ? Promise.reject(new Error('once')) : Promise.resolve()),
    } as unknown as PGlite
    const server = new PGLiteSocketServer({ db: failing, path, maxConnections: 10 })
    await server.start()
    for (const expected of [1, 1]) {
      const socket = connect(path)
      socket.on('error', () => undefined)
      socket.write(serialize.query('select 1'))
      await new Promise((resolve) => setTimeout(resolve, 100))
      assert.equal(calls, expected)
      socket.destroy()
    }
    await server.stop()
  })
})

suite('the embedded server', () => {
  const path = join(folder, '.s.PGSQL.5432')
  const connection = { host: folder, port: 5432, user: 'postgres', database: 'postgres' }
  const broken: Error[] = []
  let server: EmbeddedServer
  let pool: Pool

  before(async () => {
    server = createEmbeddedServer({
      execute: (message, onRawData) =>
        db.runExclusive(() => db.execProtocolRawStream(message, { onRawData })),
      maxConnections: 12,
      idleLimitMs: IDLE_LIMIT_MS,
      onBroken: (error) => broken.push(error),
    })
    await server.listen(path)
    pool = new Pool({ ...connection, max: 8 })
    pool.on('error', () => undefined)
    await pool.query('create table t (id int primary key, v int)')
  })

  after(async () => {
    await pool.end()
    await server.close(1000)
    assert.deepEqual(broken, [])
  })

  test('it keeps the messages of two connections apart', async () => {
    for (const second of [TWO_PARAMETERS, ONE_PARAMETER]) {
      const answer = await interleave(path, second)
      assert.match(answer, /42/)
      assert.doesNotMatch(answer, /ERROR|1002/)
    }
  })

  test('many connections at once get their own answers, in and out of transactions, with errors in between', async () => {
    await Promise.all(Array.from({ length: 16 }, (_, worker) => work(worker)))

    async function work(worker: number): Promise<void> {
      for (let round = 0; round < 30; round++) {
        const values = Array.from({ length: (worker % 7) + 1 }, (_, at) => worker * 1000 + round + at)
        const columns = values.map((_, at) => `$${at + 1}::int as c${at}`).join(', ')
        const { rows } = await pool.query<Record<string, number>>(`select ${columns}`, values)
        assert.deepEqual(Object.values(rows[0] ?? {}), values)
        if (round % 5 === 1) await assert.rejects(pool.query('select $1::int / 0', [1]), /division by zero/)
        if (round % 5 === 2) await transaction(worker, round)
      }
    }

    async function transaction(worker: number, round: number): Promise<void> {
      const client = await pool.connect()
      await client.query('begin')
      await client.query('insert into t values ($1, $2)', [worker * 1000 + round, worker])
      if (round % 2 === 0) await assert.rejects(client.query('select nothing'), /does not exist/)
      await client.query(round % 2 === 0 ? 'rollback' : 'commit')
      client.release()
    }

    const { rows } = await pool.query<{ n: number }>('select count(*)::int as n from t')
    assert.equal(rows[0]?.n, 16 * 3)
  })

  test('a client that vanishes in a transaction leaves nothing behind', async () => {
    const gone = await rawConnection(path)
    gone.send(serialize.query('begin; insert into t values (-1, -1)'))
    await gone.until('Z\0\0\0\x05T')
    const waiting = pool.query('select count(*)::int as n from t where id = -1')
    gone.socket.destroy()
    assert.deepEqual((await waiting).rows, [{ n: 0 }])
  })

  test('a client that vanishes in the middle of a sequence leaves nothing behind', async () => {
    const gone = await rawConnection(path)
    gone.send(serialize.parse({ text: 'select $1::int' }), serialize.flush())
    await gone.until('1\0\0\0\x04')
    gone.send(serialize.bind({ values: ['not a number'] }))
    gone.socket.destroy()
    assert.deepEqual((await pool.query('select $1::int as n', [5])).rows, [{ n: 5 }])
  })

  test('a transaction that idles too long is cut, and the client told', async () => {
    const client = new Client(connection)
    const cut = new Promise<Error>((resolve) => client.on('error', resolve))
    await client.connect()
    await client.query('begin')
    await client.query('insert into t values (-2, -2)')
    const waiting = pool.query('select count(*)::int as n from t where id = -2')
    assert.match((await cut).message, /idle-in-transaction timeout/)
    assert.deepEqual((await waiting).rows, [{ n: 0 }])
  })

  test('a notification reaches connections that are idle', async () => {
    const listener = new Client(connection)
    await listener.connect()
    await listener.query('listen news')
    const heard = new Promise((resolve) => listener.on('notification', resolve))
    await pool.query("notify news, 'here'")
    assert.equal(((await heard) as { payload: string }).payload, 'here')
    await listener.end()
  })

  test('startup parameters of one connection do not change the session of all', async () => {
    const before = await pool.query('show search_path')
    const client = new Client({ ...connection, options: '-c search_path=elsewhere -c work_mem=1MB' })
    await client.connect()
    await client.query('select 1')
    await client.end()
    assert.deepEqual((await pool.query('show search_path')).rows, before.rows)
  })

  test('a COPY from the client is refused, in and out of transactions, and the session goes on', async () => {
    const client = new Client(connection)
    await client.connect()
    await client.query('create table target_of_copy (n int)')
    const refused = { code: '0A000', message: /COPY FROM STDIN does not work/ }
    await assert.rejects(client.query('copy target_of_copy from stdin'), refused)
    await assert.rejects(
      client.query('select 1; COPY target_of_copy (n)\n FROM  STDIN with (format csv)'),
      refused,
    )
    await assert.rejects(
      client.query({ text: 'copy target_of_copy from stdin', values: [], name: 'copy' }),
      refused,
    )
    await client.query('begin')
    await assert.rejects(client.query('copy target_of_copy from stdin'), refused)
    await assert.rejects(client.query('select 1'), { code: '25P02' })
    await client.query('rollback')
    assert.deepEqual((await client.query("select 'copy t from stdin' as text")).rows, [
      { text: 'copy t from stdin' },
    ])
    await client.end()
  })

  test('one connection too many is refused with a reason', async () => {
    const clients = Array.from({ length: 12 }, () => new Client(connection))
    const results = await Promise.allSettled(clients.map((client) => client.connect()))
    const refused = results.filter((result) => result.status === 'rejected')
    assert.ok(refused.length > 0)
    assert.match(String(refused[0]?.reason), /too many connections/)
    await Promise.allSettled(clients.map((client) => client.end()))
    assert.deepEqual((await pool.query('select 1 as n')).rows, [{ n: 1 }])
  })
})
