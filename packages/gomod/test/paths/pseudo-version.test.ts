import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPseudoVersion, parsePseudoVersion, pseudoVersionTime } from '../../src/paths/pseudo-version.ts'

const COMMIT = '20191109021931-daa7c04131f5'

test('bases', () => {
  const bases: [string, string][] = [
    [`v1.2.4-0.${COMMIT}`, 'v1.2.3'],
    [`v2.3.1-0.${COMMIT}+incompatible`, 'v2.3.0+incompatible'],
    [`v1.2.3-pre.0.${COMMIT}`, 'v1.2.3-pre'],
    [`v1.2.3-pre.0.${COMMIT}+incompatible`, 'v1.2.3-pre+incompatible'],
    [`v1.0.0-${COMMIT}`, ''],
    [`v1.2.18446744073709551616-0.${COMMIT}`, 'v1.2.18446744073709551615'],
  ]
  for (const [version, base] of bases) {
    assert.deepEqual(parsePseudoVersion(version), { base, timestamp: '20191109021931', rev: 'daa7c04131f5' })
  }
})

test('pseudo-versions whose base cannot exist', () => {
  for (const version of [`v2.0.0-${COMMIT}+incompatible`, `v1.2.0-0.${COMMIT}`]) {
    assert.ok(isPseudoVersion(version), version)
    assert.throws(() => parsePseudoVersion(version), { code: 'invalid-version' })
  }
})

test('ordinary versions', () => {
  for (const version of [
    `v1.2.3-${COMMIT}`,
    'v0.0.0-20191109021931',
    'v1.2.3',
    'v0.0.0-2019110902193-daa7c04131f5',
    `v01.0.0-${COMMIT}`,
  ]) {
    assert.ok(!isPseudoVersion(version), version)
    assert.throws(() => parsePseudoVersion(version), { code: 'invalid-version' })
  }
})

test('commit time', () => {
  const at = (timestamp: string) => pseudoVersionTime({ base: '', timestamp, rev: '' })
  assert.equal(at('20191109021931'), Date.UTC(2019, 10, 9, 2, 19, 31))
  assert.equal(at('20190231000000'), null)
  assert.equal(at('20191309021931'), null)
})
