import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import type { AddressInfo, Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import { after, before, suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openQueue } from '@mirrorwatch/pipeline/work/queue/queue'
import type { QueueConfig } from '@mirrorwatch/pipeline/work/queue/types'
import { onPath } from '@mirrorwatch/testing/services'
import { asAdmin, createDatabase, openTestStore, temporaryFolder } from '@mirrorwatch/testing/store/databases'

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

suite('a Redis that cannot be used', () => {
  test('is an error at once, without the password', async () => {
    await assert.rejects(openQueue({ kind: 'redis', url: 'redis://:hunter2@127.0.0.1:1' }), (error) => {
      assert.ok(error instanceof Error && 'code' in error && error.code === 'upstream')
      assert.match(error.message, /Redis at 127\.0\.0\.1:1: .*ECONNREFUSED/)
      assert.doesNotMatch(error.message, /hunter2/)
      return true
    })
    await assert.rejects(openQueue({ kind: 'redis', url: 'http://localhost' }), { code: 'bad-config' })
    await assert.rejects(openQueue({ kind: 'redis', url: 'localhost:6379' }), { code: 'bad-config' })
  })

  test('is something else that answers', async () => {
    const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await assert.rejects(openQueue({ kind: 'redis', url: `redis://127.0.0.1:${port}` }), { code: 'upstream' })
    server.close()
  })

  test('takes the connection and never answers', { timeout: 30_000 }, async () => {
    // Read, or it would never see that the other side has gone, and keep the process alive.
    const server = createServer((socket) => void socket.on('error', () => undefined).resume())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await assert.rejects(openQueue({ kind: 'redis', url: `redis://127.0.0.1:${port}` }), {
      code: 'upstream',
      message: /no answer/,
    })
    server.close()
  })
})

const noRedis = onPath('redis-server') ? false : 'there is no redis-server on the PATH'

suite('a Redis that goes away', { skip: noRedis }, () => {
  const folder = temporaryFolder()
  let port: number
  let redis: ChildProcess

  async function startRedis(): Promise<void> {
    const parameters = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder]
    redis = spawn('redis-server', parameters, { stdio: 'ignore' })
    while (!(await command('PING')).includes('PONG')) await sleep(20)
  }

  /** One command in Redis' inline form. */
  function command(text: string): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(`${text}\r\n`))
      socket.once('data', (data) => {
        socket.destroy()
        resolve(data.toString())
      })
      socket.once('error', () => resolve(''))
    })
  }

  async function stopRedis(): Promise<void> {
    const exited = once(redis, 'exit')
    redis.kill('SIGKILL')
    await exited
  }

  before(async () => {
    port = await freePort()
    await startRedis()
  })
  after(async () => {
    await stopRedis()
    rmSync(folder, { recursive: true })
  })

  test('is waited for by workers, is an error for who adds, and is used again when it is back', async () => {
    const errors: Error[] = []
    const queue = await openQueue(
      { kind: 'redis', url: `redis://127.0.0.1:${port}` },
      { onError: (error) => errors.push(error) },
    )
    const ran: unknown[] = []
    let seen = Promise.withResolvers<void>()
    await queue.work(
      'outage',
      (job) => {
        ran.push(job.data)
        seen.resolve()
        return Promise.resolve()
      },
      { concurrency: 2 },
    )
    await queue.add('outage', [{ name: 'look', data: 1, dedupId: 'a' }])
    await seen.promise

    await stopRedis()
    await assert.rejects(queue.add('outage', [{ name: 'look', data: 2, dedupId: 'b' }]), { code: 'upstream' })
    await assert.rejects(queue.counts('outage'), { code: 'upstream' })
    assert.ok(errors.length > 0)

    await startRedis()
    seen = Promise.withResolvers<void>()
    await addUntilTaken()
    await seen.promise
    assert.deepEqual(ran, [1, 3])

    await command('FLUSHALL')
    assert.deepEqual(await queue.counts('outage'), { outage: { waiting: 0, delayed: 0, active: 0 } })
    seen = Promise.withResolvers<void>()
    await queue.add('outage', [{ name: 'look', data: 4, dedupId: 'a' }])
    await seen.promise
    await queue.close()
    assert.deepEqual(ran, [1, 3, 4])

    async function addUntilTaken(): Promise<void> {
      for (;;) {
        try {
          await queue.add('outage', [{ name: 'look', data: 3, dedupId: 'c' }])
          return
        } catch {
          // Not reconnected yet; the sweep would ask again too.
          await sleep(50)
        }
      }
    }
  })

  test('does not keep the queue from closing', async () => {
    const queue = await openQueue({ kind: 'redis', url: `redis://127.0.0.1:${port}` })
    await queue.work('closing', () => Promise.resolve(), { concurrency: 1 })
    await stopRedis()
    await queue.close({ deadlineMs: 100 })
    await startRedis()
  })
})

