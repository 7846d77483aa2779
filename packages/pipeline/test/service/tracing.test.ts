import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { readConfig } from '../../src/config/config.ts'
import { createLogger } from '../../src/observe/log.ts'
import { openTracing } from '../../src/observe/tracing.ts'
import { STAGES } from '../../src/pipeline.ts'
import { openRuntime } from '../../src/service/runtime.ts'
import { ALL_MODULES } from '../../src/work/stage.ts'
import { enqueue } from '../../src/work/sweep.ts'

interface Span {
  name: string
  traceId: string
  spanId: string
  parentSpanId?: string
}

interface Sent {
  resourceSpans: { scopeSpans: { spans: Span[] }[] }[]
}

test('nothing is loaded where no collector is configured', async () => {
  assert.equal(await openTracing({ otlp: null }, 'x'), null)
})

test('a collector gets the spans of a job, from adding to running', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-tracing-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const received: { url: string | undefined; key: string | string[] | undefined; body: string }[] = []
  const collector = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      received.push({ url: request.url, key: request.headers['x-api-key'], body })
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  collector.listen(0, '127.0.0.1')
  await once(collector, 'listening')
  t.after(() => collector.close())
  const env = {
    MIRRORWATCH_DATA_DIR: folder,
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}/`,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=secret=1',
  }
  const runtime = await openRuntime(readConfig(env, folder), {
    log: createLogger('silent'),
    applicationName: 'mw-test',
  })
  const { promise: done, resolve } = Promise.withResolvers<void>()
  await runtime.startWorkers(
    STAGES.filter(({ name }) => name === 'match'),
    () => resolve(),
  )
  await enqueue(runtime.queue, [{ stage: 'match', key: ALL_MODULES, priority: 1 }])
  await done
  await runtime.close()
  assert.ok(received.length > 0)
  for (const { url, key } of received) assert.deepEqual([url, key], ['/v1/traces', 'secret=1'])
  assert.ok(received.every(({ body }) => body.includes('mw-test')))
  const spans = received
    .flatMap(({ body }) => (JSON.parse(body) as Sent).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans))
  const ran = spans.find(({ name }) => /process mirrorwatch-match/.test(name))
  assert.ok(ran, spans.map(({ name }) => name).join())
  const added = spans.find(({ spanId }) => spanId === ran.parentSpanId)
  assert.match(added?.name ?? '', /add.* mirrorwatch-match/i)
  assert.equal(added?.traceId, ran.traceId)
})
