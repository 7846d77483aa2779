import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { loadParser } from '@mirrorwatch/testing/go/go-parser'
import { analyseGoFiles } from '../../src/go/report/analyse.ts'
import { capabilityDifference } from '../../src/go/report/difference.ts'
import { isEmbedded } from '../../src/go/report/embeds.ts'
import type { CapabilityReport, CapabilityUse } from '../../src/go/types.ts'
import { insertPayload, PAYLOADS } from './payloads.ts'

const parser = await loadParser()
const HOST = `package host\n\nimport "os"\n\nfunc Read(name string) ([]byte, error) { return os.ReadFile(name) }\n`

function one(content: string): CapabilityReport {
  return analyseGoFiles(parser, [{ path: 'a.go', content }])
}

function onImport(report: CapabilityReport, kind: CapabilityUse['kind']): CapabilityUse[] {
  return report.uses.filter((use) => use.kind === kind && use.onImport)
}

/** Code of an `init` whose exec.Command shows what an expression folds to. */
function folds(expression: string, declarations = '', imports: string[] = []): string | null {
  const head = ['os/exec', ...imports].map((path) => `import "${path}"\n`).join('')
  const report = one(`package a\n${head}\n${declarations}\nfunc init() { exec.Command(${expression}) }\n`)
  return onImport(report, 'process')[0]?.folded ?? null
}

describe('payload shapes', () => {
  for (const payload of PAYLOADS) {
    test(`${payload.name} is found, with its line and its string`, () => {
      const before = one(HOST)
      const after = one(insertPayload(HOST, payload))
      assert.deepEqual(after.unparsed, [])
      const added = capabilityDifference(before, after)
      const uses = onImport(added, payload.kind)
      assert.ok(uses.length > 0)
      const shown = [...uses.map((use) => use.folded ?? ''), ...added.strings.map((string) => string.value)]
      assert.ok(
        shown.some((text) => text.includes(payload.folded)),
        JSON.stringify(shown),
      )
      assert.ok(uses.every((use) => use.quote.length > 5 && use.quote.length < 250))
      assert.equal(onImport(before, payload.kind).length, 0)
    })
  }

  test('the report gives the column, and quotes a window around the code', () => {
    const far = PAYLOADS.find((payload) => payload.name === 'far to the right')
    assert.ok(far)
    const [use] = onImport(one(insertPayload(HOST, far)), 'process')
    assert.ok(use && use.column > 2000)
    assert.match(use.quote, /var _ = exec\.Command/)
  })

  test('addresses are listed so that nothing makes a link of them', () => {
    const payload = PAYLOADS.find(({ name }) => name === 'concatenation')
    assert.ok(payload)
    const { places } = one(insertPayload(HOST, payload))
    assert.deepEqual(places[0]?.defanged, 'hxxp://127[.]0[.]0[.]1:9/storage')
    assert.equal(places[0]?.onImport, true)
  })
})

