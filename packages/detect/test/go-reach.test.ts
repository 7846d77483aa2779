import assert from 'node:assert/strict'
import { before, suite, test } from 'node:test'
import type { Parser } from 'web-tree-sitter'
import { analyseGoFiles } from '../src/go-source/analyse.ts'
import type { CapabilityReport } from '../src/go-source/types.ts'
import { loadParser } from './go-parser.ts'

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
    uses.filter(({ kind, onImport }) => onImport && ['process', 'network', 'plugin'].includes(kind)).length
  const analyse = (content: string): CapabilityReport =>
    analyseGoFiles(parser, [{ path: 'a.go', content }], 'example.com/x')

  for (const [name, content] of Object.entries(CASES)) {
    test(`is seen: ${name}`, () => {
      const report = analyse(content)
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
})
