import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  build,
  canonical,
  canonicalVersion,
  compare,
  compareForSort,
  isValid,
  major,
  prerelease,
} from '../../src/paths/semver.ts'

const SORTED = [
  'bad',
  'v0.0.0-20191109021931-daa7c04131f5',
  'v0.0.0',
  'v1.0.0-0.a',
  'v1.0.0-1',
  'v1.0.0-A',
  'v1.0.0-a',
  'v1.0.0-alpha',
  'v1.0.0-alpha.1',
  'v1.0.0-rc.1',
  'v1.0.0-rc.2',
  'v1.0.0-rc.11',
  'v1.0.0',
  'v1.0.1-0.20200101000000-aaaaaaaaaaaa',
  'v1.0.1-pre',
  'v1.9.0',
  'v1.10.0',
  'v2.0.0',
  'v2.0.0+incompatible',
]

test('valid and invalid versions', () => {
  const valid = [
    'v1',
    'v1.2',
    'v0.0.0',
    'v1.2.3-0',
    'v1.2.3--0',
    'v0.0.0-20191109021931-001234567890',
    'v1.2.3-0a',
    'v1.2.3+01',
    'v1.2.3-a.b+c.d',
  ]
  const invalid = [
    '',
    '1.2.3',
    'v',
    'v01.2.3',
    'v1.2-pre',
    'v1.2+b',
    'v1.2.3-',
    'v1.2.3-a..b',
    'v1.2.3-01',
    'v1.2.3-a.01',
    'v1.2.3+',
    'v1.2.3\n',
    ' v1.2.3',
    'V1.2.3',
    'v1.2.3.4',
    'v1.2.3-é',
  ]
  for (const version of valid) assert.ok(isValid(version), version)
  for (const version of invalid) assert.ok(!isValid(version), version)
})

test('canonical forms', () => {
  assert.equal(canonical('v1'), 'v1.0.0')
  assert.equal(canonical('v1.2'), 'v1.2.0')
  assert.equal(canonical('v1.2.3-pre+meta'), 'v1.2.3-pre')
  assert.equal(canonical('nope'), '')
  assert.equal(canonicalVersion('v2.0.0+incompatible'), 'v2.0.0+incompatible')
  assert.equal(canonicalVersion('v2.0.0+incompatible.1'), 'v2.0.0')
  assert.equal(canonicalVersion('v2.0.0+meta'), 'v2.0.0')
})

test('parts', () => {
  assert.equal(major('v12.3.4'), 'v12')
  assert.equal(major('v2'), 'v2')
  assert.equal(major('2.0.0'), '')
  assert.equal(prerelease('v1.2.3-pre.1+b'), '-pre.1')
  assert.equal(build('v1.2.3-pre.1+b'), '+b')
  assert.equal(prerelease('v1.2.3'), '')
})

test('order', () => {
  assert.deepEqual([...SORTED].reverse().sort(compareForSort), SORTED)
  assert.equal(compare('v2.0.0', 'v2.0.0+incompatible'), 0)
  assert.equal(compare('bad', 'worse'), 0)
  assert.ok(compare('v9007199254740993.0.0', 'v9007199254740992.0.0') > 0)
  assert.ok(compare('v1.0.0-9007199254740993', 'v1.0.0-9007199254740992') > 0)
})
