import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { coverage } from '@mirrorwatch/store/queries/repositories'
import { prepareStore } from '@mirrorwatch/testing/store/embedded-store'
import { sql } from 'kysely'
import { Registry } from 'prom-client'
import { readConfig } from '../../src/config/config.ts'
import { roundDays } from '../../src/health/round.ts'
import { type HealthServer, serveHealth } from '../../src/health/server.ts'
import { createSnapshot } from '../../src/health/snapshot.ts'
import { countRequests, countSlots } from '../../src/observe/count-upstreams.ts'
import { createHostClass, HOST_CLASSES } from '../../src/observe/host-class.ts'
import { createLogger, logAbout } from '../../src/observe/log.ts'
import { LoopWatch } from '../../src/observe/loop-watch.ts'
import { createMetrics, startJob } from '../../src/observe/metrics.ts'
import { openRuntime, type Runtime } from '../../src/service/runtime.ts'

const LOOPBACK = { host: '127.0.0.1', port: 0 }
const folder = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-operate-'))
const stopping = new AbortController()
let runtime: Runtime
let server: HealthServer

before(async () => {
  await prepareStore(folder)
  const config = readConfig({ MIRRORWATCH_DATA_DIR: folder }, folder)
  runtime = await openRuntime(config, { log: createLogger('silent') })
  server = await serveHealth(runtime, LOOPBACK, stopping.signal)
})

after(async () => {
  await server[Symbol.asyncDispose]()
  await runtime.close(0)
  rmSync(folder, { recursive: true, force: true })
})

async function get(
  route: string,
  from = server,
): Promise<{ status: number; text: string; id: string | null }> {
  const response = await fetch(`${from.url}${route}`)
  return { status: response.status, text: await response.text(), id: response.headers.get('x-request-id') }
}

test('the metrics show what is stored, queued and done', async () => {
  const { db } = runtime.store
  await sql`insert into module (path, first_cached_at, last_cached_at) values ('example.com/a', now(), now())`.execute(
    db,
  )
  await sql`insert into schedule (module_id, version, priority, due_at) values (1, 'v1.0.0', 5, now() - interval '2 hours')`.execute(
    db,
  )
  await sql`insert into finding (module_id, severity, summary, first_seen_at, last_seen_at, changed_at)
            values (1, 'high', 's', now(), now(), now())`.execute(db)
  await sql`insert into feed_cursor values (${runtime.config.indexUrl}, 1700000000000000, '{}', 5, 1, now())`.execute(
    db,
  )
  startJob(runtime.metrics, new Set(), 'inspect')('failed')
  const { status, text } = await get('/metrics')
  assert.equal(status, 200)
  for (const line of [
    'mirrorwatch_due{stage="inspect"} 1',
    'mirrorwatch_overdue{stage="inspect"} 1',
    'mirrorwatch_due{stage="match"} 1',
    'mirrorwatch_due{stage="assess"} 0',
    'mirrorwatch_findings{severity="high",status="open"} 1',
    'mirrorwatch_findings{severity="low",status="dismissed"} 0',
    'mirrorwatch_feed_position_timestamp_seconds 1700000000',
    'mirrorwatch_queue_jobs{stage="inspect",state="waiting"} 0',
    'mirrorwatch_jobs_total{stage="inspect",outcome="failed"} 1',
    'mirrorwatch_inspections_total{outcome="seen"} 0',
  ]) {
    assert.ok(text.split('\n').includes(line), `${line} is not in\n${text}`)
  }
  assert.match(text, /^mirrorwatch_store_connections\{state="idle"\} [1-9]/m)
  assert.match(text, /^nodejs_eventloop_lag_seconds /m)
})

test('the store is not asked again at every scrape', async () => {
  const before = (await get('/metrics')).text
  await sql`update schedule set due_at = null`.execute(runtime.store.db)
  const again = (await get('/metrics')).text
  const due = /^mirrorwatch_due\{stage="inspect"\} 1$/m
  assert.match(before, due)
  assert.match(again, due)
})

