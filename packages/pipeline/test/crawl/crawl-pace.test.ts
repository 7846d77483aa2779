import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FeedPage } from '@mirrorwatch/upstream/feed/feed'
import { compareListings } from '../../src/crawl/listed.ts'
import { paceOf, paceText } from '../../src/crawl/progress.ts'

const NOW = Date.parse('2026-11-24T20:00:00Z')
const PROGRESS = {
  feed: 'f',
  kind: 'backfill',
  windows: 4,
  finished: 1,
  reading: 2,
  entries: 12_345,
  position: 1_614_816_000_000_000,
  covered: 250,
  total: 1000,
  rate: 2100,
  speed: 0.1,
  updatedAt: null,
  caughtUpAt: null,
} as const

test('progress says position, share, rate and time left, or that there is no reader', () => {
  assert.equal(
    paceText(paceOf(PROGRESS, NOW, null)),
    'feed backfill: 2021-03-04T00:00:00Z, 12345 entries, 25 %, 2100/s, 2.1 h left',
  )
  assert.match(paceText(paceOf({ ...PROGRESS, reading: 0, speed: 0 }, NOW, null)), /25 %, no reader$/)
  assert.match(paceText(paceOf({ ...PROGRESS, covered: 1000 }, NOW, null)), /100 %, done$/)
})

test('what is followed is at the end, or behind by what is left', () => {
  const follow = { ...PROGRESS, kind: 'follow', covered: 0, total: 0, speed: 1_000_000 } as const
  const position = (NOW - 600_000) * 1000
  assert.equal(paceOf({ ...follow, position }, NOW, null).secondsLeft, 600)
  const caughtUpAt = new Date(NOW - 30_000).toISOString()
  assert.match(paceText(paceOf({ ...follow, position, caughtUpAt }, NOW, null)), /at the end$/)
  const log = { ...follow, kind: 'log-follow', position: 100, speed: 50 } as const
  assert.match(paceText(paceOf(log, NOW, 1100n)), /record 100 of 1100, .* 20 s left$/)
})

function page(rows: [string, bigint][], full: boolean): FeedPage {
  const entries = rows.map(([path, timestampMicros]) => ({ path, version: 'v1.0.0', timestampMicros }))
  const lastMicros = entries.at(-1)?.timestampMicros ?? null
  return { entries, skipped: 0, firstSkipped: null, lastMicros, full, complete: true }
}

test('two listings are compared up to where both pages are known to be whole', () => {
  const names = (entries: { path: string }[]) => entries.map(({ path }) => path)
  const all = page(
    [
      ['a', 1n],
      ['b', 2n],
      ['c', 3n],
      ['d', 3n],
    ],
    true,
  )
  const first = compareListings(
    1n,
    all,
    page(
      [
        ['a', 1n],
        ['c', 3n],
      ],
      false,
    ),
  )
  assert.deepEqual([names(first.missing), names(first.listed), first.next], [['b'], ['a'], 3n])
  const end = compareListings(
    1n,
    { ...all, full: false },
    page(
      [
        ['a', 1n],
        ['c', 3n],
      ],
      false,
    ),
  )
  assert.deepEqual([names(end.missing), names(end.listed), end.next], [['b', 'd'], ['a', 'c'], null])
  const short = compareListings(
    1n,
    { ...all, full: false },
    page(
      [
        ['a', 1n],
        ['b', 2n],
      ],
      true,
    ),
  )
  assert.deepEqual([names(short.missing), names(short.listed), short.next], [[], ['a'], 2n])
  const crowd = compareListings(
    3n,
    page(
      [
        ['c', 3n],
        ['d', 3n],
      ],
      true,
    ),
    page([['c', 3n]], true),
  )
  assert.deepEqual([crowd.missing, crowd.next], [[], 4n])
})
