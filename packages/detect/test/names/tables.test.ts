import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HashTable } from '../../src/names/index/hash-table.ts'
import { addsAffix, stemsOf } from '../../src/names/rules/affix.ts'
import { textHash } from '../../src/names/rules/hash.ts'
import { skeletonHashOf, skeletonOf } from '../../src/names/rules/letters.ts'
import { readableHost } from '../../src/names/rules/readable-host.ts'
import { AFFIXES } from '../../src/names/rules/words.ts'
import { seeded } from './random-paths.ts'

function valuesOf(table: HashTable, hash: number): number[] {
  const values: number[] = []
  for (let at = table.first(hash); at !== -1; at = table.next(at)) values.push(table.value(at))
  return values.sort((a, b) => a - b)
}

test('the hash table holds what a map holds, whatever the hashes have in common', () => {
  const random = seeded(3)
  const table = new HashTable()
  const map = new Map<number, number[]>()
  for (let value = 0; value < 20_000; value++) {
    // A third share their low bits, which choose the place.
    const hash = (random() < 0.3 ? Math.floor(random() * 400) << 20 : Math.floor(random() * 2 ** 32)) | 0
    table.add(hash, value)
    map.set(hash, [...(map.get(hash) ?? []), value])
  }
  for (const [hash, values] of map) assert.deepEqual(valuesOf(table, hash), values)
  for (let i = 0; i < 5000; i++) {
    const hash = Math.floor(random() * 2 ** 32) | 0
    if (!map.has(hash)) assert.deepEqual(valuesOf(table, hash), [])
  }
})

test('the hash of a skeleton is that of the word that it stands for', () => {
  assert.equal(skeletonOf('1nternet'), 'lntemet')
  assert.equal(skeletonOf('c10ud'), skeletonOf('d0ud'))
  assert.equal(skeletonOf('vvord'), 'word')
  assert.equal(skeletonOf(''), '')
  for (const word of ['rnattn', 'mattn', 'clclcl', 'i1l', 'r'.repeat(300), 'ünï']) {
    assert.equal(skeletonHashOf(word), textHash(skeletonOf(word)), word)
  }
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
