import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatTimestamp } from '@mirrorwatch/gomod/timestamp'
import { createRandom, fuzzRuns, type Random } from '@mirrorwatch/testing/random'
import { type FeedEntry, parseFeedPage } from '../../src/feed/feed.ts'
import { type FeedCursor, nextCursor } from '../../src/feed/feed-cursor.ts'

const START: FeedCursor = { positionMicros: 0n, seenAtPosition: new Set() }

/** The feed as served: rows from `since` on, inclusive, in their order, at most `pageSize`, through the real parser. */
function serve(feed: FeedEntry[], since: bigint, pageSize: number) {
  const rows = feed.filter((entry) => entry.timestampMicros >= since).slice(0, pageSize)
  const lines = rows.map(({ path, version, timestampMicros }) =>
    JSON.stringify({ Path: path, Version: version, Timestamp: formatTimestamp(timestampMicros) }),
  )
  return parseFeedPage(lines.map((line) => `${line}\n`).join(''), pageSize)
}

/** Entries per (path, version, time) that a crawler collects; it may be killed between any two steps and read again. */
function crawl(random: Random, feed: FeedEntry[], start: FeedCursor, pageSize: number) {
  const collected: FeedEntry[] = []
  let cursor = start
  let skipped = 0
  for (let steps = 0; steps <= feed.length * 2 + 10; steps++) {
    const step = nextCursor(cursor, serve(feed, cursor.positionMicros, pageSize))
    // Killed before the transaction was committed: neither entries nor cursor were saved.
    if (random.chance(0.2)) continue
    collected.push(...step.fresh)
    cursor = step.cursor
    if (step.skippedMicrosecond) skipped++
    if (step.caughtUp) return { collected, cursor, skipped }
  }
  throw new Error('never caught up')
}

function randomFeed(random: Random, size: number, from: bigint): FeedEntry[] {
  const feed: FeedEntry[] = []
  let time = from
  for (let i = 0; i < size; i++) {
    if (random.chance(0.4)) time += BigInt(random.int(3))
    // Few names, so that the same version comes again, at the same time and later.
    const version = `v1.0.${random.chance(0.8) ? `${i + 1}${from}` : random.int(5)}`
    feed.push({ path: 'example.com/m', version, timestampMicros: time })
  }
  return feed
}

function rowKey(entry: FeedEntry): string {
  return `${entry.version} ${entry.timestampMicros}`
}

function largestGroup(feed: FeedEntry[]): number {
  const counts = new Map<bigint, number>()
  for (const { timestampMicros } of feed) counts.set(timestampMicros, (counts.get(timestampMicros) ?? 0) + 1)
  return Math.max(0, ...counts.values())
}

test('no entry is lost or doubled, at any page size and any moment of a kill', () => {
  const runs = fuzzRuns(3000) / 100
  for (let seed = 1; seed <= Math.max(30, Math.min(runs, 3000)); seed++) {
    const random = createRandom(seed)
    const first = randomFeed(random, random.int(60), 1000n)
    const pageSize = largestGroup(first) + 1 + random.int(10)
    const start = crawl(random, first, START, pageSize)
    // More arrives, some of it in the microsecond where the crawler stopped.
    const more = randomFeed(random, random.int(30), first.at(-1)?.timestampMicros ?? 1000n)
    const feed = [...first, ...more]
    const rest = crawl(random, feed, start.cursor, Math.max(pageSize, largestGroup(feed) + 1))
    const collected = [...start.collected, ...rest.collected]
    const versions = new Set(feed.map((entry) => entry.version))
    assert.deepEqual(new Set(collected.map((entry) => entry.version)), versions, `seed ${seed}`)
    assert.equal(new Set(collected.map(rowKey)).size, collected.length, `seed ${seed}: doubled`)
    assert.equal(start.skipped + rest.skipped, 0, `seed ${seed}: skipped`)
  }
})

test('a page that is all one timestamp is read, then stepped over', () => {
  const feed = Array.from({ length: 5 }, (_, i) => ({
    path: 'a.b/c',
    version: `v1.0.${i}`,
    timestampMicros: 7n,
  }))
  feed.push({ path: 'a.b/c', version: 'v2.0.0+incompatible', timestampMicros: 9n })
  const one = nextCursor(START, serve(feed, 0n, 5))
  assert.deepEqual([one.fresh.length, one.cursor.positionMicros, one.cursor.seenAtPosition.size], [5, 7n, 5])
  const two = nextCursor(one.cursor, serve(feed, 7n, 5))
  assert.deepEqual(two, {
    fresh: [],
    cursor: { positionMicros: 8n, seenAtPosition: new Set() },
    caughtUp: false,
    skippedMicrosecond: true,
  })
  assert.equal(nextCursor(two.cursor, serve(feed, 8n, 5)).fresh[0]?.version, 'v2.0.0+incompatible')
})

test('an empty page and a page of known rows', () => {
  const cursor = { positionMicros: 7n, seenAtPosition: new Set(['a.b/c@v1.0.0']) }
  const known = { path: 'a.b/c', version: 'v1.0.0', timestampMicros: 7n }
  for (const entries of [[], [known], [known, known]]) {
    const step = nextCursor(cursor, { entries, lastMicros: null, full: false })
    assert.deepEqual(step, { fresh: [], cursor, caughtUp: true, skippedMicrosecond: false })
  }
})

test('rows that are no entries move the cursor too', () => {
  const step = nextCursor(START, { entries: [], lastMicros: 9n, full: true })
  assert.deepEqual(step.cursor, { positionMicros: 9n, seenAtPosition: new Set() })
  assert.equal(step.caughtUp, false)
})

test('a server that ignores `since` neither moves the cursor nor keeps it busy', () => {
  const cursor = { positionMicros: 100n, seenAtPosition: new Set<string>() }
  const old = { path: 'a.b/c', version: 'v1.0.0', timestampMicros: 7n }
  const step = nextCursor(cursor, { entries: [old], lastMicros: 7n, full: true })
  assert.deepEqual(step, { fresh: [], cursor, caughtUp: true, skippedMicrosecond: false })
})
