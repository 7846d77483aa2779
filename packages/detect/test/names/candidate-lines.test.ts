import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CandidateWriter } from '../../src/names/candidates.ts'
import { NameIndex } from '../../src/names/name-index.ts'
import { randomPath, seeded } from './random-paths.ts'

function written(index: NameIndex, path: string, writer = new CandidateWriter()): string {
  return writer.lines(index.find(path))
}

function wanted(index: NameIndex, path: string): string {
  return index
    .match(path)
    .map((candidate) => `${JSON.stringify(candidate)}\n`)
    .join('')
}

test('the lines are those of the candidates, for names that come by once and again', () => {
  const random = seeded(9)
  const targets = Array.from({ length: 300 }, (_, i) => ({ path: randomPath(random), dependents: 1000 - i }))
  const index = new NameIndex(targets)
  const writer = new CandidateWriter()
  const modules = Array.from({ length: 400 }, () => randomPath(random))
  let lines = 0
  for (const path of [...modules, ...modules.toReversed()]) {
    const text = written(index, path, writer)
    assert.equal(text, wanted(index, path), path)
    lines += text.split('\n').length - 1
  }
  assert.ok(lines > 1000, `${lines} lines`)
})

test('of a project with several paths the most similar is named, of those left out none', () => {
  const index = new NameIndex([
    { path: 'github.com/first/thing', dependents: 900 },
    { path: 'github.com/first/thing/v2', dependents: 800 },
    { path: 'github.com/first/thing/sub', dependents: 700 },
    { path: 'github.com/second/thing', dependents: 600 },
    { path: 'github.com/third/thing/v2', dependents: 500 },
    { path: 'github.com/third/thing', dependents: 400 },
    { path: 'github.com/fourth/thing', dependents: 300 },
  ])
  // The second is one letter from `seconds`, and so named by another rule; the third's owner is spared.
  for (const owner of ['someone', 'seconds', 'third', 'fourht']) {
    for (const rest of ['thing', 'thing/v2', 'thing/sub', 'thing/sub/v2', 'Thing']) {
      const path = `github.com/${owner}/${rest}`
      assert.equal(written(index, path), wanted(index, path), path)
    }
  }
  assert.match(written(index, 'github.com/someone/thing/v2'), /"target":"github.com\/third\/thing\/v2"/)
})

test('a name of a great many targets with long paths, and letters that are no ASCII, come out whole', () => {
  const long = (i: number): string => `github.com/owner${i}/thing/${'long-directory/'.repeat(2000)}x`
  const index = new NameIndex(Array.from({ length: 20 }, (_, i) => ({ path: long(i), dependents: i })))
  const text = written(index, 'github.com/someone/thing')
  assert.equal(text, wanted(index, 'github.com/someone/thing'))
  const endless = new NameIndex([{ path: `github.com/owner/thing/${'x'.repeat(70_000)}`, dependents: 1 }])
  assert.equal(written(endless, 'github.com/someone/thing'), wanted(endless, 'github.com/someone/thing'))
  const odd = 'github.com/some"öne\u2028/thing'
  assert.equal(written(endless, odd), wanted(endless, odd))
})
