import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseGoSum } from '../../src/mod/go-sum.ts'

const SUM = 'h1:dueUQJ1C2q9oE3F7wvmSGAaVtTmUizReu6fjN8uqzbQ='

test('lines of a go.sum', () => {
  const text = [
    `github.com/sirupsen/logrus v1.9.3 ${SUM}`,
    '',
    `github.com/sirupsen/logrus v1.9.3/go.mod ${SUM}\r`,
    `example.com/x v2.0.0+incompatible  ${SUM}`,
    `example.com/x v1.0.0 h9:future`,
    `example.com/x v1.0.0/go.mod h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY=`,
  ].join('\n')
  assert.deepEqual(parseGoSum(text), [
    { path: 'github.com/sirupsen/logrus', version: 'v1.9.3', of: 'zip', sum: SUM },
    { path: 'github.com/sirupsen/logrus', version: 'v1.9.3', of: 'go.mod', sum: SUM },
    { path: 'example.com/x', version: 'v2.0.0+incompatible', of: 'zip', sum: SUM },
  ])
})

const REFUSED: [string, RegExp][] = [
  [`\nexample.com/x v1.0.0`, /line 2: expected/],
  [`example.com/x v1.0.0 ${SUM} more`, /line 1: expected/],
  [`x v1.0.0 ${SUM}`, /missing dot/],
  [`example.com/x v1.0 ${SUM}`, /canonical/],
  [`example.com/x v2.0.0 ${SUM}`, /wants major/],
  ['example.com/x v1.0.0 h1:short=', /not an h1: hash/],
  ['<!doctype html>', /line 1: expected/],
]

for (const [text, message] of REFUSED) {
  test(`refused: ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseGoSum(text), { name: 'GomodError', code: 'malformed', message })
  })
}