test('hosts that others choose cannot make labels', async () => {
  const classOf = createHostClass(readConfig({}, folder))
  const metrics = createMetrics()
  const observer = countRequests(metrics, classOf)
  for (let i = 0; i < 500; i++) observer.answered(`host-${i}.example`, 200 + i, 1)
  for (const host of [
    'github.com',
    'proxy.golang.org',
    'index.golang.org',
    'sum.golang.org',
    '__proto__',
    'toString',
  ]) {
    observer.answered(host, null, 1)
    observer.retried(host)
  }
  const { values } = await metrics.requests.get()
  const upstreams = new Set(values.map(({ labels }) => labels['upstream']))
  assert.deepEqual(upstreams, new Set(['other', 'github', 'proxy', 'index', 'sumdb']))
  for (const upstream of upstreams) assert.ok(HOST_CLASSES.some((name) => name === upstream))
  assert.ok(values.length < 30, `${values.length} series`)
})

test('time spent waiting for a turn is counted', async () => {
  const metrics = createMetrics()
  const slow = {
    acquire: () => new Promise<void>((resolve) => setTimeout(resolve, 20)),
    throttled: async () => {},
  }
  const limiter = countSlots(slow, metrics, () => 'proxy')
  await limiter.acquire('proxy.golang.org', undefined, 3)
  await limiter.throttled('proxy.golang.org', 1_000)
  assert.equal((await metrics.turns.get()).values[0]?.value, 3)
  assert.equal((await metrics.waits.get()).values[0]?.value, 1)
  assert.ok(((await metrics.waitSeconds.get()).values[0]?.value ?? 0) > 0.015)
  assert.equal((await metrics.throttled.get()).values[0]?.value, 1)
})

test('a loop that does not come round makes the process unhealthy', async () => {
  assert.deepEqual((await get('/healthz')).status, 200)
  runtime.loops.expect('sweep', -1)
  const { status, text } = await get('/healthz')
  assert.equal(status, 503)
  assert.match(text, /sweep/)
  runtime.loops.expect('sweep', 60_000)
  assert.equal((await get('/healthz')).status, 200)
  runtime.loops.end('sweep')
})

test('a loop is stuck only after the time that it asked for', () => {
  let now = 0
  const loops = new LoopWatch(() => now)
  loops.expect('crawl', 100)
  now = 100
  assert.deepEqual(loops.stuck(), [])
  now = 101
  assert.deepEqual(loops.stuck(), ['crawl'])
})

test('a process is not ready while the store or the queue is away, or while it stops', async () => {
  assert.equal((await get('/readyz')).text, 'ok\n')
  const away = new Error('connect ECONNREFUSED')
  const queue = { ...runtime.queue, counts: () => Promise.reject(away) }
  const stop = new AbortController()
  await using broken = await serveHealth({ ...runtime, queue }, LOOPBACK, stop.signal)
  const answer = await get('/readyz', broken)
  assert.equal(answer.status, 503)
  assert.match(answer.text, /^queue: connect ECONNREFUSED$/m)
  stop.abort()
  assert.equal((await get('/readyz', broken)).text, 'stopping\n')
})

test('a process that stops answers until a probe has read so', async () => {
  const stop = new AbortController()
  await using health = await serveHealth(runtime, LOOPBACK, stop.signal)
  await health.announced()
  await get('/readyz', health)
  stop.abort()
  const announced = health.announced().then(() => 'announced')
  assert.equal(await Promise.race([announced, new Promise((resolve) => setTimeout(resolve, 50))]), undefined)
  assert.equal((await get('/readyz', health)).status, 503)
  assert.equal(await announced, 'announced')
})

test('slow connections do not keep a probe out', async () => {
  await using health = await serveHealth(runtime, LOOPBACK, stopping.signal)
  const port = Number(new URL(health.url).port)
  const slow = Array.from({ length: 40 }, () => connect(port, '127.0.0.1'))
  const ended = slow.map((socket) => {
    socket.on('error', () => {})
    socket.write('GET /healthz HTTP/1.1\r\n')
    return once(socket, 'close')
  })
  await Promise.race(ended)
  assert.equal((await get('/healthz', health)).status, 200)
  for (const socket of slow) socket.destroy()
})