describe('folding', () => {
  test('strings', () => {
    assert.equal(folds('"a" + `b` + "\\x63\\u0064\\145"'), 'abcde')
    assert.equal(folds('string([]rune{104, 105}) + string(rune(33))'), 'hi!')
    assert.equal(folds('strings.Repeat("ab", 2) + strings.ToUpper("c")', '', ['strings']), 'ababC')
    assert.equal(folds('strings.Join(strings.Split("a-b-c", "-"), "/")', '', ['strings']), 'a/b/c')
    assert.equal(
      folds('strings.NewReplacer("_", "", "#", "/").Replace("_t#r_u_e")', '', ['strings']),
      't/rue',
    )
    assert.equal(folds('fmt.Sprintf("%s%c%d", "a", 98, 3)', '', ['fmt']), 'ab3')
    assert.equal(folds('"hello"[1:3] + string("xyz"[2])'), 'elz')
    assert.equal(folds('"日本"'), '日本')
  })

  test('numbers wrap and mix as in Go', () => {
    assert.equal(folds('string([]byte{200 + 172 - 256, 0x72 ^ 0, ^byte(138), byte(101)})'), 'true')
    assert.equal(folds('string(rune(0x1d0 >> 2))'), 't')
    assert.equal(folds('letters[C:]', 'const (\nA = iota\nB\nC\n)\nvar letters = "xxtrue"'), 'true')
  })

  test('variables, loops, helpers, closures, maps and builders', () => {
    const loop =
      'func f() string {\ns := ""\nfor i := len(w) - 1; i >= 0; i-- {\ns += string(w[i])\n}\nreturn s\n}\nvar w = "eurt"'
    assert.equal(folds('f()', loop), 'true')
    const helper =
      'func pick(n ...int) (s string) {\nfor _, i := range n {\ns += parts[i]\n}\nreturn\n}\nvar parts = map[int]string{1: "tr", 2: "ue"}'
    assert.equal(folds('pick(1, 2)', helper), 'true')
    const rotate = 'func rot(r rune) rune {\nif r >= 97 {\nreturn 97 + (r-97+13)%26\n}\nreturn r\n}'
    assert.equal(folds('strings.Map(rot, "gehr")', rotate, ['strings']), 'true')
    const builder =
      'func f() string {\nvar b strings.Builder\nfor _, c := range []byte{116, 114} {\nb.WriteByte(c)\n}\nb.WriteString("ue")\nreturn b.String()\n}'
    assert.equal(folds('f()', builder, ['strings']), 'true')
  })

  test('what is not known leaves a gap, not a guess', () => {
    assert.equal(folds('"http://127.0.0.1/" + os.Getenv("X") + "/b"', '', ['os']), 'http://127.0.0.1/…/b')
    assert.equal(folds('os.Getenv("X")', '', ['os']), '$X')
    assert.equal(folds('os.Args[0]', '', ['os']), null)
  })

  test('a loop that never ends does not hide the string after it', () => {
    const code =
      'func f() string {\nn := 0\nfor i := 0; i < 1000000000; i++ {\nn++\n}\nreturn string([]byte{116, 114, 117, 101})\n}'
    assert.equal(folds('f()', code), 'true')
  })
})

