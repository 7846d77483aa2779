import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonText, parseInt8, parseTimestamp, storable, timeText } from '../src/values.ts'

test('timestamps keep their microseconds and are returned in UTC under any session setting', () => {
  assert.equal(parseTimestamp('2019-04-10 19:08:52.997264+00'), '2019-04-10T19:08:52.997264Z')
  assert.equal(parseTimestamp('2019-04-10 19:08:52.9+00'), '2019-04-10T19:08:52.900000Z')
  assert.equal(parseTimestamp('2019-04-10 19:08:52+00'), '2019-04-10T19:08:52.000000Z')
  assert.equal(parseTimestamp('2019-04-11 00:38:52.997264+05:30'), '2019-04-10T19:08:52.997264Z')
  assert.equal(parseTimestamp('2018-12-31 20:00:00.000001-04'), '2019-01-01T00:00:00.000001Z')
  for (const endless of ['infinity', '-infinity', '12026-01-01 00:00:00+00', '0044-03-15 00:00:00+00 BC'])
    assert.equal(parseTimestamp(endless), endless)
  for (const foreign of [
    '10.04.2019 19:08:52.997264 UTC',
    '04/10/2019 19:08:52 UTC',
    'Wed Apr 10 19:08:52 2019 UTC',
  ])
    assert.throws(() => parseTimestamp(foreign), /DateStyle/)
})

test('int8 is a number where it fits, and an error where it does not', () => {
  assert.equal(parseInt8('9007199254740991'), 9_007_199_254_740_991)
  assert.equal(parseInt8('-5'), -5)
  assert.throws(() => parseInt8('9007199254740993'), RangeError)
})

test('a Date and its text are the same time', () => {
  assert.equal(timeText(new Date('2026-01-02T03:04:05.678Z')), '2026-01-02T03:04:05.678Z')
  assert.equal(timeText('2026-01-02T03:04:05.678901Z'), '2026-01-02T03:04:05.678901Z')
})

test('JSON for a column holds all that Postgres can hold, and U+FFFD for the rest', () => {
  const pieces = ['\\', '\\\\', 'u0000', 'ud800', '\0', '\ud83d', '\ude00', '😀', '"', '\n', '\u001f', 'x']
  const written = (text: string): string => text.replaceAll('\0', '\ufffd').toWellFormed()
  for (const a of pieces) {
    for (const b of pieces) {
      for (const c of pieces) {
        const text = a + b + c
        assert.deepEqual(JSON.parse(jsonText({ [text]: [text, 1, null] })), {
          [written(text)]: [written(text), 1, null],
        })
      }
    }
  }
})

test('a parameter that Postgres can hold is handed on as it is', () => {
  const bytes = Buffer.from('a\0b')
  for (const value of [1, null, undefined, true, bytes, 'é\\0']) assert.equal(storable(value), value)
  assert.equal(storable('a\0b\ud83d'), 'a\ufffdb\ufffd')
  assert.deepEqual(storable(['a\0', ['\0'], bytes]), ['a\ufffd', ['\ufffd'], bytes])
})
