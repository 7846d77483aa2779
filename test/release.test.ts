import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { versionFaults } from '../infra/release/version-places.ts'

const read = (file: string): string => readFileSync(path.join(import.meta.dirname, '..', file), 'utf8')

test('every place names the version of package.json, and another one is found out', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string }
  assert.deepEqual(versionFaults(version, read), [])
  assert.equal(versionFaults('9.9.9', read).length, 6)
})