test('the lag of a feed is unknown before the first page, and not zero for an entry dated in the future', async () => {
  const registry = new Registry()
  const clock = (): Date => new Date(1_700_000_000_000)
  const config = { ...runtime.config, feedName: 'http://feed.example/index' }
  const take = createSnapshot({ ...runtime, clock, config }, registry)
  await take()
  assert.doesNotMatch(await registry.metrics(), /^mirrorwatch_feed_lag_seconds/m)
  await sql`insert into feed_cursor values (${config.feedName}, ${String((1_700_000_000 + 9_000) * 1e6)}::bigint, '{}', 5, 1, now())`.execute(
    runtime.db,
  )
  const later = new Registry()
  await createSnapshot({ ...runtime, clock, config }, later)()
  assert.match(await later.metrics(), /^mirrorwatch_feed_lag_seconds 9000$/m)
})

test('the length of a round follows from the host with the most repositories and its pace', async () => {
  await sql`insert into repository (url, state) values ('https://github.com/tern/kit', 'gone')`.execute(
    runtime.db,
  )
  const registry = new Registry()
  const { repositories, largestHostRepositories, ...covered } = await coverage(runtime.db)
  assert.deepEqual([repositories, largestHostRepositories, covered.largestHost], [1, 1, 'github.com'])
  await createSnapshot(runtime, registry)()
  const metrics = await registry.metrics()
  assert.match(metrics, /^mirrorwatch_repository_round_seconds 259200$/m)
  assert.match(metrics, /^mirrorwatch_repositories\{which="gone"\} 1$/m)
  const ecosystem = { ...covered, repositories, largestHostRepositories: 1_900_000 }
  assert.equal(roundDays(ecosystem, () => 5)?.toFixed(1), '4.4')
  assert.equal(
    roundDays(ecosystem, () => null),
    3,
  )
  assert.equal(
    roundDays({ ...ecosystem, largestHost: null }, () => 5),
    null,
  )
})

test('a store that does not answer neither hangs a probe nor a scrape', async () => {
  const never = new Promise<never>(() => {})
  const queue = { ...runtime.queue, counts: () => never }
  await using hanging = await serveHealth({ ...runtime, queue }, LOOPBACK, stopping.signal)
  const [ready, metrics] = await Promise.all([get('/readyz', hanging), get('/metrics', hanging)])
  assert.match(ready.text, /queue: no answer within/)
  assert.equal(metrics.status, 200)
})

test('only what is served is answered, under an id', async () => {
  assert.equal((await get('/')).status, 404)
  assert.equal((await get('/__proto__')).status, 404)
  assert.equal((await fetch(`${server.url}/metrics`, { method: 'POST' })).status, 405)
  assert.match((await get('/healthz')).id ?? '', /^[0-9a-f-]{36}$/)
  const given = await fetch(`${server.url}/healthz`, { headers: { 'x-request-id': 'abc-1' } })
  assert.equal(given.headers.get('x-request-id'), 'abc-1')
})

test('a port that is taken is named', async () => {
  const port = Number(new URL(server.url).port)
  await assert.rejects(serveHealth(runtime, { host: '127.0.0.1', port }, stopping.signal), {
    name: 'PipelineError',
    code: 'bad-config',
    message: new RegExp(`127\\.0\\.0\\.1:${port} .*EADDRINUSE`),
  })
})

test('every line logged in the course of a job carries its id', () => {
  const lines: string[] = []
  const log = createLogger('info', { write: (line) => lines.push(line) })
  logAbout({ job: '17', stage: 'inspect' }, () => log.info('a'))
  log.info('b')
  const [inside, outside] = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  assert.deepEqual([inside?.['job'], inside?.['stage']], ['17', 'inspect'])
  assert.equal(outside?.['job'], undefined)
})

test('a port alone is a port of this machine', () => {
  assert.deepEqual(readConfig({ MIRRORWATCH_LISTEN: '9464' }, folder).listen, {
    host: '127.0.0.1',
    port: 9464,
  })
  assert.deepEqual(readConfig({ MIRRORWATCH_LISTEN: '[::]:9464' }, folder).listen, { host: '::', port: 9464 })
})
