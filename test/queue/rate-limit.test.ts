import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { suite, test } from 'node:test'
import { createDatabase } from '@mirrorwatch/testing/store/databases'

const WORKERS = 4
const LIMIT = 20
const databaseUrl = process.env['DATABASE_URL']
const noPostgres = databaseUrl === undefined ? 'DATABASE_URL is not set' : false
const noRedis = process.env['REDIS_URL'] === undefined ? 'REDIS_URL is not set' : noPostgres

suite('four workers and one host', { concurrency: true, timeout: 60_000 }, () => {
  test('keep its limit and its Retry-After of 5 seconds, on Redis', { skip: noRedis }, async () => {
    await checkLimit({ REDIS_URL: process.env['REDIS_URL'] ?? '' }, 5_000, () => '5')
  })

  test('keep its limit and its Retry-After of a date, on Postgres', { skip: noPostgres }, async () => {
    // A date has whole seconds, so that a date three seconds ahead asks for more than two.
    await checkLimit({}, 2_000, () => new Date(Date.now() + 3_000).toUTCString())
  })
})

async function checkLimit(
  env: Record<string, string>,
  pauseMs: number,
  retryAfter: () => string,
): Promise<void> {
  await using server = await startCountingServer()
  const database = await createDatabase()
  const folder = await mkdtemp(path.join(tmpdir(), 'mirrorwatch-limit-'))
  const workers = Array.from({ length: WORKERS }, (_, number) =>
    startWorker(server.url, `worker-${number}`, {
      ...env,
      DATABASE_URL: database.url,
      MIRRORWATCH_DATA_DIR: path.join(folder, String(number)),
      MIRRORWATCH_REQUESTS_PER_SECOND: String(LIMIT),
      MIRRORWATCH_ALLOW_PRIVATE_HOSTS: '127.0.0.1',
    }),
  )
  try {
    await Promise.all(workers.map(({ ready }) => ready))
    for (const { child } of workers) child.stdin?.write('go\n')
    // More than a second at full pace, and more than one at half of it.
    await server.until((arrivals) => arrivals.length > 1.5 * LIMIT)
    const refusedAt = await server.refuseNext(429, retryAfter)
    await server.until((arrivals) => {
      const late = arrivals.filter(({ at }) => at >= refusedAt + pauseMs)
      return late.length > LIMIT / 2 + 2 && new Set(late.map(({ who }) => who)).size === WORKERS
    })
    await Promise.all(workers.map(({ child, ended }) => (child.stdin?.write('stop\n'), ended)))
    checkArrivals(server.arrivals, refusedAt, pauseMs)
  } finally {
    for (const { child } of workers) child.kill('SIGKILL')
    await Promise.all(workers.map(({ ended }) => ended))
    await database.drop()
    await rm(folder, { recursive: true, force: true })
  }
}

interface Arrival {
  at: number
  who: string
}

function checkArrivals(arrivals: readonly Arrival[], refusedAt: number, pauseMs: number): void {
  assert.ok(mostPerSecond(arrivals) <= LIMIT, `${mostPerSecond(arrivals)} requests in one second`)
  const before = arrivals.filter(({ at }) => at <= refusedAt)
  assert.ok(before.length > LIMIT / 2, `the limit is used: ${before.length} requests before the refusal`)
  const during = arrivals.filter(({ at }) => at > refusedAt && at < refusedAt + pauseMs)
  // Requests already sent when the refusal came: at most one from each other worker.
  assert.ok(during.length < WORKERS, `${during.length} requests in the pause`)
  assert.deepEqual(
    during.filter(({ at }) => at > refusedAt + 500),
    [],
  )
  const after = arrivals.filter(({ at }) => at >= refusedAt + pauseMs)
  assert.equal(new Set(after.map(({ who }) => who)).size, WORKERS, 'all workers go on after the pause')
  assert.ok(mostPerSecond(after) <= LIMIT / 2, `${mostPerSecond(after)} in a second after a complaint`)
}

/** The most arrivals in any second, wherever it begins. */
function mostPerSecond(arrivals: readonly Arrival[]): number {
  return Math.max(
    0,
    ...arrivals.map(({ at }, first) => arrivals.slice(first).filter((next) => next.at < at + 1000).length),
  )
}

async function startCountingServer() {
  const arrivals: Arrival[] = []
  let refuse: ((response: ServerResponse) => void) | null = null
  const server = createServer((request, response) => {
    arrivals.push({ at: performance.now(), who: request.url?.split('?')[1] ?? '' })
    if (refuse === null) response.end('fine')
    else refuse(response)
    refuse = null
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    arrivals,
    async until(enough: (arrivals: readonly Arrival[]) => boolean): Promise<void> {
      while (!enough(arrivals)) await once(server, 'request')
    },
    /** Resolves with the time at which the next request was refused. */
    refuseNext: (status: number, retryAfter: () => string) =>
      new Promise<number>((resolve) => {
        refuse = (response) => {
          response.writeHead(status, { 'retry-after': retryAfter() }).end()
          resolve(performance.now())
        }
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function startWorker(
  url: string,
  name: string,
  env: Record<string, string>,
): { child: ChildProcess; ready: Promise<unknown>; ended: Promise<unknown> } {
  const script = path.join(import.meta.dirname, 'children/limited-client.ts')
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [script, url, name], {
    env: { PATH, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const failed = ended.then(() => Promise.reject(new Error(`${name} ended before it was ready`)))
  failed.catch(() => undefined)
  return { child, ready: Promise.race([once(child.stdout, 'data'), failed]), ended }
}
