import assert from 'node:assert/strict'
import { test } from 'node:test'
import { differencesOf } from '@mirrorwatch/notify/blocks/differences'
import { copyOf, differenceOf, stored } from '@mirrorwatch/testing/findings/findings'
import { diffRows } from '../src/pages/diff/rows.ts'
import { cursorText, readCursor } from '../src/pages/findings/cursor.ts'
import { filterQuery, readFilter, storeFilter } from '../src/pages/findings/filter.ts'
import { codeLine } from '../src/pages/parts/code-line.ts'
import { highlightLines } from '../src/pages/parts/code-text.ts'
import { zipLink } from '../src/pages/parts/links.ts'
import { comparePaths } from '../src/pages/parts/path-difference.ts'
import { filePart } from '../src/pages/zips/file-lines.ts'

const NOW = new Date('2026-11-28T09:00:00Z')

test('differing letters of similar names are marked, and whole elements of different ones', () => {
  const marked = (module: string, target: string): string =>
    comparePaths(module, target)
      .module.map(({ text, differs }) => (differs ? `[${text}]` : text))
      .join('')
  assert.equal(marked('github.com/boltdb-go/bolt', 'github.com/boltdb/bolt'), 'github.com/boltdb[-go]/bolt')
  assert.equal(marked('github.com/utfave/cli', 'github.com/urfave/cli'), 'github.com/u[t]fave/cli')
  assert.equal(marked('github.com/evil/hypert', 'github.com/areknoster/hypert'), 'github.com/[evil]/hypert')
  assert.equal(marked(`github.com/${'a'.repeat(3_000)}/b`, 'github.com/c/b').length, 3_015)
})

test('a filter survives the way through an address, and unknown values are left out', () => {
  const query =
    'q=bolt&severity=high&severity=critical&status=all&since=7&risen=1&target=github.com%2Fa%2Fb&capability=network'
  const filter = readFilter(new URLSearchParams(query))
  assert.deepEqual(readFilter(new URLSearchParams(filterQuery(filter))), filter)
  assert.deepEqual(filter.severities, ['critical', 'high'])
  const wrong = readFilter(
    new URLSearchParams('severity=evil&status=__proto__&since=9&rule=x&capability=constructor'),
  )
  assert.equal(filterQuery(wrong), '')
  assert.deepEqual(storeFilter(wrong, 'alice', NOW), { statuses: ['open', 'investigating'] })
  assert.equal(storeFilter(readFilter(new URLSearchParams('assignee=nobody')), 'alice', NOW).assignee, null)
  assert.equal(storeFilter(readFilter(new URLSearchParams('assignee=me')), 'alice', NOW).assignee, 'alice')
})

test('a forged cursor is refused', () => {
  const position = { severityRank: 1, changedAt: '2026-11-28T09:00:00.000000Z', id: 7 }
  assert.deepEqual(readCursor(cursorText(position)), position)
  for (const wrong of [
    '',
    'x',
    '!!!',
    Buffer.from('[1,"now",2]').toString('base64url'),
    cursorText({ ...position, id: -1 }),
  ])
    assert.equal(readCursor(wrong), null)
})

test('coloured code is the code, and nothing of it is markup', async () => {
  const lines = ['package a // <script>alert(1)</script>', 'var s = `a &amp; <b>', '` + "\\u{202e}"', '']
  const tokens = highlightLines(lines, 'a.go')
  assert.deepEqual(
    tokens.map((line) => line.map(({ text }) => text).join('')),
    lines,
  )
  const shown = String(await codeLine(tokens[0] ?? []))
  assert.match(shown, /&lt;script&gt;/)
  assert.doesNotMatch(shown, /<script/)
  assert.match(String(await codeLine(tokens[2] ?? [])), /class="written-out"/)
})

test('a long line is wrapped with the column told, and blanks that push code out of sight are counted', async () => {
  const line = `x${' '.repeat(500)}${'y'.repeat(400)}`
  const shown = String(await codeLine([{ text: line, kind: null }]))
  assert.match(shown, /500 blanks/)
  assert.match(shown, /Column 641; the line goes on/)
})

test('elements of dots never reach an address as such', () => {
  assert.equal(zipLink('a.b/c', 'v1.0.0', '../x/..', 3), '/zips/a.b/c/@v/v1.0.0/%252e%252e/x/%252e%252e#L3')
  assert.equal(zipLink('a.b/c', 'v1.0.0', 'a b/<x>?#.go'), '/zips/a.b/c/@v/v1.0.0/a%20b/%3Cx%3E%3F%23.go')
})

test('similar lines stand side by side with their differing words marked', () => {
  const diff = [
    '--- repository/a.go',
    '+++ zip/a.go',
    '@@ -1,3 +1,3 @@',
    ' package a',
    '-var x = 1',
    '+var x = 2',
    ' // end',
  ].join('\n')
  const signal = stored({
    rule: 'cache-differs',
    version: 'v1.0.0',
    evidence: differenceOf({ quoted: [{ path: 'a.go', change: 'modified', diff }] }),
  })
  const [difference] = differencesOf([signal], new Map([['a.go:2', ['import-process']]]))
  const file = difference?.files[0]
  assert.deepEqual(file?.lines.find(({ line }) => line === 2)?.marks, ['import-process'])
  const rows = diffRows(file?.lines ?? [], 'a.go')
  const changed = rows.find(({ kind }) => kind === 'changed')
  assert.ok(changed !== undefined && changed.kind === 'changed')
  assert.deepEqual(changed.left?.differs, [{ from: 8, to: 9 }])
  assert.deepEqual([changed.left?.number, changed.right?.number], [2, 2])
})

test('a removed line that looks like a header of a file is a line', () => {
  const diff = [
    '--- original/a.go',
    '+++ lookalike/a.go',
    '@@ -1,2 +1,1 @@',
    ' package a',
    '--- evil/b.go',
    '--- original/c.go',
    '+++ lookalike/c.go',
    '@@ -0,0 +1,1 @@',
    '+package c',
  ].join('\n')
  const compared = [
    { path: 'a.go', relation: 'changed' },
    { path: 'c.go', relation: 'added' },
  ] as const
  const signal = stored({
    rule: 'near-copy',
    version: 'v1.0.0',
    evidence: copyOf({ diff, compared: [...compared] }),
  })
  const [difference] = differencesOf([signal], new Map())
  assert.deepEqual(
    difference?.files.map(({ name, lines }) => [
      name,
      lines.filter(({ kind }) => kind !== 'file').map(({ text }) => text),
    ]),
    [
      ['a.go', ['@@ -1,2 +1,1 @@', ' package a', '--- evil/b.go']],
      ['c.go', ['@@ -0,0 +1,1 @@', '+package c']],
    ],
  )
})

test('a file is shown in parts: a long line is cut with its length told, and can be read alone', () => {
  const content = Buffer.from(`${'x'.repeat(10_000)}\n${'a\n'.repeat(3_000)}`)
  const part = filePart(content, 'a.txt', { from: 1, single: false })
  assert.equal(part?.lines[0]?.cut, 8_000)
  assert.equal(part?.total, 3_001)
  assert.equal(part?.next, 251)
  const alone = filePart(content, 'a.txt', { from: 1, single: true })
  assert.equal(alone?.lines[0]?.cut, 0)
  assert.equal(alone?.lines.length, 1)
  assert.equal(filePart(Buffer.from([0, 1, 2]), 'a', { from: 1, single: false }), null)
})
