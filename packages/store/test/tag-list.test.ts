import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { packTags, unpackTags } from '../src/repositories/tag-list.ts'

const id = (text: string, algorithm: 'sha1' | 'sha256' = 'sha1'): string =>
  createHash(algorithm).update(text).digest('hex')

test('packed tags are read back, in any order and with names of any length', () => {
  for (const algorithm of ['sha1', 'sha256'] as const) {
    const names = ['v1.0.0', 'v1.10.0', 'v1.2.0', `${'d'.repeat(400)}/v1.0.0`, 'sub/v1.0.0', 'sub/v1.0.1']
    const tags = new Map(names.map((name) => [name, id(name, algorithm)]))
    assert.deepEqual(unpackTags(packTags(tags)), tags)
  }
  assert.deepEqual(unpackTags(packTags(new Map())), new Map())
})

test('equal lists give equal bytes, and one commit makes a difference', () => {
  const one = new Map([
    ['v1.0.0', id('a')],
    ['v1.0.1', id('b')],
  ])
  const same = new Map([...one].reverse())
  assert.ok(packTags(one).equals(packTags(same)))
  assert.ok(!packTags(one).equals(packTags(new Map([...one, ['v1.0.1', id('c')]]))))
})

test('a tag takes about 23 bytes', () => {
  const tags = new Map(
    Array.from({ length: 1000 }, (_, n) => [`v1.${Math.floor(n / 10)}.${n % 10}`, id(`${n}`)]),
  )
  assert.ok(packTags(tags).length < 24 * 1000, `${packTags(tags).length}`)
})

test('damaged bytes are an error', () => {
  const packed = packTags(new Map([['v1.0.0', id('a')]]))
  for (const damaged of [
    Buffer.alloc(0),
    Buffer.from([9, 20]),
    packed.subarray(0, 15),
    packed.subarray(0, 3),
  ])
    assert.throws(() => unpackTags(damaged), RangeError)
})
