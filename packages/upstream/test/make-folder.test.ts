import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { makeFolder } from '../src/make-folder.ts'

test('a folder is made with those above it, once, and closed to others where that is asked', (t) => {
  const top = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-folder-'))
  t.after(() => rmSync(top, { recursive: true }))
  const folder = path.join(top, 'a', 'b')
  makeFolder(folder, 0o700)
  makeFolder(folder, 0o755)
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  writeFileSync(path.join(top, 'file'), '')
  assert.throws(() => makeFolder(path.join(top, 'file', 'c')), { code: 'ENOTDIR' })
})

test('a folder that the kernel will not make is an error at once', () => {
  assert.throws(() => makeFolder('/proc/x/y/z'), { code: 'ENOENT' })
})
