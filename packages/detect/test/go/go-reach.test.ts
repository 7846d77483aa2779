import assert from 'node:assert/strict'
import { before, suite, test } from 'node:test'
import { loadParser } from '@mirrorwatch/testing/go-parser'
import type { Parser } from 'web-tree-sitter'
import { analyseGoFiles } from '../../src/go/report/analyse.ts'
import { isWrite } from '../../src/go/report/weight.ts'
import type { CapabilityReport } from '../../src/go/types.ts'

/** Ways of writing what runs a program, or opens a connection, as soon as the package is imported. All are valid Go. */
const go = (imports: string[], code: string) =>
  `package a\n\n${imports.map((i) => `import ${i.includes('"') ? i : `"${i}"`}\n`).join('')}\n${code}\n`
const EXEC = ['os/exec']
const CASES: Readonly<Record<string, string>> = {
  paren: go(EXEC, 'func init() { (exec.Command)("x").Run() }'),
  array: go(EXEC, 'var _ = [...]error{exec.Command("x").Run()}'),
  ifinit: go(EXEC, 'func init() { if err := exec.Command("a").Run(); err != nil { } }'),
  switch: go(EXEC, 'func init() { switch exec.Command("a").Run() { } }'),
  dot: go(['. "os/exec"'], 'func init() { Command("x").Run() }'),
  alias: go(['ʕ "os/exec"'], 'func init() { ʕ.Command("x").Run() }'),
  newline: go(EXEC, 'func init() { exec.\n\tCommand("x").\n\tRun() }'),
  comment: go(EXEC, 'func init() { exec/* a */./* b */Command("x").Run() }'),
  typealias: go(EXEC, 'type E = exec.Cmd\nfunc init() { (&E{Path: "x"}).Run() }'),
  methodexpr: go(EXEC, 'func init() { (*exec.Cmd).Run(&exec.Cmd{Path: "x"}) }'),
  varcmd: go(EXEC, 'var c exec.Cmd\nfunc init() { c.Path = "x"; c.Run() }'),
  newcmd: go(EXEC, 'func init() { c := new(exec.Cmd); c.Path = "x"; c.Start() }'),
  embed: go(EXEC, 'type W struct{ *exec.Cmd }\nfunc init() { W{exec.Command("x")}.Run() }'),
  embed2: go(EXEC, 'type W struct{ exec.Cmd }\nfunc init() { w := W{}; w.Path = "x"; w.Run() }'),
  defined: go(EXEC, 'type C exec.Cmd\nfunc init() { c := C{Path: "x"}; (*exec.Cmd)(&c).Run() }'),
  goexec: go(EXEC, 'func init() { go exec.Command("x").Run() }'),
  deferexec: go(EXEC, 'func init() { defer exec.Command("x").Run() }'),
  generic: go(
    EXEC,
    'func do[T any](f func(string, ...string) T) T { return f("x") }\nvar _ = do(exec.Command).Run()',
  ),
  chan: go(
    EXEC,
    'var ch = make(chan func(string, ...string) *exec.Cmd, 1)\nfunc init() { ch <- exec.Command; (<-ch)("x").Run() }',
  ),
  startprocess: go(['os'], 'func init() { os.StartProcess("/bin/x", nil, &os.ProcAttr{}) }'),
  forkexec: go(['syscall'], 'func init() { syscall.ForkExec("/bin/x", nil, nil) }'),
  execabs: go(['golang.org/x/sys/execabs'], 'func init() { execabs.Command("x").Run() }'),
  xsysunix: go(['golang.org/x/sys/unix'], 'func init() { unix.Exec("/bin/x", nil, nil) }'),
  httpclient: go(['net/http'], 'func init() { http.DefaultClient.Get("http://x") }'),
  httpzero: go(['net/http'], 'func init() { var c http.Client; c.Get("http://x") }'),
  roundtrip: go(
    ['net/http'],
    'func init() { r, _ := http.NewRequest("GET", "http://x", nil); http.DefaultTransport.RoundTrip(r) }',
  ),
  transport: go(
    ['net/http'],
    'func init() { r, _ := http.NewRequest("GET", "http://x", nil); (&http.Transport{}).RoundTrip(r) }',
  ),
  dialer: go(['net'], 'func init() { d := net.Dialer{}; d.Dial("tcp", "x:1") }'),
  tls: go(['crypto/tls'], 'func init() { tls.Dial("tcp", "x:1", nil) }'),
  rpc: go(['net/rpc'], 'func init() { rpc.Dial("tcp", "x:1") }'),
  smtp: go(['net/smtp'], 'func init() { smtp.SendMail("x:1", nil, "a", nil, nil) }'),
  resolver: go(
    ['net', 'context'],
    'func init() { net.DefaultResolver.LookupTXT(context.Background(), "x") }',
  ),
  resolver2: go(
    ['net', 'context'],
    'func init() { r := &net.Resolver{}; r.LookupHost(context.Background(), "x") }',
  ),
  syslog: go(['log/syslog'], 'func init() { syslog.Dial("udp", "x:1", 0, "a") }'),
  listen: go(['net'], 'func init() { net.Listen("tcp", ":1") }'),
  fcgi: go(['net/http/cgi'], 'func init() { h := cgi.Handler{Path: "/bin/x"}; h.ServeHTTP(nil, nil) }'),
  plugin: go(['plugin'], 'func init() { plugin.Open("x") }'),
  tcpsyscall: go(['syscall'], 'func init() { fd, _ := syscall.Socket(2, 1, 0); syscall.Connect(fd, nil) }'),
  methodvalue: go(EXEC, 'func init() { run := exec.Command("x").Run; run() }'),
  ifacecall: go(
    EXEC,
    'type R interface{ Run() error }\nfunc init() { var r R = exec.Command("x"); r.Run() }',
  ),
  globalfn: go(EXEC, 'var f func()\nfunc init() { f = func() { exec.Command("x").Run() }; f() }'),
  twoinit: go(
    EXEC,
    'var f func()\nfunc init() { f = func() { exec.Command("x").Run() } }\nfunc init() { f() }',
  ),
  once: go(
    ['os/exec', 'sync'],
    'var _ = sync.OnceFunc(func() { exec.Command("x").Run() })\nvar o = sync.OnceValue(func() int { exec.Command("x").Run(); return 1 })()',
  ),
  timer: go(['os/exec', 'time'], 'var _ = time.AfterFunc(1, func() { exec.Command("x").Run() })'),
  finalizer: go(
    ['os/exec', 'runtime'],
    'func init() { x := new(int); runtime.SetFinalizer(x, func(*int) { exec.Command("x").Run() }) }',
  ),
  stringer: go(
    ['os/exec', 'fmt'],
    'type S int\nfunc (S) String() string { exec.Command("x").Run(); return "" }\nfunc init() { _ = fmt.Sprint(S(1)) }',
  ),
  errorm: go(
    ['os/exec', 'fmt'],
    'type S int\nfunc (S) Error() string { exec.Command("x").Run(); return "" }\nvar _ = fmt.Sprintf("%v", S(1))',
  ),
  sortless: go(
    ['os/exec', 'sort'],
    'func init() { sort.Slice([]int{1, 2}, func(i, j int) bool { exec.Command("x").Run(); return false }) }',
  ),
  jsonm: go(
    ['os/exec', 'encoding/json'],
    'type J struct{}\nfunc (J) MarshalJSON() ([]byte, error) { exec.Command("x").Run(); return nil, nil }\nfunc init() { json.Marshal(J{}) }',
  ),
  rangefunc: go(
    EXEC,
    'func it(yield func(int) bool) { exec.Command("x").Run() }\nfunc init() { for range it { } }',
  ),
  recoverdefer: go(EXEC, 'func init() { defer func() { recover(); exec.Command("x").Run() }(); panic(1) }'),
  gotolabel: go(EXEC, 'func init() { goto L; L: exec.Command("x").Run() }'),
  structfield: go(
    EXEC,
    'var s = struct{ f func() }{f: func() { exec.Command("x").Run() }}\nfunc init() { s.f() }',
  ),
  maplit: go(
    EXEC,
    'var m = map[string]func(){"a": func() { exec.Command("x").Run() }}\nfunc init() { m["a"]() }',
  ),
  semicolon: 'package a; import "os/exec"; func init() { exec.Command("x").Run() }',
  bom: '\ufeffpackage a\nimport "os/exec"\nfunc init() { exec.Command("x").Run() }\n',
  cr: 'package a\r\nimport "os/exec"\r\nfunc init() { exec.Command("x").Run() }\r\n',
  rawimport: 'package a\nimport `os/exec`\nfunc init() { exec.Command("x").Run() }\n',
  escimport: 'package a\nimport "os/\\x65xec"\nfunc init() { exec.Command("x").Run() }\n',
  uniident: go(EXEC, 'func init() { ехес := exec.Command; ехес("x").Run() }'),
  aliasgeneric: go(EXEC, 'type A[T any] = exec.Cmd\nfunc init() { (&A[int]{Path: "x"}).Run() }'),
  interfaceEmbed: go(
    EXEC,
    'type I interface{ Start() error }\ntype Q struct{ I }\nfunc init() { Q{exec.Command("x")}.Start() }',
  ),
}

