import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backoffMs } from '../../src/http/backoff.ts'
import { pause, pauseUnlessAborted } from '../../src/http/pause.ts'

test('a pause ends with the reason of its signal, before and while it waits', async () => {
  const reason = new Error('shutting down')
  await assert.rejects(pause(60_000, AbortSignal.abort(reason)), reason)
  const controller = new AbortController()
  const waiting = pause(60_000, controller.signal)
  controller.abort(reason)
  await assert.rejects(waiting, reason)
  await pause(1)
  await pause(-5)
})

test('a loop’s pause ends early without an error', async () => {
  const controller = new AbortController()
  const waiting = pauseUnlessAborted(60_000, controller.signal)
  controller.abort(new Error('shutting down'))
  await waiting
  await pauseUnlessAborted(60_000, controller.signal)
})

test('the wait doubles with every failure, up to the cap', () => {
  const backoff = { firstMs: 500, lastMs: 30_000 }
  const waits = [0, 1, 2, 3, 7, 8, 5_000].map((failures) => backoffMs(backoff, failures))
  assert.deepEqual(waits, [500, 500, 1_000, 2_000, 30_000, 30_000, 30_000])
})
