import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { formatTimestamp, parseTimestamp } from '@mirrorwatch/gomod/timestamp'
import { SyntheticFeed, startSyntheticFeed } from '../src/scenes/synthetic-feed.ts'
import { startWorld, type World } from '../src/world.ts'

let world: World
before(async () => {
  world = await startWorld('demo')
})
after(() => world.close())

interface Row {
  Path: string
  Version: string
  Timestamp: string
}

async function page(indexUrl: string, query: Record<string, string>): Promise<Row[]> {
  const answer = await fetch(`${indexUrl}?${new URLSearchParams(query).toString()}`)
  assert.equal(answer.status, 200)
  const text = await answer.text()
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row)
}

test('the feed is ordered by time, its times have no trailing zeros', async () => {
  const rows = await page(world.indexUrl, { include: 'all' })
  assert.equal(rows.length, world.feed.size)
  const times = rows.map(({ Timestamp }) => parseTimestamp(Timestamp) as bigint)
  assert.deepEqual(
    times,
    times.toSorted((a, b) => Number(a - b)),
  )
  assert.deepEqual(
    rows.filter(({ Timestamp }) => /\.\d*0Z$/.test(Timestamp)),
    [],
  )
  assert.ok(
    rows.some(({ Timestamp }) => !Timestamp.includes('.')),
    'a whole second has no fraction',
  )
})

test('since is inclusive to the microsecond, limit bounds, equal times stay together', async () => {
  const rows = await page(world.indexUrl, { since: '2019-04-11T02:10:00.100001Z', limit: '2' })
  assert.deepEqual(
    rows.map(({ Version }) => Version),
    ['v1.0.0', 'v1.1.0'],
  )
  const [next] = await page(world.indexUrl, { since: '2019-04-11T02:10:00.100002Z', limit: '1' })
  assert.equal(next?.Version, 'v1.2.0')
  assert.deepEqual(await page(world.indexUrl, { since: '2099-01-01T00:00:00Z' }), [])
})

test('what the mirror no longer serves is listed with include=all only', async () => {
  const all = await page(world.indexUrl, { include: 'all' })
  const some = await page(world.indexUrl, {})
  const gone = all.filter((row) => !some.some((other) => JSON.stringify(other) === JSON.stringify(row)))
  assert.deepEqual(gone.map(({ Path }) => Path).toSorted(), [
    'dead.pebble.example/gone',
    'github.com/driftwoodlabs/tides',
    'github.com/driftwoodlabs/tides',
    'github.com/utfave/cli',
    'golang.org/toolchain',
  ])
})

test('an entry can come late and twice', async () => {
  const entry = { path: 'github.com/late/comer', version: 'v0.1.0', at: 1_600_000_000_000_001n }
  world.changes.list(entry)
  world.changes.list(entry)
  const rows = await page(world.indexUrl, { since: '2020-09-13T12:26:40.000001Z', limit: '3' })
  assert.deepEqual(
    rows.slice(0, 2).map(({ Path, Timestamp }) => `${Path} ${Timestamp}`),
    Array(2).fill('github.com/late/comer 2020-09-13T12:26:40.000001Z'),
  )
})

test('bad queries are 400', async () => {
  for (const query of ['since=yesterday', 'limit=0', 'limit=many', 'since=2020-01-01'])
    assert.equal((await fetch(`${world.indexUrl}?${query}`)).status, 400, query)
})

test('a synthetic feed of millions pages without a gap, each entry once', async () => {
  const [sameTime, first] = [7, 7 * 428_571]
  await using server = await startSyntheticFeed({ entries: 5_000_000, sameTime })
  const { feed } = server
  const seen = new Set<string>()
  let since = formatTimestamp(feed.entry(first).at)
  for (let round = 0; round < 4; round++) {
    const rows = await page(server.indexUrl, { since })
    for (const { Path, Version } of rows) seen.add(`${Path}@${Version}`)
    since = rows.at(-1)?.Timestamp as string
  }
  const expected = Array.from({ length: seen.size }, (_, i) => feed.entry(first + i))
  assert.deepEqual(
    [...seen],
    expected.map(({ path, version }) => `${path}@${version}`),
  )
  assert.ok(seen.size > 7_900, `${seen.size} entries in four pages`)
  const end = await page(server.indexUrl, { since: formatTimestamp(feed.entry(4_999_999).at) })
  assert.equal(end.length, 5_000_000 % sameTime)
})

test('a synthetic feed has distinct entries, and is the same every time', () => {
  const options = { entries: 20_000, versionsPerModule: 10 }
  const feed = new SyntheticFeed(options)
  const again = new SyntheticFeed(options)
  const keys = new Set<string>()
  for (let i = 0; i < options.entries; i++) {
    const { path, version } = feed.entry(i)
    keys.add(`${path}@${version}`)
    assert.deepEqual(again.entry(i), feed.entry(i))
  }
  assert.equal(keys.size, options.entries)
})