const M = 'example.com/m'

function inA(code: string, imports: readonly string[] = [`"${M}/b"`]): string {
  return `package a\n\n${imports.map((line) => `import ${line}\n`).join('')}\n${code}\n`
}

function inB(code: string, imports: readonly string[] = ['"os/exec"']): string {
  return `package b\n\n${imports.map((line) => `import ${line}\n`).join('')}\n${code}\n`
}

const NONE = inB('', [])
const BOTH = [`"${M}/b"`, 'c "os/exec"']
const T = 'type T struct{}\nfunc New() *T { return nil }\nfunc (*T) Go() { exec.Command("x").Run() }'

/** The same across two packages of a module, and by less common packages. */
const ACROSS: Readonly<Record<string, readonly [a: string, b: string]>> = {
  'a variable that is a function': [inA('func init() { b.Run("x").Run() }'), inB('var Run = exec.Command')],
  'a function': [inA('func init() { b.Go() }'), inB('func Go() { exec.Command("x").Run() }')],
  'a method of a value': [
    inA('func init() { b.T{}.Go() }'),
    inB('type T struct{}\nfunc (T) Go() { exec.Command("x").Run() }'),
  ],
  'a method of a pointer': [inA('func init() { (&b.T{}).Go() }'), inB(T)],
  'a method of what is made': [inA('func init() { b.New().Go() }'), inB(T)],
  'a method of a local value': [inA('func init() { t := b.New(); t.Go() }'), inB(T)],
  'a hook that its package sets': [
    inA('func init() { b.F() }'),
    inB('var F func()\nfunc init() { F = func() { exec.Command("x").Run() } }'),
  ],
  'a hook that another package sets': [
    inA('func init() { b.F = func() { c.Command("x").Run() }; b.Call() }', BOTH),
    inB('var F func()\nfunc Call() { F() }', []),
  ],
  'a field': [
    inA('func init() { b.S.F() }'),
    inB('var S = struct{ F func() }{F: func() { exec.Command("x").Run() }}'),
  ],
  'a value behind an interface': [
    inA('func init() { b.I.Go() }'),
    inB(
      'type G interface{ Go() }\ntype t struct{}\nfunc (t) Go() { exec.Command("x").Run() }\nvar I G = t{}',
    ),
  ],
  'a literal that is handed over': [
    inA('func init() { b.Do(func() { c.Command("x").Run() }) }', BOTH),
    inB('func Do(f func()) { f() }', []),
  ],
  'a function that is handed over': [
    inA('func run() { c.Command("x").Run() }\nfunc init() { b.Do(run) }', BOTH),
    inB('func Do(f func()) { f() }', []),
  ],
  'one of several that are': [
    inA('func init() { b.All(func() { c.Command("x").Run() }) }', BOTH),
    inB('func All(fs ...func()) { for _, f := range fs { f() } }', []),
  ],
  'another name of a type': [inA('func init() { c := b.C{Path: "x"}; c.Run() }'), inB('type C = exec.Cmd')],
  'a constraint': [
    inA('type R interface{ Run() error }\nfunc do[T R](t T) { t.Run() }\nfunc init() { do(b.Make()) }'),
    inB('func Make() *exec.Cmd { return exec.Command("x") }'),
  ],
  'what a function makes': [
    inA('func init() { b.Make().Run() }'),
    inB('func Make() *exec.Cmd { return &exec.Cmd{Path: "x"} }'),
  ],
  'a list of functions': [
    inA('var fs = []func(){func() { c.Command("x").Run() }}\nfunc init() { for _, f := range fs { f() } }', [
      'c "os/exec"',
    ]),
    NONE,
  ],
  'a method that is deferred': [
    inA(
      'type T struct{}\nfunc (t T) Close() error { c.Command("x").Run(); return nil }\nfunc init() { var x io.Closer = T{}; defer x.Close() }',
      ['c "os/exec"', '"io"'],
    ),
    NONE,
  ],
  'a file in a root': [inA('func init() { r, _ := os.OpenRoot("/"); r.Create("x") }', ['"os"']), NONE],
  'a file by the system': [
    inA('func init() { fd, _ := syscall.Open("/x", 65, 0); syscall.Write(fd, nil) }', ['"syscall"']),
    NONE,
  ],
  'a file by unix': [
    inA('func init() { fd, _ := unix.Open("/x", 65, 0); unix.Write(fd, nil) }', ['"golang.org/x/sys/unix"']),
    NONE,
  ],
  'a new file by the system': [inA('func init() { syscall.Creat("/x", 1) }', ['"syscall"']), NONE],
  'another name for a file': [inA('func init() { syscall.Rename("/x", "/y") }', ['"syscall"']), NONE],
  'a transport behind an interface': [
    inA(
      'func init() { r, _ := http.NewRequest("GET", "x", nil); http.DefaultTransport.(*http.Transport).RoundTrip(r) }',
      ['"net/http"'],
    ),
    NONE,
  ],
  'a request that is a literal': [
    inA('func init() { http.DefaultTransport.RoundTrip(&http.Request{}) }', ['"net/http"']),
    NONE,
  ],
  'a client in a field': [
    inA('type S struct{ c *http.Client }\nfunc init() { s := S{&http.Client{}}; s.c.Get("x") }', [
      '"net/http"',
    ]),
    NONE,
  ],
  'a dialer': [inA('func init() { var d net.Dialer; d.DialContext(nil, "tcp", "x:1") }', ['"net"']), NONE],
  QUIC: [inA('func init() { q, _ := quic.Dial(nil, nil, nil); _ = q }', ['"golang.org/x/net/quic"']), NONE],
  'a client of another module': [
    inA('func init() { resty.New().R().Get("http://x") }', ['"github.com/go-resty/resty/v2"']),
    NONE,
  ],
}

