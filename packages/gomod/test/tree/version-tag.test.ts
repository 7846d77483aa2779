import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseVersionTag } from '../../src/tree/version-tag.ts'

test('a tag names a version and the directory of its module', () => {
  assert.deepEqual(parseVersionTag('refs/tags/v1.2.3'), { codeDir: '', version: 'v1.2.3' })
  assert.deepEqual(parseVersionTag('refs/tags/sdk/azcore/v0.1.0-beta.1'), {
    codeDir: 'sdk/azcore',
    version: 'v0.1.0-beta.1',
  })
})

test('other refs, shorthands and hostile names are no version tags', () => {
  const others = [
    'HEAD',
    'refs/heads/v1.2.3',
    'refs/tags/v1',
    'refs/tags/v1.2',
    'refs/tags/v1.2.3+meta',
    'refs/tags/v01.2.3',
    'refs/tags/1.2.3',
    'refs/tags//v1.2.3',
    'refs/tags/../v1.2.3',
    'refs/tags/-x/.y/v1.2.3',
    'refs/tags/a\0b/v1.2.3',
    'refs/tags/caf\u00e9/v1.2.3',
    `refs/tags/${'d/'.repeat(300)}v1.2.3`,
  ]
  for (const ref of others) assert.equal(parseVersionTag(ref), null, ref)
})
