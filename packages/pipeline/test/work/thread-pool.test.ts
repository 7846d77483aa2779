import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ThreadPool, type ThreadPoolOptions } from '../../src/work/threads/thread-pool.ts'

const NEVER = new AbortController().signal
const PLENTY = { signal: NEVER, cpuMs: 60_000 }

function openPool(options: Partial<ThreadPoolOptions> = {}): ThreadPool<string, string> {
  return new ThreadPool({
    file: new URL('./erratic-worker.ts', import.meta.url),
    limits: { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 2 },
    name: 'a thread of the test',
    todo: 'Nothing.',
    size: 1,
    maxWaiting: 3,
    hangMs: 600_000,
    ...options,
  })
}

suite('a pool of threads', () => {
  for (const [order, code] of [
    ['spin', 'too-much'],
    ['eat', 'too-much'],
    ['die', 'internal'],
    ['leave', 'internal'],
  ] as const) {
    test(`fails one question if its thread has to ${order}, and answers the next ones`, async () => {
      await using pool = openPool()
      const failed = assert.rejects(pool.ask(order, { signal: NEVER, cpuMs: 300 }), {
        name: 'PipelineError',
        code,
      })
      const others = Promise.all([pool.ask('this', PLENTY), pool.ask('that', PLENTY)])
      await failed
      assert.deepEqual(await others, ['did this', 'did that'])
      assert.equal(await pool.ask('more', PLENTY), 'did more')
    })
  }

  test('ends a thread that neither computes nor answers', async () => {
    await using pool = openPool({ hangMs: 1 })
    await assert.rejects(pool.ask('sleep', PLENTY), { code: 'internal', message: /has not answered/ })
    assert.equal(await pool.ask('this', PLENTY), 'did this')
  })

  test('ends what runs and takes back what waits when their signals fire', async () => {
    await using pool = openPool()
    const [running, waiting] = [new AbortController(), new AbortController()]
    const [first, second] = [new Error('first'), new Error('second')]
    const spins = assert.rejects(pool.ask('spin', { ...PLENTY, signal: running.signal }), first)
    const waits = assert.rejects(pool.ask('die', { ...PLENTY, signal: waiting.signal }), second)
    const answer = pool.ask('this', PLENTY)
    waiting.abort(second)
    await waits
    running.abort(first)
    await spins
    assert.equal(await answer, 'did this')
    await assert.rejects(pool.ask('that', { ...PLENTY, signal: running.signal }), first)
  })

  test('holds a bounded number of questions, and gives them up when it is closed', async () => {
    const pool = openPool()
    const asked = Array.from({ length: 4 }, () => assert.rejects(pool.ask('spin', PLENTY), /was closed/))
    await assert.rejects(pool.ask('one too many', PLENTY), { code: 'internal', message: /too many/ })
    await pool[Symbol.asyncDispose]()
    await Promise.all(asked)
    await assert.rejects(pool.ask('too late', PLENTY), { code: 'internal', message: /is closed/ })
  })

  test('uses as many threads as it may, and none before it is asked', async () => {
    await using pool = openPool({ size: 2 })
    const stop = new AbortController()
    const spins = assert.rejects(pool.ask('spin', { ...PLENTY, signal: stop.signal }))
    assert.equal(await pool.ask('this', PLENTY), 'did this')
    stop.abort()
    await spins
  })
})