/** What is only written down, or runs when somebody calls it. */
const HARMLESS: Readonly<Record<string, string>> = {
  'a function that nobody calls': go(EXEC, 'func Run() { exec.Command("x").Run() }'),
  'a hook that is set and not called': go(
    EXEC,
    'var Hook func()\nfunc init() { Hook = func() { exec.Command("x").Run() } }',
  ),
  'what is worked out once, when it is asked for': go(
    ['os/exec', 'sync'],
    'var once = sync.OnceValue(func() int { exec.Command("x").Run(); return 1 })\nfunc Get() int { return once() }',
  ),
  'an iterator that nobody ranges over': go(
    EXEC,
    'func All(yield func(int) bool) { exec.Command("x").Run() }\nvar _ = All',
  ),
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
  const analyse = (content: string): CapabilityReport =>
    analyseGoFiles(parser, [{ path: 'a.go', content }], ['example.com/x'])

  for (const [name, content] of Object.entries(CASES)) {
    test(`is seen: ${name}`, () => {
      const report = analyse(content)
      assert.ok(acting(report) > 0, JSON.stringify(report.uses))
      assert.deepEqual(report.unparsed, [])
    })
  }

  for (const [name, [a, b]] of Object.entries(ACROSS)) {
    test(`is seen in two packages: ${name}`, () => {
      const files = [
        { path: 'a.go', content: a },
        { path: 'b/b.go', content: b },
      ]
      const report = analyseGoFiles(parser, files, [M])
      assert.ok(acting(report) > 0, JSON.stringify(report.uses))
      assert.deepEqual(report.unparsed, [])
    })
  }

  for (const [name, content] of Object.entries(HARMLESS)) {
    test(`does not: ${name}`, () => {
      assert.equal(acting(analyse(content)), 0)
    })
  }

  test('is found among fifty thousand functions of one name, each call of which may mean any', () => {
    const lines = 50_000
    const given = 'f = func() int { return 1 }\n'.repeat(lines)
    const code = `var f func() int\nfunc init() {\n${given}f = func() int { exec.Command("x").Run(); return 1 }\n${'f()\n'.repeat(lines)}}`
    assert.equal(acting(analyse(go(EXEC, code))), 1)
  })

  test('is found among thousands of types with one method, and at the end of an endless chain', () => {
    const numbers = Array.from({ length: 20_000 }, (_, n) => n)
    const types = numbers.map((n) => `type T${n} struct{}\nfunc (T${n}) Go() {}\n`).join('')
    const calls = numbers.map((n) => `T${n}{}.Go(); x.Go()\n`).join('')
    const last = 'type L struct{}\nfunc (L) Go() { exec.Command("x").Run() }\n'
    assert.equal(acting(analyse(go(EXEC, `${types}${last}func init() {\n${calls}L{}.Go() }`))), 1)
    const chain = `type C struct{}\nfunc (c C) C() C { return c }\nfunc init() { C{}${'.C()'.repeat(4_000)}; exec.Command("x").Run() }`
    assert.equal(acting(analyse(go(EXEC, chain))), 1)
  })
})
