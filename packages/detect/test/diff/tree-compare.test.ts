import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ModuleFile } from '@mirrorwatch/gomod/tree/module-tree'
import { gitBlobId } from '@mirrorwatch/gomod/zip/dirhash'
import { escapeInvisible, unifiedDiff } from '../../src/diff/file-diff.ts'
import {
  compareFiles,
  compiledFirst,
  differInLineEndsAlone,
  explainChange,
  sameNames,
  type ZipFile,
} from '../../src/diff/tree-compare.ts'

function zip(files: Record<string, string>): Map<string, ZipFile> {
  return new Map(
    Object.entries(files).map(([path, text]) => [path, { path, blobId: gitBlobId(Buffer.from(text)) }]),
  )
}

function tree(files: Record<string, string>): Map<string, ModuleFile> {
  return new Map(
    Object.entries(files).map(([path, text]) => {
      const source = { mode: '100644', id: gitBlobId(Buffer.from(text)), path: `dir/${path}`, utf8: true }
      return [path, { path, source, copied: false }]
    }),
  )
}

test('files are compared by name, then by the ids that git gives them', () => {
  const comparison = compareFiles(
    zip({ a: '1', b: '2', c: '3', z: '' }),
    tree({ b: '2', c: '4', d: '5', z: '' }),
  )
  assert.deepEqual(comparison, {
    same: ['b', 'z'],
    changed: ['c'],
    onlyInZip: ['a'],
    onlyInRepository: ['d'],
  })
  assert.equal(sameNames(comparison), false)
  assert.equal(sameNames(compareFiles(zip({ a: '1' }), tree({ a: '2' }))), true)
})

test('a difference from the stored file by line ends or expanded $Id$ alone is explained', () => {
  const explain = (compiled: string, stored: string): unknown =>
    explainChange(Buffer.from(compiled), gitBlobId(Buffer.from(stored)))
  const id = gitBlobId(Buffer.from('a $Id$ b\n'))
  assert.equal(explain('a\r\nb\r\n', 'a\nb\n'), 'eol')
  assert.equal(explain('a\r\nb\rc', 'a\nb\rc'), 'eol')
  assert.equal(explain(`a $Id: ${id} $ b\n`, 'a $Id$ b\n'), 'ident')
  assert.equal(explain('a\r\nx\r\n', 'a\nb\n'), null)
  assert.equal(explain('', 'a'), null)
  const long = gitBlobId(Buffer.from('a\n'), 'sha256')
  assert.equal(explainChange(Buffer.from('a\r\n'), long, 'sha256'), 'eol')
})

test('contents that differ in line ends alone are known', () => {
  const differ = (a: string, b: string): boolean => differInLineEndsAlone(Buffer.from(a), Buffer.from(b))
  assert.equal(differ('a\r\n', 'a\n'), true)
  assert.equal(differ('a\n', 'a\n'), false)
  assert.equal(differ('a\r\n', 'b\n'), false)
})

test('what is compiled comes first', () => {
  assert.deepEqual(compiledFirst(['README.md', 'a.go', 'LICENSE', 'go.mod', 'x.s', 'go.mod.txt']), [
    'a.go',
    'go.mod',
    'x.s',
    'README.md',
    'LICENSE',
    'go.mod.txt',
  ])
})

test('a diff shows the repository first', () => {
  const diff = unifiedDiff('db.go', Buffer.from('a\nb\nc\n'), Buffer.from('a\nevil\nc\n'))
  assert.deepEqual(diff?.split('\n'), [
    '--- repository/db.go',
    '+++ zip/db.go',
    '@@ -1,3 +1,3 @@',
    ' a',
    '-b',
    '+evil',
    ' c',
  ])
  assert.match(
    unifiedDiff('x', null, Buffer.from('new\n')) ?? '',
    /^--- \/dev\/null\n\+\+\+ zip\/x\n.*\n\+new$/,
  )
  assert.match(
    unifiedDiff('x', Buffer.from('old\n'), null) ?? '',
    /^--- repository\/x\n\+\+\+ \/dev\/null\n.*\n-old$/,
  )
})

test('a diff cannot lie about itself', () => {
  const diff = unifiedDiff(
    'a.go',
    Buffer.from('x\n'),
    Buffer.from('\u202ex\u2066 \u001b[2J\u200b\u2028\r\n\tok\n'),
  )
  assert.ok(diff?.includes('+\\u{202e}x\\u{2066} \\u{1b}[2J\\u{200b}\\u{2028}\\u{d}'), diff ?? '')
  assert.ok(diff?.includes('+\tok'))
  for (const hidden of ['\u202e', '\u2066', '\u001b', '\u200b', '\u2028', '\r'])
    assert.ok(!diff?.includes(hidden))
  assert.equal(escapeInvisible('日本語 é\tx'), '日本語 é\tx')
  assert.ok(!unifiedDiff('a\u202e\n.go', Buffer.from('x'), Buffer.from('y'))?.includes('\u202e'))
})

test('binaries, strangers and giants have no diff, or a short one', () => {
  assert.equal(unifiedDiff('x', Buffer.from([0, 1]), Buffer.from('a')), null)
  assert.equal(unifiedDiff('x', Buffer.from('a'), Buffer.from([0xff, 0xfe, 0x41])), null)
  const lines = (word: string, count: number): Buffer =>
    Buffer.from(Array.from({ length: count }, (_, i) => `${word}${i}\n`).join(''))
  const limits = { maxLines: 50, maxLineChars: 40, maxEdits: 500 }
  assert.equal(unifiedDiff('x', lines('a', 5000), lines('b', 5000), limits), null)
  const long = unifiedDiff('x', Buffer.from(''), lines('b', 400), limits)?.split('\n') ?? []
  assert.equal(long.length, 51)
  assert.match(long.at(-1) ?? '', /rest of the difference is not shown/)
  const wide = unifiedDiff('x', Buffer.from('a'), Buffer.from('b'.repeat(1_000_000)), limits) ?? ''
  assert.ok(wide.length < 300)
  assert.match(wide, /1000001 characters/)
  for (let before = 30; before < 45; before++) {
    const line = `${'b'.repeat(before)}${'😀'.repeat(9)}`
    assert.ok(unifiedDiff('x', Buffer.from(''), Buffer.from(line), limits)?.isWellFormed(), line)
  }
})
