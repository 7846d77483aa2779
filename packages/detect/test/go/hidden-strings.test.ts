import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { before, suite, test } from 'node:test'
import { needsGo } from '@mirrorwatch/testing/go/go-command'
import { loadParser } from '@mirrorwatch/testing/go/go-parser'
import { parseTxtar } from '@mirrorwatch/testing/go/txtar'
import type { Parser } from 'web-tree-sitter'
import { analyseGoFiles } from '../../src/go/report/analyse.ts'
import type { SourceFile } from '../../src/go/types.ts'

/** The text that every case of the fixture hides. */
const HIDDEN = '/bin/true --now'
const USE = 'package p\n\nimport "os/exec"\n\nfunc init() { exec.Command(Run()) }\n'

/** Returns the cases of the fixture. A file is named `case`, or `case: path` where it is not `a.go`. */
function casesOf(fixture: string): [name: string, files: SourceFile[]][] {
  const text = readFileSync(path.join(import.meta.dirname, 'fixtures', fixture), 'utf8')
  const files = [...parseTxtar(text)].map(([header, content]) => {
    const [name = '', file = 'a.go'] = header.split(': ')
    return { name, file: { path: file, content } }
  })
  const byName = Map.groupBy(files, ({ name }) => name)
  return [...byName].map(([name, each]) => [name, each.map(({ file }) => file)])
}

const cases = casesOf('hidden-strings.txtar')

suite('strings that code hides are shown', () => {
  let parser: Parser
  before(async () => {
    parser = await loadParser()
  })

  for (const [name, files] of cases) {
    test(name, () => {
      const { uses, strings } = analyseGoFiles(parser, [...files, { path: 'use.go', content: USE }])
      const [use] = uses.filter(({ what }) => what === 'os/exec.Command')
      assert.equal(use?.folded, HIDDEN)
      assert.ok(strings.some(({ value }) => value === HIDDEN))
    })
  }

  test('no case hides it in plain sight', () => {
    for (const [name, files] of cases) assert.ok(!files.some(({ content }) => content.includes(HIDDEN)), name)
  })
})

test('the go command reads the same from every case', needsGo, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-hidden-'))
  try {
    const imports: string[] = []
    const calls: string[] = []
    for (const [at, [, files]] of cases.entries()) {
      for (const file of files) {
        const target = path.join(folder, `p${at}`, file.path)
        mkdirSync(path.dirname(target), { recursive: true })
        writeFileSync(target, file.content)
      }
      imports.push(`\tp${at} "example.com/hidden/p${at}"\n`)
      calls.push(`\tfmt.Printf("%q\\n", p${at}.Run())\n`)
    }
    const main = `package main\n\nimport (\n\t"fmt"\n\n${imports.join('')})\n\nfunc main() {\n${calls.join('')}}\n`
    writeFileSync(path.join(folder, 'main.go'), main)
    writeFileSync(path.join(folder, 'go.mod'), 'module example.com/hidden\n\ngo 1.19\n')
    const env = { ...process.env, GOFLAGS: '', GOTOOLCHAIN: 'local', GOPROXY: 'off', GOWORK: 'off' }
    const { stdout, stderr, status } = spawnSync('go', ['run', '.'], { cwd: folder, env, encoding: 'utf8' })
    assert.equal(status, 0, stderr)
    const printed = stdout.trim().split('\n')
    for (const [at, [name]] of cases.entries()) assert.equal(printed[at], JSON.stringify(HIDDEN), name)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
