import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MatchedBlock, MatchSetup } from '../../src/stages/match/match-block.ts'
import { BlockMatcher } from '../../src/stages/match/match-block.ts'
import { matchLines } from '../../src/stages/match/match-pool.ts'
import { startMatchThread } from '../../src/stages/match/match-thread.ts'

const SETUP: MatchSetup = {
  targets: [
    { path: 'github.com/sirupsen/logrus', dependents: 900 },
    { path: 'github.com/spf13/cobra', dependents: 800 },
    { path: 'github.com/spf13/cobra/v2', dependents: 8 },
    { path: 'github.com/another/logrus', dependents: 30 },
  ],
  allow: [],
  aliases: [],
}

/** Enough for threads to be started: more than four million letters. */
const MANY = 130_000

function line(i: number): string {
  const names = [
    'siruspen/logrus',
    'someone/cobra',
    'nobody/nothing',
    'someone/logrus',
    'x/cobra',
    'spf13/viper',
  ]
  return i % 1000 === 7 ? `no path ${i}` : `github.com/${names[i % names.length]}/directory${i}/v2`
}

async function* lines(count: number, read: { lines: number } = { lines: 0 }): AsyncGenerator<string> {
  for (let at = 0; at < count; at += 1000) {
    read.lines = at
    yield Array.from({ length: Math.min(1000, count - at) }, (_, i) => `${line(at + i)}\n`).join('')
  }
}

async function collect(blocks: AsyncIterable<MatchedBlock>) {
  let text = ''
  const total = { paths: 0, lines: 0, invalid: 0, alerts: 0, candidate: 0 }
  for await (const block of blocks) {
    text += new TextDecoder().decode(block.ndjson)
    total.paths += block.paths
    total.lines += block.lines
    total.invalid += block.invalid
    total.alerts += block.candidates.strong + block.candidates.medium
    total.candidate += block.candidates.candidate
  }
  return { text, ...total }
}

test('threads answer what one answers, in the order of the lines', async () => {
  const alone = await collect(matchLines(lines(MANY), SETUP, { threads: 1 }))
  const together = await collect(matchLines(lines(MANY), SETUP, { threads: 3 }))
  assert.equal(together.text, alone.text)
  assert.deepEqual({ ...together, text: '' }, { ...alone, text: '' })
  assert.equal(alone.lines, MANY)
  assert.equal(alone.invalid, MANY / 1000)
  assert.ok(alone.alerts > MANY / 10)
  const modules = alone.text.split('\n').filter((row) => row !== '')
  const numbers = modules.map((row) => Number(/directory(\d+)/.exec(row)?.[1]))
  assert.ok(numbers.every((number, i) => i === 0 || number >= (numbers[i - 1] ?? 0)))
})

test('a line of JSON is what JSON.stringify writes of the candidate', () => {
  const matcher = new BlockMatcher(SETUP)
  const block = matcher.match(Array.from({ length: 60 }, (_, i) => line(i)).join('\n'))
  const rows = new TextDecoder().decode(block.ndjson).trimEnd().split('\n')
  assert.ok(rows.length > 30)
  for (const row of rows) {
    const candidate = JSON.parse(row) as object
    assert.equal(JSON.stringify(candidate), row)
    assert.deepEqual(Object.keys(candidate), ['module', 'target', 'rule', 'distance', 'strength', 'reason'])
  }
  const targets = rows
    .filter((row) => row.includes('x/cobra/'))
    .map((row) => (JSON.parse(row) as { target: string }).target)
  assert.ok(targets.length > 0 && targets.every((target) => target === 'github.com/spf13/cobra/v2'))
})

test('a thread that dies ends the matching with a reason', async () => {
  const dying = new URL('./dying-match-worker.ts', import.meta.url)
  await using thread = startMatchThread(SETUP, dying)
  const answers = await Promise.allSettled([thread.ask('die'), thread.ask('github.com/a/b')])
  for (const answer of answers) {
    assert.equal(answer.status, 'rejected')
    assert.equal((answer.reason as { code: string }).code, 'internal')
  }
  await assert.rejects(thread.ask('github.com/a/b'), { code: 'internal' })
})

test('a thread that leaves without an error is noticed too', async () => {
  const dying = new URL('./dying-match-worker.ts', import.meta.url)
  await using thread = startMatchThread(SETUP, dying)
  await assert.rejects(thread.ask('leave'), { code: 'internal' })
})

test('an abort ends the matching, and the input is not read to its end', async () => {
  const read = { lines: 0 }
  const stop = new AbortController()
  const reason = new Error('enough')
  await assert.rejects(async () => {
    for await (const _ of matchLines(lines(3 * MANY, read), SETUP, { threads: 2, signal: stop.signal })) {
      stop.abort(reason)
    }
  }, reason)
  assert.ok(read.lines < 2 * MANY, `${read.lines} lines were read`)
})

test('a reader that stops early leaves no thread behind', async () => {
  const read = { lines: 0 }
  for await (const block of matchLines(lines(3 * MANY, read), SETUP, { threads: 2 })) {
    assert.ok(block.paths > 0)
    break
  }
  assert.ok(read.lines < 2 * MANY)
})

test('a line without end is cut, and no line is lost at the edge of a block', async () => {
  async function* input(): AsyncGenerator<string> {
    yield 'x'.repeat(200_000)
    yield '\ngithub.com/siruspen/log'
    yield 'rus\n\ngithub.com/someone/cobra'
  }
  const found = await collect(matchLines(input(), SETUP))
  assert.equal(found.paths, 2)
  assert.equal(found.alerts, 1)
  assert.ok(found.invalid > 0)
})
