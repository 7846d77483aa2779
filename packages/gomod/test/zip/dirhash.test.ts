import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gitBlobId, hash1, hashGoMod, hashZipEntries, sha256Hex } from '../../src/zip/dirhash.ts'

// Go computed the hashes of this file.
const GO_MOD = Buffer.from('module example.com/m\n')
const FILES = [
  { name: 'go.mod', sha256: sha256Hex(GO_MOD) },
  { name: '\u{20000}.txt', sha256: sha256Hex(Buffer.from('y')) },
  { name: '\uff21.txt', sha256: sha256Hex(Buffer.from('x')) },
  { name: 'a.go', sha256: sha256Hex(Buffer.from('package a\n')) },
]

test('a go.mod', () => {
  assert.equal(hashGoMod(GO_MOD), 'h1:flS2VctbRrTv+sBE+VKgxx6hlkMGPVz9MGOmzMYFg3k=')
})

test('a zip, its names in UTF-8 order', () => {
  const expected = 'h1:ntItnYRBw5NqJWfoPElsy0E5dQ/1gms3REaL9vDYQ4I='
  assert.equal(hashZipEntries('example.com/m', 'v1.0.0', FILES), expected)
  assert.equal(hashZipEntries('example.com/m', 'v1.0.0', [...FILES].reverse()), expected)
  assert.notEqual(hashZipEntries('example.com/m', 'v1.0.1', FILES), expected)
})

test('a name with a line break', () => {
  assert.throws(() => hash1([{ name: 'a\nb', sha256: '' }]), { code: 'malformed' })
})

test('git blob ids', () => {
  // `git hash-object` of an empty file and of "hello\n"; the SHA-256 form in a repository of that format.
  assert.equal(gitBlobId(Buffer.alloc(0)), 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391')
  assert.equal(gitBlobId(Buffer.from('hello\n')), 'ce013625030ba8dba906f756967f9e9ca394464a')
  assert.equal(
    gitBlobId(Buffer.alloc(0), 'sha256'),
    '473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813',
  )
})
