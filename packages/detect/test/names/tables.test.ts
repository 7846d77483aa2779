import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HashIndex } from '../../src/names/index/hash-index.ts'
import { addsAffix, stemsOf } from '../../src/names/words/affixes.ts'
import { countEdits } from '../../src/names/words/edits.ts'
import { AFFIXES } from '../../src/names/words/known-words.ts'
import { skeletonOf } from '../../src/names/words/letters.ts'
import { readableHost } from '../../src/names/words/readable-host.ts'
import { seeded } from './random-paths.ts'

test('the hash index holds the same entries as a map, even if hashes collide', () => {
  const random = seeded(3)
  const items = Array.from({ length: 20_000 }, (_, item) => ({
    item,
    // A third share their low bits, which choose the bucket; some items have several hashes, some none.
    hashes: Array.from(
      { length: Math.floor(random() * 3) },
      () => (random() < 0.3 ? Math.floor(random() * 400) << 20 : Math.floor(random() * 2 ** 32)) | 0,
    ),
  }))
  const index = new HashIndex(items, ({ hashes }) => new Set(hashes))
  const map = new Map<number, Set<number>>()
  for (const { item, hashes } of items) {
    for (const hash of hashes) map.set(hash, (map.get(hash) ?? new Set()).add(item))
  }
  const found = (hash: number): number[] => index.find(hash).map(({ item }) => item)
  for (const [hash, expected] of map)
    assert.deepEqual(
      found(hash).sort((a, b) => a - b),
      [...expected],
    )
  for (let i = 0; i < 5000; i++) {
    const hash = Math.floor(random() * 2 ** 32) | 0
    if (!map.has(hash)) assert.deepEqual(found(hash), [])
  }
  assert.deepEqual(new HashIndex([], () => []).find(0), [])
})

/** Optimal string alignment, the textbook way. */
function alignment(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  )
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Number.POSITIVE_INFINITY
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const isSwapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] && i > 1 && j > 1
      const row = rows[i] ?? []
      row[j] = Math.min(replaced, at(i - 1, j) + 1, at(i, j - 1) + 1, isSwapped ? at(i - 2, j - 2) + 1 : 9e9)
    }
  }
  return at(a.length, b.length)
}

test('edits are counted with swaps of neighbours as one edit', () => {
  assert.equal(countEdits('sirupsen', 'siruspen'), 1)
  assert.equal(countEdits('sirupsen', 'isruspen'), 2)
  assert.equal(countEdits('ca', 'abc'), 3)
  const random = seeded(8)
  const word = (): string =>
    Array.from({ length: Math.floor(random() * 9) }, () => 'abc'[Math.floor(random() * 3)]).join('')
  const counts = [0, 0, 0, 0]
  for (let i = 0; i < 60_000; i++) {
    const [a, b] = [word(), word()]
    const expected = Math.min(3, alignment(a, b))
    assert.equal(countEdits(a, b), expected, `${a} ${b}`)
    counts[expected] = (counts[expected] ?? 0) + 1
  }
  assert.ok(Math.min(...counts) > 500, counts.join())
})

test('words that look alike have one skeleton', () => {
  assert.equal(skeletonOf('1nternet'), 'lntemet')
  assert.equal(skeletonOf('c10ud'), skeletonOf('d0ud'))
  assert.equal(skeletonOf('vvord'), 'word')
  assert.equal(skeletonOf(''), '')
  assert.equal(skeletonOf('rnattn'), skeletonOf('mattn'))
  assert.equal(skeletonOf('ünï-r'), 'ünï-r')
})

test('a word without an affix is found for every affix, and only where letters are left', () => {
  for (const affix of AFFIXES) {
    for (const word of [`${affix}abc`, `abc${affix}`]) {
      assert.ok(stemsOf(word).includes('abc'), word)
      assert.ok(addsAffix(word, 'abc'), word)
    }
    assert.ok(!stemsOf(`${affix}q`).includes('q'))
  }
  assert.deepEqual(stemsOf('yamlv3'), ['yaml', 'yamlv'])
})

test('a host in Punycode is read as a person reads it', () => {
  assert.equal(readableHost('xn--gthub-n2e.com'), 'github.com')
  assert.equal(readableHost('xn--gthub-zsa.com'), 'github.com')
  assert.equal(readableHost('xn--glang-rce.org'), 'golang.org')
  for (const host of ['github.com', 'xn--.com', `${'xn--'.repeat(60)}.com`])
    assert.equal(readableHost(host), host)
})
