import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRateLimiter } from '../../src/limits/rate-limit.ts'

/** A clock that advances with each sleep. */
function createClock() {
  const clock = { time: 1_000_000, slept: [] as number[] }
  return {
    clock,
    now: () => clock.time,
    pause: async (ms: number) => {
      clock.slept.push(ms)
      clock.time += ms
    },
  }
}

test('a burst, then an even pace', async () => {
  const { clock, now, pause } = createClock()
  const limiter = createRateLimiter({ default: { perSecond: 10, burst: 3 }, now, pause })
  for (let i = 0; i < 5; i++) await limiter.acquire('a.example')
  assert.deepEqual(clock.slept, [100, 100])
  clock.time += 10_000
  for (let i = 0; i < 4; i++) await limiter.acquire('a.example')
  assert.deepEqual(clock.slept, [100, 100, 100])
})

test('hosts do not wait for each other and can have rates of their own', async () => {
  const { clock, now, pause } = createClock()
  const hosts = { 'slow.example': { perSecond: 1, burst: 1 } }
  const limiter = createRateLimiter({ default: { perSecond: 100, burst: 1 }, hosts, now, pause })
  await limiter.acquire('slow.example')
  await limiter.acquire('a.example')
  await limiter.acquire('b.example')
  assert.deepEqual(clock.slept, [])
  await limiter.acquire('slow.example')
  assert.deepEqual(clock.slept, [1000])
})

test('waiters that come together get one slot each', async () => {
  const { now } = createClock()
  const waits: number[] = []
  const pause = async (ms: number) => void waits.push(ms)
  const limiter = createRateLimiter({ default: { perSecond: 10, burst: 1 }, now, pause })
  await Promise.all(Array.from({ length: 4 }, () => limiter.acquire('a.example')))
  assert.deepEqual(waits, [100, 200, 300])
})

test('a pause holds everybody, and too long a wait is given back', async () => {
  const { clock, now, pause } = createClock()
  const limiter = createRateLimiter({ default: { perSecond: 10, burst: 5 }, maxWaitMs: 5000, now, pause })
  await limiter.throttled('a.example', 3000)
  await limiter.throttled('a.example', 1000)
  await limiter.acquire('a.example')
  assert.deepEqual(clock.slept, [3000])
  await limiter.throttled('a.example', 60_000)
  await assert.rejects(limiter.acquire('a.example'), { code: 'retry-later', retryAfterMs: 60_000 })
  await limiter.acquire('b.example')
})

test('waiting ends with the signal', async () => {
  const limiter = createRateLimiter({ default: { perSecond: 0.1, burst: 1 } })
  await limiter.acquire('a.example')
  const controller = new AbortController()
  const waiting = limiter.acquire('a.example', controller.signal)
  controller.abort(new Error('enough'))
  await assert.rejects(waiting, /enough/)
})