/** Stands between a client and the server of `databaseUrl`, and can be taken away or fall silent. */
function createProxy(databaseUrl: string) {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  let port = 0
  const server = createServer((client) => {
    const upstream = connect(Number(target.port || 5432), target.hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => sockets.delete(socket))
    }
    client.pipe(upstream)
    upstream.pipe(client)
  })
  return {
    url(): string {
      const url = new URL(databaseUrl)
      url.host = `127.0.0.1:${port}`
      return url.href
    },
    async start(): Promise<void> {
      await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
      port = (server.address() as AddressInfo).port
    },
    silence(): void {
      for (const socket of sockets) socket.unpipe()
    },
    async stop(): Promise<void> {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

const noPostgres = process.env['DATABASE_URL'] === undefined ? 'DATABASE_URL is not set' : false

suite('a Postgres queue', { skip: noPostgres }, () => {
  test('whose connections are cut is used again', async () => {
    const database = await createDatabase()
    const queue = await openQueue({ kind: 'postgres', poolConfig: { connectionString: database.url } })
    const seen = Promise.withResolvers<void>()
    await queue.work(
      'cut',
      () => {
        seen.resolve()
        return Promise.resolve()
      },
      { concurrency: 1 },
    )
    await asAdmin(
      database.url,
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    )
    for (;;) {
      try {
        await queue.add('cut', [{ name: 'look', data: null, dedupId: 'a' }])
        break
      } catch {
        // The pool has not noticed every cut connection yet.
        await sleep(20)
      }
    }
    await seen.promise
    await queue.close({ deadlineMs: 1_000 })
    await database.drop()
  })

  test('that stops answering does not keep the queue from closing', async () => {
    const database = await createDatabase()
    const proxy = createProxy(database.url)
    await proxy.start()
    const errors: Error[] = []
    const queue = await openQueue(
      { kind: 'postgres', poolConfig: { connectionString: proxy.url() } },
      { onError: (error) => errors.push(error) },
    )
    await queue.work('silent', () => Promise.resolve(), { concurrency: 1 })
    proxy.silence()
    const adding = assert.rejects(queue.add('silent', [{ name: 'look', data: 1, dedupId: 'a' }]), {
      code: 'upstream',
      message: /closed/,
    })
    await queue.close({ deadlineMs: 50 })
    await adding
    await assert.rejects(queue.counts('silent'), { code: 'upstream' })
    await proxy.stop()
    await database.drop()
    assert.deepEqual(errors, [])
  })

  test('that is away when a queue is first used is used when it is back', async () => {
    const database = await createDatabase()
    const proxy = createProxy(database.url)
    await proxy.start()
    const queue = await openQueue({ kind: 'postgres', poolConfig: { connectionString: proxy.url() } })
    await proxy.stop()
    await assert.rejects(queue.add('first', [{ name: 'look', data: 1, dedupId: 'a' }]), { code: 'upstream' })
    await proxy.start()
    await queue.add('first', [{ name: 'look', data: 1, dedupId: 'a' }])
    assert.equal((await queue.counts('first'))['first']?.waiting, 1)
    await queue.close()
    await proxy.stop()
    await database.drop()
  })

  test('that is not there is an error at once', async () => {
    const poolConfig = { connectionString: 'postgres://me:hunter2@127.0.0.1:1/x' }
    await assert.rejects(openQueue({ kind: 'postgres', poolConfig }), (error) => {
      assert.ok(error instanceof Error && 'code' in error && error.code === 'upstream')
      assert.doesNotMatch(error.message, /hunter2/)
      return true
    })
  })
})

suite('an embedded queue', () => {
  test('that is opened afresh forgets what a killed process was doing', async () => {
    const { store, drop } = await openTestStore('embedded')
    const config: QueueConfig = { kind: 'embedded', poolConfig: store.poolConfig }
    const before = await openQueue(config)
    await before.add('left', [{ name: 'look', data: 1, dedupId: 'a' }])
    const script = new URL('./children/hanging-worker.ts', import.meta.url).pathname
    const child = spawn(process.execPath, [script, JSON.stringify(config), 'left', '60000'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
    assert.equal((await before.counts('left'))['left']?.active, 1)
    await before.close()

    const queue = await openQueue({ ...config, fresh: true })
    assert.deepEqual(await queue.counts('left'), { left: { waiting: 0, delayed: 0, active: 0 } })
    const ran = Promise.withResolvers<void>()
    await queue.work(
      'left',
      () => {
        ran.resolve()
        return Promise.resolve()
      },
      { concurrency: 1 },
    )
    await queue.add('left', [{ name: 'look', data: 1, dedupId: 'a' }])
    await ran.promise
    await queue.close()
    await drop()
  })
})