describe('what runs on import', () => {
  test('naming a function does not run it', () => {
    const report = one(`package a
import "os/exec"
var command = exec.Command
var table = map[string]func(){"run": run}
var tool = &Tool{Run: func() { exec.Command("git").Run() }}
type Tool struct{ Run func() }
func run() { command("git").Run() }
func register(t map[string]func()) { kept = t }
var kept map[string]func()
func init() { register(table); add(run) }
func add(f func()) { list = append(list, f) }
var list []func()
`)
    assert.deepEqual(onImport(report, 'process'), [])
    assert.ok(report.uses.some((use) => use.kind === 'process' && use.folded === 'git'))
  })

  test('a table of functions that nothing calls does not', () => {
    const code =
      'var fs = map[string]func(string, ...string) *exec.Cmd{"x": exec.Command}\nfunc F() { fs["x"]("true") }'
    assert.deepEqual(onImport(one(`package a\nimport "os/exec"\n${code}\n`), 'process'), [])
  })

  test('calling it does, through aliases, fields, methods, literals and what runs its argument', () => {
    const bodies = [
      'var c = exec.Command\nfunc init() { c("x") }',
      'type t struct{ f func() }\nvar v = t{f: func() { exec.Command("x") }}\nfunc init() { v.f() }',
      'type t struct{}\nfunc (t) m() { exec.Command("x") }\nvar _ = func() int { t{}.m(); return 1 }()',
      'var once sync.Once\nfunc init() { once.Do(func() { exec.Command("x") }) }',
      'func run(f func()) { f() }\nfunc init() { run(func() { exec.Command("x") }) }',
      'var fs = []func(){a}\nfunc a() { exec.Command("x") }\nfunc init() { for _, f := range fs { f() } }',
      'type s struct{}\nfunc (s) String() string { exec.Command("x"); return "" }\nvar _ = fmt.Sprint(s{})',
      'func init() { defer func() { go exec.Command("x").Run() }() }',
      'var _ = &exec.Cmd{Path: "x"}',
    ]
    for (const body of bodies) {
      const report = one(`package a\nimport "os/exec"\nimport "sync"\nimport "fmt"\n${body}\n`)
      assert.equal(onImport(report, 'process').length, 1, body)
    }
  })

  test('in any way that it is passed on, and under any name', () => {
    const pieces = '"/bi" + "n/t" + "rue"'
    const bodies = [
      'type t struct{ n []byte }\nfunc (x t) m() { exec.Command(string(x.n)) }\nfunc init() { f := t{n: []byte{47, 98, 105, 110, 47, 116, 114, 117, 101}}.m; f() }',
      'type t struct{ n string }\nfunc (x t) m() { exec.Command(x.n + "/t" + "rue") }\nfunc init() { t.m(t{"/bin"}) }',
      'type t struct{ n string }\nfunc (x *t) m() { exec.Command(x.n + "/t" + "rue") }\nvar v = &t{n: "/bin"}\nvar f = v.m\nfunc init() { f() }',
      'var v = struct{ a, b string }{"/bi", "n/t"}\nvar _ = exec.Command(v.a + v.b + "rue")',
      'type t struct{ a string }\nfunc init() { s := ""\nfor _, x := range []*t{{"/bi"}, {"n/t"}, {"rue"}} { s += x.a }\nexec.Command(s) }',
      `func init() { c := make(chan string, 1)\nc <- ${pieces}\nexec.Command(<-c) }`,
      `func init() { x := exec.Cmd{Path: ${pieces}}\nx.Run() }`,
      `func init() { x := &exec.Cmd{Args: []string{${pieces}}}\nx.Run() }`,
      `var fs = map[string]func(string, ...string) *exec.Cmd{"x": exec.Command}\nfunc init() { fs["x"](${pieces}) }`,
      `type t struct { n string; f func(string) }\nvar ts = []t{{${pieces}, func(s string) { exec.Command(s) }}}\nfunc init() { for _, x := range ts { x.f(x.n) } }`,
      `type l[T any] struct{ v T }\nfunc (x l[T]) on(f func(T)) { f(x.v) }\nfunc init() { l[string]{v: ${pieces}}.on(func(s string) { exec.Command(s) }) }`,
      `//go:linkname run os/exec.Command\nfunc run(name string, args ...string) *int\nfunc init() { run(${pieces}) }`,
      `type t []int\nfunc (t) Len() int { exec.Command(${pieces}); return 0 }\nfunc init() { sort.Sort(t{}) }`,
      `func init() { C.system(C.CString(${pieces})) }`,
      `func init() { p, _ := syscall.BytePtrFromString(${pieces}); syscall.RawSyscall(syscall.SYS_EXECVE, p, 0, 0) }`,
      `func init() { s, _ := strconv.Unquote("\\"\\\\x2fbin/\\\\x74rue\\""); exec.Command(s) }`,
    ]
    for (const body of bodies) {
      const imports = ['os/exec', 'sort', 'syscall', 'strconv', 'C'].map((name) => `import "${name}"\n`)
      const report = one(`package a\n${imports.join('')}${body}\n`)
      const uses = onImport(report, 'process')
      assert.equal(uses.length, 1, body)
      const shown = [uses[0]?.folded ?? '', ...report.strings.map(({ value }) => value)]
      assert.ok(
        shown.some((text) => text.includes('/bin/true')),
        `${body} ${shown.join(' | ')}`,
      )
    }
  })

  test('a C constructor that starts a program does, above import "C" and in files of C', () => {
    const c = '__attribute__((constructor)) static void go(void) { system("true"); }\n'
    const files = [
      [{ path: 'a.go', content: `package a\n\n/*\n${c}*/\nimport "C"\n` }],
      [{ path: 'a.h', content: c }],
    ]
    for (const each of files) {
      const [use, ...more] = onImport(analyseGoFiles(parser, each), 'process')
      assert.deepEqual(more, [])
      assert.match(use?.quote ?? '', /system\("true"\)/)
    }
    const called = 'static void go(void) { system("true"); }\n'
    assert.deepEqual(onImport(analyseGoFiles(parser, [{ path: 'a.c', content: called }]), 'process'), [])
  })

  test('a type that is or holds exec.Cmd, and a function for templates, may run one', () => {
    const bodies = [
      'type c = exec.Cmd\nvar _ = c{Path: "true"}',
      'type c struct{ exec.Cmd }\nvar _ = c{}',
      'var t = template.Must(template.New("").Funcs(template.FuncMap{"r": func(s string) string { exec.Command(s); return "" }}).Parse("{{r 1}}"))\nfunc init() { t.Execute(nil, nil) }',
    ]
    for (const body of bodies) {
      const report = one(`package a\nimport "os/exec"\nimport "text/template"\n${body}\n`)
      assert.equal(onImport(report, 'process').length, 1, body)
    }
  })

  test('across files, across packages of the module, through alias and dot imports', () => {
    const files = [
      {
        path: 'a.go',
        content: 'package a\nimport help "example.com/m/internal/x"\nfunc init() { help.Go() }\n',
      },
      { path: 'internal/x/x.go', content: 'package x\nfunc Go() { run() }\n' },
      { path: 'internal/x/y.go', content: 'package x\nimport . "os/exec"\nfunc run() { Command("true") }\n' },
    ]
    const report = analyseGoFiles(parser, files, ['example.com/m'])
    const [use] = onImport(report, 'process')
    assert.deepEqual(use?.reachedFrom, ['init', 'Go', 'run'])
    assert.equal(use?.file, 'internal/x/y.go')
    assert.deepEqual(onImport(analyseGoFiles(parser, files, ['example.com/other']), 'process'), [])
  })

  test('a file that no ordinary build compiles runs nothing', () => {
    const code = 'package a\nimport "os/exec"\nfunc init() { exec.Command("x") }\n'
    assert.equal(onImport(one(`//go:build ignore\n\n${code}`), 'process').length, 0)
    assert.equal(onImport(one(`// +build tools,linux\n\n${code}`), 'process').length, 0)
    assert.equal(onImport(one(`//go:build !tools && (linux || windows)\n\n${code}`), 'process').length, 1)
  })

  test('test files and unused testdata are left out', () => {
    const content = 'package a\nimport "os/exec"\nfunc init() { exec.Command("x") }\n'
    const files = [
      { path: 'a_test.go', content },
      { path: 'testdata/p/a.go', content },
    ]
    assert.equal(analyseGoFiles(parser, files).uses.length, 0)
    const user = { path: 'b.go', content: 'package b\nimport _ "example.com/m/testdata/p"\n' }
    assert.equal(onImport(analyseGoFiles(parser, [...files, user]), 'process').length, 1)
  })
})

