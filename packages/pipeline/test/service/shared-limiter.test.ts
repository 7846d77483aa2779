import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSharedLimiter } from '@mirrorwatch/upstream/limits/shared-limiter'
import type { TurnRequest, Turns } from '@mirrorwatch/upstream/limits/turns'
import { readConfig } from '../../src/config/config.ts'
import { ratesOf } from '../../src/config/rates.ts'

/** Turns that the test gives, on a clock that advances with each sleep. */
function lab(more: { perSecond?: (host: string) => number | null; maxWaitMs?: number } = {}) {
  const state = {
    time: 0,
    taken: [] as TurnRequest[],
    waits: [] as number[],
    paused: [] as number[],
    late: [] as number[],
  }
  const turns: Turns = {
    take: async (request) => {
      state.taken.push(request)
      const waitMs = state.waits.shift() ?? 0
      return { granted: waitMs <= request.maxWaitMs, waitMs }
    },
    pausedMs: async () => state.paused.shift() ?? 0,
    throttle: async () => {},
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
  const slept: number[] = []
  const limiter = createSharedLimiter({
    turns,
    perSecond: more.perSecond ?? (() => 10),
    now: () => state.time,
    pause: async (ms, signal) => {
      signal?.throwIfAborted()
      slept.push(ms)
      state.time += ms + (state.late.shift() ?? 0)
    },
    ...(more.maxWaitMs === undefined ? {} : { maxWaitMs: more.maxWaitMs }),
  })
  return { state, slept, limiter }
}

test('a turn is waited for, and the spacing leaves a tenth of the limit free', async () => {
  const { state, slept, limiter } = lab()
  state.waits = [0, 300]
  await limiter.acquire('Example.COM.:8443')
  await limiter.acquire('example.com:8443', undefined, 3)
  assert.deepEqual(slept, [300])
  assert.deepEqual(
    state.taken.map(({ host, spacingMs, requests }) => [host, Math.round(spacingMs), requests]),
    [
      ['example.com:8443', 110, 1],
      ['example.com:8443', 110, 3],
    ],
  )
})

test('a turn that was missed, or that a pause has overtaken, is given up for another', async () => {
  const { state, slept, limiter } = lab()
  state.waits = [100, 200, 300, 10]
  state.late = [51]
  state.paused = [4_000]
  await limiter.acquire('a.example')
  assert.deepEqual(slept, [100, 200, 300])
})

test('a process keeps the Retry-After that it received, shared or not', async () => {
  const { state, limiter } = lab()
  await limiter.throttled('a.example', 5_000)
  state.waits = [5_000]
  await limiter.acquire('a.example')
  await limiter.acquire('a.example')
  await limiter.acquire('b.example')
  assert.deepEqual(
    state.taken.map(({ pauseMs }) => pauseMs),
    [5_000, 0, 0],
  )
})

test('too long a wait is given back, at once where the line alone is too long', async () => {
  const { state, limiter } = lab({ maxWaitMs: 250 })
  state.waits = [60_000]
  await assert.rejects(limiter.acquire('a.example'), { code: 'retry-later', retryAfterMs: 60_000 })
  const line = Array.from({ length: 5 }, () => limiter.acquire('a.example'))
  const ended = await Promise.allSettled(line)
  assert.deepEqual(
    ended.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'],
  )
})

test('who is aborted leaves the line, and the others keep their order', async () => {
  const { state, limiter } = lab()
  const controller = new AbortController()
  const order: string[] = []
  const first = limiter.acquire('a.example').then(() => order.push('first'))
  const aborted = limiter.acquire('a.example', controller.signal)
  const third = limiter.acquire('a.example').then(() => order.push('third'))
  controller.abort(new Error('enough'))
  await assert.rejects(aborted, /enough/)
  await Promise.all([first, third])
  assert.deepEqual(order, ['first', 'third'])
  assert.equal(state.taken.length, 2)
})

test('limits by kind of host', () => {
  const rates = (env: Record<string, string>) => ratesOf(readConfig(env, '/'))
  const byDefault = rates({})
  assert.deepEqual(
    ['index.golang.org', 'proxy.golang.org', 'sum.golang.org', 'github.com', '127.0.0.1:3000'].map(byDefault),
    [2, 10, 5, 5, null],
  )
  const configured = rates({
    MIRRORWATCH_REQUESTS_PER_SECOND: '3',
    MIRRORWATCH_PROXY_REQUESTS_PER_SECOND: '50',
    MIRRORWATCH_CODE_HOST_REQUESTS_PER_SECOND: '0.5',
  })
  assert.deepEqual(
    ['index.golang.org', 'proxy.golang.org', 'github.com', 'localhost'].map(configured),
    [3, 50, 0.5, 0.5],
  )
  const shared = rates({
    MIRRORWATCH_PROXY_URL: 'https://go.example/proxy',
    MIRRORWATCH_SUMDB_URL: 'https://go.example/sumdb',
    MIRRORWATCH_SUMDB_REQUESTS_PER_SECOND: '7',
  })
  assert.equal(shared('go.example'), 7)
  assert.equal(rates({ MIRRORWATCH_PROXY_URL: 'file:///srv/proxy' })('github.com'), 5)
})
