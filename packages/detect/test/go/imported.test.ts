import assert from 'node:assert/strict'
import { before, suite, test } from 'node:test'
import { loadParser } from '@mirrorwatch/testing/go/go-parser'
import type { Parser } from 'web-tree-sitter'
import { usesOnImport } from '../../src/go/report/imported.ts'
import type { CapabilityReport, CapabilityUse } from '../../src/go/types.ts'
import { addedCodeSignals } from '../../src/judge/signals/code-signals.ts'

const M = 'example.com/metrics'

function runs(name: string, imports: readonly string[] = []): string {
  const paths = ['os/exec', ...imports].map((path) => `\t_ "${path}"\n`).join('')
  return `package p\n\nimport (\n\t"os/exec"\n${paths})\n\nfunc init() { exec.Command("${name}").Run() }\n`
}

suite('what a module does when packages of it are imported', () => {
  let parser: Parser
  before(async () => {
    parser = await loadParser()
  })

  const files = Object.entries({
    'root.go': runs('root', [`${M}/deep/er`, 'example.com/other/x']),
    'root_test.go': runs('test'),
    'deep/er/er.go': runs('deeper', [M]),
    'deep/deep.go': runs('deep'),
    'cmd/tool/main.go': runs('tool'),
    'later/later.go': 'package later\n\nimport "os/exec"\n\nfunc Run() { exec.Command("later").Run() }\n',
  }).map(([path, content]) => ({ path, content }))
  const folded = (importPaths: string[]): string[] =>
    usesOnImport(parser, files, M, importPaths)
      .uses.filter(({ kind }) => kind === 'process')
      .map((use) => use.folded ?? '?')
      .toSorted((a, b) => (a < b ? -1 : 1))

  test('these packages and their imports are read, and no others', () => {
    assert.deepEqual(folded([M]), ['deeper', 'root'])
    assert.deepEqual(folded([`${M}/deep`]), ['deep'])
    assert.deepEqual(folded([`${M}/later`]), [], 'only when it is called')
    assert.deepEqual(folded([`${M}/cmd/tool`, `${M}/deep`]), ['deep', 'tool'])
  })

  test('packages that it has not, and those of others, are nothing', () => {
    for (const path of [`${M}/nope`, `${M}extra`, 'example.com/other', '', '/', `${M}/../../etc`]) {
      assert.deepEqual(folded([path]), [], path)
    }
  })
})

test('what an imported module does counts as if the code did it, and says where it stands', () => {
  const use: CapabilityUse = {
    kind: 'process',
    what: 'os/exec.Command',
    onImport: true,
    reachedFrom: ['init'],
    calledFrom: [],
    quote: 'exec.Command("true").Run()',
    folded: 'true',
    file: 'boot/boot.go',
    line: 3,
    column: 1,
  }
  const report: CapabilityReport = {
    files: 1,
    ownPaths: [],
    imports: [`${M}/boot`],
    uses: [],
    strings: [],
    places: [],
    unparsed: [],
    truncated: false,
    imported: [{ path: M, version: 'v1.0.0', uses: [use, { ...use, kind: 'environment' }] }],
  }
  const signals = addedCodeSignals(report, 'v2.0.0', 'original')
  assert.deepEqual(
    signals.map(({ rule }) => rule),
    ['import-process', 'added-import'],
  )
  const { through, lines } = (signals[0]?.evidence ?? {}) as { through: string; lines: { file: string }[] }
  assert.equal(through, `${M}@v1.0.0`)
  assert.deepEqual(
    lines.map(({ file }) => file),
    [`${M}@v1.0.0/boot/boot.go`],
  )
})
