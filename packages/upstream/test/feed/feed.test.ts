import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatTimestamp, parseTimestamp } from '@mirrorwatch/gomod/timestamp'
import { fakeHttp } from '@mirrorwatch/testing/http/fake-http'
import { createRandom } from '@mirrorwatch/testing/random'
import { createFeedClient, parseFeedPage } from '../../src/feed/feed.ts'

const ROW = '{"Path":"golang.org/x/text","Version":"v0.3.0","Timestamp":"2019-04-10T19:08:52.997264Z"}'
const ENTRY = { path: 'golang.org/x/text', version: 'v0.3.0', timestampMicros: 1_554_923_332_997_264n }

test('timestamps', () => {
  const cases: [string, bigint][] = [
    ['2019-04-10T19:08:52.997264Z', 1_554_923_332_997_264n],
    ['2019-04-10T12:08:52.997264-07:00', 1_554_923_332_997_264n],
    ['2019-04-10T19:08:52.5906Z', 1_554_923_332_590_600n],
    ['2019-04-10T19:08:52Z', 1_554_923_332_000_000n],
    ['2019-04-10T19:08:52.123456789Z', 1_554_923_332_123_456n],
    ['1970-01-01T00:00:00Z', 0n],
    ['1969-12-31T23:59:59.999999Z', -1n],
    ['2000-02-29T12:00:00+05:30', 951_805_800_000_000n],
  ]
  for (const [text, micros] of cases) assert.equal(parseTimestamp(text), micros, text)
  for (const text of [
    '',
    '2019-04-10',
    '2019-02-29T00:00:00Z',
    '2019-13-01T00:00:00Z',
    '2019-04-10T24:00:00Z',
    '2019-04-10 19:08:52Z',
    '2019-04-10T19:08:52',
    '2019-04-10T19:08:52.Z',
    '2019-04-10T19:08:60Z',
    '1900-02-29T00:00:00Z',
    'Date',
  ]) {
    assert.equal(parseTimestamp(text), null, text)
  }
})

test('timestamps there and back, against Date where Date is good enough', () => {
  const random = createRandom(5)
  for (let i = 0; i < 20_000; i++) {
    const ms = random.int(253_402_300_799_000 + 62_167_219_200_000) - 62_167_219_200_000
    const micros = BigInt(ms) * 1000n + BigInt(random.int(1000))
    const text = formatTimestamp(micros)
    assert.equal(parseTimestamp(text), micros, text)
    assert.equal(`${text.slice(0, -4)}Z`, new Date(ms).toISOString())
  }
})

test('a page', () => {
  const page = parseFeedPage(`${ROW}\n\n${ROW}\r\n`)
  assert.deepEqual(page, {
    entries: [ENTRY, ENTRY],
    skipped: 0,
    firstSkipped: null,
    lastMicros: ENTRY.timestampMicros,
    full: false,
    complete: true,
  })
  assert.equal(parseFeedPage('').lastMicros, null)
  assert.equal(parseFeedPage('').complete, true)
  assert.equal(parseFeedPage(`${ROW}\n${ROW}`, 2).full, true)
})

test('rows that are no entries are counted, and their time still counts', () => {
  const rows = [
    ROW,
    'not json',
    '{"Path":"a.b/c","Version":"v1.0","Timestamp":"2019-04-10T19:08:53Z"}',
    '{"Path":"A b","Version":"v1.0.0","Timestamp":"2019-04-10T19:08:54Z"}',
    '{"Path":"a.b/c","Version":"v1.0.0"}',
    '{"Path":"a.b/c","Version":"v1.0.0","Timestamp":"yesterday"}',
    '[]',
    'null',
    '{"Path":1,"Version":"v1.0.0","Timestamp":"2019-04-10T19:08:55Z"}',
    '{"Path":"a.b/c","Version":"v1.0.0","Timestamp":"2019-04-10T19:08:52.9Z","New":{"x":1}}',
  ]
  const page = parseFeedPage(`${rows.join('\n')}\n`)
  assert.equal(page.entries.length, 2)
  assert.equal(page.skipped, 8)
  assert.equal(page.firstSkipped, 'not json')
  assert.equal(page.lastMicros, parseTimestamp('2019-04-10T19:08:54Z'))
})

test('a row that was cut off, at every length', () => {
  for (let length = 1; length < ROW.length; length++) {
    assert.equal(parseFeedPage(`${ROW}\n${ROW.slice(0, length)}`).complete, false, String(length))
  }
})

test('the client asks by microseconds and for everything', async () => {
  const http = fakeHttp({
    'https://index.example/index?since=2019-04-10T19%3A08%3A52.997264Z&limit=2000&include=all': ROW,
  })
  for (const baseUrl of ['https://index.example', 'https://index.example/', 'https://index.example/index']) {
    const feed = createFeedClient({ http, baseUrl })
    const page = await feed.page({ since: ENTRY.timestampMicros, includeAll: true })
    assert.deepEqual(page.entries, [ENTRY])
  }
})

test('answers that are no feed', async () => {
  const html = '<!doctype html>\n<title>Sign in</title>\u001b[2J'
  const base = 'https://index.example/index?limit=10'
  const cases: [string | { status: number; body: string }, string, RegExp][] = [
    [
      html,
      'bad-response',
      /index\.example.* is not a module index: .*<!doctype html> <title>Sign in<\/title> \[2J/,
    ],
    ['one line without end', 'bad-response', /one line without end/],
    ['{"error":"no"}\n', 'bad-response', /"error"/],
    [{ status: 404, body: 'gone' }, 'bad-response', /HTTP 404: gone/],
    [`${ROW}\n{"Path":"gol`, 'retry-later', /cut off/],
  ]
  for (const [body, code, message] of cases) {
    const feed = createFeedClient({ http: fakeHttp({ [base]: body }), baseUrl: 'https://index.example' })
    await assert.rejects(feed.page({ since: null, limit: 10, includeAll: false }), {
      name: 'GomodError',
      code,
      message,
    })
  }
})

test('a row whose names are longer than any that the mirror keeps is skipped', () => {
  const rows = [
    { Path: `github.com/a/${'x'.repeat(2_700)}`, Version: 'v1.0.0' },
    { Path: 'github.com/a/b', Version: `v1.0.0-${'x'.repeat(2_700)}` },
    { Path: 'github.com/a/b', Version: 'v1.0.0' },
  ]
  const lines = rows.map((row) => JSON.stringify({ ...row, Timestamp: '2019-04-10T19:08:52.997264Z' }))
  const page = parseFeedPage(`${lines.join('\n')}\n`)
  assert.deepEqual([page.entries.length, page.skipped], [1, 2])
})
