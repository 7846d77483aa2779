import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { before, suite, test } from 'node:test'
import { loadParser } from '@mirrorwatch/testing/go/go-parser'
import { parseTxtar } from '@mirrorwatch/testing/go/txtar'
import type { Parser } from 'web-tree-sitter'
import { isWrite } from '../../src/go/capability/writes.ts'
import { analyseGoFiles } from '../../src/go/report/analyse.ts'
import type { CapabilityReport, SourceFile } from '../../src/go/types.ts'

const M = 'example.com/m'

/** Sources that gofmt or an editor would change. */
const EXACT: Readonly<Record<string, string>> = {
  'line breaks': 'package a\nimport "os/exec"\nfunc init() { exec.\n\tCommand("x").\n\tRun() }\n',
  comments: 'package a\nimport "os/exec"\nfunc init() { exec/* a */./* b */Command("x").Run() }\n',
  semicolons: 'package a; import "os/exec"; func init() { exec.Command("x").Run() }',
  'a byte order mark': '\ufeffpackage a\nimport "os/exec"\nfunc init() { exec.Command("x").Run() }\n',
  'carriage returns': 'package a\r\nimport "os/exec"\r\nfunc init() { exec.Command("x").Run() }\r\n',
}

/** Returns the cases of a fixture. A file is named `case`, or `case: path` where it is not `a.go` alone. */
function casesOf(fixture: string): [name: string, files: SourceFile[]][] {
  const text = readFileSync(path.join(import.meta.dirname, 'fixtures', fixture), 'utf8')
  const files = [...parseTxtar(text)].map(([header, content]) => {
    const [name = '', file = 'a.go'] = header.split(': ')
    return { name, file: { path: file, content } }
  })
  const byName = Map.groupBy(files, ({ name }) => name)
  return [...byName].map(([name, each]) => [name, each.map(({ file }) => file)])
}

suite('what runs on import', () => {
  let parser: Parser
  before(async () => {
    parser = await loadParser()
  })
  const acting = ({ uses }: CapabilityReport): number =>
    uses.filter(
      (use) => use.onImport && (['process', 'network', 'plugin'].includes(use.kind) || isWrite(use)),
    ).length
  const analyse = (files: readonly SourceFile[]): CapabilityReport => analyseGoFiles(parser, files, [M])
  const exec = (code: string): SourceFile[] => [
    { path: 'a.go', content: `package a\n\nimport "os/exec"\n\n${code}\n` },
  ]

  const exact = Object.entries(EXACT).map(([name, content]) => [name, [{ path: 'a.go', content }]] as const)
  for (const [name, files] of [...casesOf('on-import.txtar'), ...casesOf('two-packages.txtar'), ...exact]) {
    test(`is seen: ${name}`, () => {
      const report = analyse(files)
      assert.ok(acting(report) > 0, JSON.stringify(report.uses))
      assert.deepEqual(report.unparsed, [])
    })
  }

  for (const [name, files] of casesOf('not-on-import.txtar')) {
    test(`does not: ${name}`, () => {
      const report = analyse(files)
      assert.equal(acting(report), 0, JSON.stringify(report.uses.filter((use) => use.onImport)))
      assert.deepEqual(report.unparsed, [])
    })
  }

  test('what a variable stores and only a command calls is the command’s', () => {
    const code = `var Root = &cobra.Command{Run: func() { exec.Command("x").Run() }}\nfunc main() { Root.Execute() }`
    const content = `package main\n\nimport "github.com/spf13/cobra"\nimport "os/exec"\n\n${code}\n`
    const [use] = analyse([{ path: 'a.go', content }]).uses
    assert.equal(use?.reachedFrom[0], 'main')
  })

  test('is found among fifty thousand functions of one name, each call of which may mean any', () => {
    const lines = 50_000
    const given = 'f = func() int { return 1 }\n'.repeat(lines)
    const code = `var f func() int\nfunc init() {\n${given}f = func() int { exec.Command("x").Run(); return 1 }\n${'f()\n'.repeat(lines)}}`
    assert.equal(acting(analyse(exec(code))), 1)
  })

  test('is found among thousands of types with one method, and at the end of an endless chain', () => {
    const numbers = Array.from({ length: 20_000 }, (_, n) => n)
    const types = numbers.map((n) => `type T${n} struct{}\nfunc (T${n}) Go() {}\n`).join('')
    const calls = numbers.map((n) => `T${n}{}.Go(); x.Go()\n`).join('')
    const last = 'type L struct{}\nfunc (L) Go() { exec.Command("x").Run() }\n'
    assert.equal(acting(analyse(exec(`${types}${last}func init() {\n${calls}L{}.Go() }`))), 1)
    const chain = `type C struct{}\nfunc (c C) C() C { return c }\nfunc init() { C{}${'.C()'.repeat(4_000)}; exec.Command("x").Run() }`
    assert.equal(acting(analyse(exec(chain))), 1)
  })
})