describe('facts about files', () => {
  test('directives, cgo, assembly and objects are listed', () => {
    const report = analyseGoFiles(parser, [
      {
        path: 'a.go',
        content:
          'package a\n\n// int x;\nimport "C"\nimport _ "unsafe"\n\n//go:linkname f runtime.f\nfunc f()\n\n//go:generate sh x.sh\n',
      },
      { path: 'a_amd64.s', content: 'TEXT ·f(SB)' },
      { path: 'a.syso', content: '' },
    ])
    const kinds = new Set(report.uses.map((use) => use.kind))
    assert.deepEqual(kinds, new Set(['cgo', 'unsafe', 'linkname', 'generate', 'assembly']))
  })

  test('code that does not parse is a fact, and what can be read of it is read', () => {
    const report = one('package a\nimport "os/exec"\nfunc init() { exec.Command("x") }\nfunc ((( {\n')
    assert.equal(report.unparsed[0]?.reason, 'syntax')
    assert.equal(onImport(report, 'process').length, 1)
    assert.equal(one('package a\n\0').unparsed[0]?.reason, 'not-text')
  })

  test('quotes and strings carry nothing that acts on a terminal or reorders text', () => {
    const report = one(
      'package a\nimport "os/exec"\nfunc init() { exec.Command("\u202e\\x1b[31m\u200bx") }\n',
    )
    const [use] = onImport(report, 'process')
    assert.doesNotMatch(`${use?.quote}${use?.folded}`, /[\p{Cf}\p{Cc}]/u)
    assert.match(use?.folded ?? '', /\\u\{202e\}\\x1b\[31m/)
  })

  test('patterns of embedded files are listed from the root of the module', () => {
    const content =
      'package a\nimport "embed"\n//go:embed all:assets "a b.txt" `c*`\n//go:embed d/e\nvar f embed.FS\n'
    const { embeds = [] } = analyseGoFiles(parser, [{ path: 'web/a.go', content }])
    assert.deepEqual(embeds, ['web/assets', 'web/a b.txt', 'web/c*', 'web/d/e'])
    const covers = (path: string): boolean => isEmbedded(path, embeds)
    assert.deepEqual(['web/assets/x/y', 'web/cd/x', 'web/a b.txt', 'web/d/e/f'].filter(covers).length, 4)
    assert.deepEqual(['assets/x', 'web/asset', 'web/d', 'web/x/c'].filter(covers), [])
  })

  test('other modules that are imported are named', () => {
    const report = analyseGoFiles(
      parser,
      [
        { path: 'a.go', content: 'package a\nimport (\n"fmt"\n"example.com/m/x"\n"evil.example/y"\n)\n' },
        { path: 'x/x.go', content: 'package x\n' },
      ],
      ['example.com/m'],
    )
    assert.deepEqual(report.imports, ['evil.example/y'])
  })
})

describe('hostile source', () => {
  const deep = 100_000
  const cases: [string, string][] = [
    ['nested parentheses', `package a\nvar x = ${'('.repeat(deep)}1${')'.repeat(deep)}\n`],
    ['nested calls', `package a\nvar x = ${'f('.repeat(deep)}1${')'.repeat(deep)}\n`],
    ['nested blocks', `package a\nfunc f() ${'{'.repeat(deep)}${'}'.repeat(deep)}\n`],
    ['nested literals', `package a\nvar x = ${'func() { '.repeat(20_000)}${'}'.repeat(20_000)}\n`],
    ['open parentheses', `package a\nvar x = ${'('.repeat(deep)}\n`],
    ['unary chain', `package a\nvar x = ${'-'.repeat(deep)}1\n`],
  ]
  for (const [name, content] of cases) {
    test(`${name} end`, () => {
      const report = one(content)
      assert.equal(report.files, 1)
      assert.ok(report.unparsed.length > 0)
    })
  }

  test('a long concatenation folds', () => {
    const pieces = Array.from('true'.repeat(2_000), (c) => `"${c}"`).join(' + ')
    assert.match(folds(pieces) ?? '', /^truetrue.*…$/)
  })

  test('recursion, huge lists and doubling strings end', () => {
    const doubling = 'func f() string {\ns := "x"\nfor i := 0; i < 1000; i++ {\ns += s\n}\nreturn s\n}'
    assert.match(folds('f()', doubling) ?? '', /^x+/)
    assert.equal(folds('"a" + f()', 'func f() string { return f() + f() }'), 'a…')
    assert.doesNotMatch(folds('string([]byte{99999999: 65})') ?? '', /AA/)
  })
})

test('the difference is what was added, not what was moved or renamed', () => {
  const code = 'package a\nimport "os/exec"\nfunc Run() { exec.Command("git").Run() }\n'
  const before = analyseGoFiles(parser, [{ path: 'a.go', content: code }])
  const moved = analyseGoFiles(parser, [{ path: 'b.go', content: `// moved\n\n${code}` }])
  assert.deepEqual(capabilityDifference(before, moved).uses, [])
  const armed = analyseGoFiles(parser, [{ path: 'a.go', content: `${code}func init() { Run() }\n` }])
  assert.deepEqual(
    capabilityDifference(before, armed).uses.map((use) => use.reachedFrom),
    [['init', 'Run']],
  )
})

describe('large files', () => {
  const table = `var table = []uint16{\n${'0x1f, -0x8b, "a,b", \'x\', // note\n'.repeat(20_000)}}\n`
  const payload = 'func init() { exec.Command("true") }\n'

  test('tables are skipped, what stands around them is read at its place', () => {
    const report = one(`package a\nimport "os/exec"\n${table}${payload}`)
    assert.deepEqual(report.unparsed, [])
    const [use] = onImport(report, 'process')
    assert.deepEqual([use?.line, use?.folded], [20_005, 'true'])
  })

  test('padding hides nothing: not in lists, not in comments, not in strings that look like lists', () => {
    const comment = `/*${'x'.repeat(5_000_000)}*/\n`
    const text = `var text = "${'1,'.repeat(2_000)}"\n`
    for (const padding of [comment, table.repeat(3).replaceAll('table', 'other'), `${text}${table}`]) {
      const report = one(`package a\nimport "os/exec"\n${padding}${payload}`)
      assert.equal(onImport(report, 'process').length, 1)
    }
    const inside = `package a\nimport "os/exec"\n${table}var f = []any{${'1, '.repeat(2_000)}func() int { exec.Command("true"); return 1 }()}\n`
    assert.equal(onImport(one(inside), 'process').length, 1)
  })
})
