import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backoffMs, pause, within } from '../src/waiting.ts'

test('a back-off doubles with every failure, up to its most', () => {
  const backoff = { firstMs: 100, mostMs: 500 }
  assert.deepEqual(
    [0, 1, 2, 3, 4000].map((failures) => backoffMs(backoff, failures)),
    [100, 200, 400, 500, 500],
  )
})

test('a pause ends without an error when its signal fires', async () => {
  const stop = new AbortController()
  const started = performance.now()
  const paused = pause(60_000, stop.signal)
  stop.abort()
  await paused
  await pause(60_000, stop.signal)
  assert.ok(performance.now() - started < 10_000)
})

test('an answer that does not come in time is an error, and one that fails keeps its own', async () => {
  assert.equal(await within(60_000, Promise.resolve(7)), 7)
  await assert.rejects(within(60_000, Promise.reject(new Error('its own'))), /its own/)
  await assert.rejects(within(1, new Promise(() => {})), /no answer within 1 ms/)
})
