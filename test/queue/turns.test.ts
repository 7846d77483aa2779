import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createPostgresTurns } from '@mirrorwatch/store/work/postgres-turns'
import { openTestStore } from '@mirrorwatch/testing/store/databases'
import { createFallbackTurns } from '@mirrorwatch/upstream/limits/fallback-turns'
import { createRedisTurns } from '@mirrorwatch/upstream/limits/redis-turns'
import type { TurnRequest, Turns } from '@mirrorwatch/upstream/limits/turns'
import { Redis } from 'ioredis'

interface Engine {
  name: string
  skip: string | false
  open: () => Promise<{ turns: Turns; forget: () => Promise<unknown>; drop: () => Promise<void> }>
}

const redisUrl = process.env['REDIS_URL']

/** Opening a store takes longest here: the embedded one is opened once, for all. */
let embedded: ReturnType<typeof openTestStore> | null = null
after(async () => {
  await (await embedded)?.drop()
})

function openOnce(kind: 'postgres' | 'embedded'): ReturnType<typeof openTestStore> {
  if (kind === 'postgres') return openTestStore(kind)
  return (embedded ??= openTestStore(kind))
}

const ENGINES: Engine[] = [
  {
    name: 'redis',
    skip: redisUrl === undefined ? 'REDIS_URL is not set' : false,
    async open() {
      const prefix = `mirrorwatch-turns-${process.pid}`
      const turns = createRedisTurns(redisUrl ?? '', prefix, assert.fail)
      const client = new Redis(redisUrl ?? '')
      const forget = async (): Promise<unknown> => client.del(await client.keys(`${prefix}:*`))
      return {
        turns,
        forget,
        async drop() {
          await forget()
          client.disconnect()
          await turns[Symbol.asyncDispose]()
        },
      }
    },
  },
  ...(['postgres', 'embedded'] as const).map((kind) => ({
    name: kind,
    skip: kind === 'postgres' && process.env['DATABASE_URL'] === undefined && 'DATABASE_URL is not set',
    async open() {
      const { store, drop } = await openOnce(kind)
      const turns = createPostgresTurns(store.db)
      return {
        turns,
        drop: kind === 'embedded' ? async () => {} : drop,
        forget: () => store.db.deleteFrom('upstream_turn').execute(),
      }
    },
  })),
]

const MINUTE = 60_000

function ask(host: string, more: Partial<TurnRequest> = {}): TurnRequest {
  return { host, spacingMs: 10_000, requests: 1, maxWaitMs: 10 * MINUTE, pauseMs: 0, ...more }
}

/** Compares waits, rounded to the ten seconds between turns: a wait is returned some time after it was computed. */
function assertWaits(actual: { waitMs: number }[], seconds: number[]): void {
  assert.deepEqual(
    actual.map(({ waitMs }) => Math.round(waitMs / 10_000) * 10),
    seconds,
  )
}

for (const { name, skip, open } of ENGINES) {
  suite(`turns on ${name}`, { skip }, () => {
    let engine: Awaited<ReturnType<Engine['open']>>
    let turns: Turns

    before(async () => {
      engine = await open()
      turns = engine.turns
    })
    after(() => engine.drop())

    test('are given once each, however many ask at once', async () => {
      const given = await Promise.all(Array.from({ length: 30 }, () => turns.take(ask('a.example'))))
      assert.ok(given.every(({ granted }) => granted))
      assertWaits(
        given.toSorted((a, b) => a.waitMs - b.waitMs),
        Array.from({ length: 30 }, (_, number) => number * 10),
      )
      assertWaits([await turns.take(ask('other.example'))], [0])
    })

    test('are not taken where they are too far away', async () => {
      const host = 'far.example'
      for (let taken = 0; taken < 3; taken++) await turns.take(ask(host))
      const refused = await turns.take(ask(host, { maxWaitMs: 15_000 }))
      assert.equal(refused.granted, false)
      assertWaits([refused, await turns.take(ask(host))], [30, 30])
    })

    test('of several requests have room before and after them', async () => {
      const host = 'git.example'
      const three = { requests: 3 }
      assertWaits(
        [await turns.take(ask(host, three)), await turns.take(ask(host, three)), await turns.take(ask(host))],
        [0, 50, 80],
      )
    })

    test('wait for the end of a pause, and are twice as far apart after it', async () => {
      const host = 'busy.example'
      assertWaits([await turns.take(ask(host))], [0])
      assert.equal(await turns.pausedMs(host), 0)
      // Answers to requests that were under way together are one complaint.
      await Promise.all([turns.throttle(host, 60_000), turns.throttle(host, 30_000)])
      assert.ok((await turns.pausedMs(host)) > 59_000)
      assertWaits([await turns.take(ask(host)), await turns.take(ask(host))], [60, 80])
    })

    test('wait for a pause that only the caller remembers', async () => {
      const host = 'lost.example'
      await turns.throttle(host, 60_000)
      await engine.forget()
      assert.equal(await turns.pausedMs(host), 0)
      assertWaits([await turns.take(ask(host, { pauseMs: 60_000 })), await turns.take(ask(host))], [60, 70])
    })
  })
}

suite('turns where Redis is not there', () => {
  test('are taken in the store, at half the pace, and complaints are known there', async () => {
    const { store } = await openOnce('embedded')
    const failures: unknown[] = []
    await using turns = createFallbackTurns(
      createRedisTurns('redis://127.0.0.1:1', 'nothing', () => {}),
      createPostgresTurns(store.db),
      { onFallback: (error) => failures.push(error) },
    )
    await turns.throttle('lame.example', 60_000)
    assert.ok((await turns.pausedMs('lame.example')) > 59_000)
    assertWaits([await turns.take(ask('slow.example')), await turns.take(ask('slow.example'))], [0, 20])
    // The failing store is not queried again for every turn.
    assert.equal(failures.length, 1)
  })
})
