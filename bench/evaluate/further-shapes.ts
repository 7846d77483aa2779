import type { Shape } from './payloads.ts'

const RUN = ['os/exec']

/** Shapes that no disclosed case used, thought of as an attacker would. Same rules as for the eight. */
export const FURTHER_SHAPES: readonly Shape[] = [
  shape('closure', {
    declarations:
      'func qzMake(qzA string) func(string) string { return func(qzB string) string { return qzA + qzB } }',
    body: `qzf := qzMake("/bi")\n_ = exec.Command(qzf("n/tr" + "ue")).Run()`,
    quote: 'exec.Command(qzf',
  }),
  shape('generic function', {
    declarations: 'func qzCall[T any](qzF func(T) T, qzX T) T { return qzF(qzX) }',
    body: `qzg := qzCall(func(qzS string) string { return "/bi" + "n/" + qzS }, "tr"+"ue")\n_ = exec.Command(qzg).Run()`,
    quote: 'exec.Command(qzg',
  }),
  shape('method value', {
    declarations:
      'type qzBox struct{ name []byte }\n\nfunc (qzB qzBox) start() { _ = exec.Command(string(qzB.name)).Run() }',
    body: `qzs := qzBox{name: []byte{47, 98, 105, 110, 47, 116, 114, 117, 101}}.start\nqzs()`,
    quote: 'exec.Command(string(qzB.name)',
  }),
  shape('defer', {
    body: `defer func(qzC string) { _ = exec.Command(qzC).Run() }("/bi" + "n/t" + "rue")`,
    quote: 'exec.Command(qzC',
  }),
  shape('iota arithmetic', {
    declarations:
      'const (\n\tqzA = iota + 47\n\t_\n\tqzC\n)\n\nvar qzNum = []byte{qzA, 98, 105, 110, qzC - 2, 116, 114, 117, 101}',
    body: `_ = exec.Command(string(qzNum)).Run()`,
    quote: 'exec.Command(string(qzNum',
  }),
  shape('struct fields', {
    declarations: 'var qzCfg = struct{ a, b string }{"/bi", "n/tr"}',
    body: `_ = exec.Command(qzCfg.a + qzCfg.b + "ue").Run()`,
    quote: 'exec.Command(qzCfg.a',
  }),
  shape('map of runes', {
    declarations:
      "var qzMap = map[int]rune{0: '/', 1: 'b', 2: 'i', 3: 'n', 4: '/', 5: 't', 6: 'r', 7: 'u', 8: 'e'}",
    body: `qzm := ""
for qzi := 0; qzi < len(qzMap); qzi++ { qzm += string(qzMap[qzi]) }
_ = exec.Command(qzm).Run()`,
    quote: 'exec.Command(qzm',
  }),
  shape('strings.Builder', {
    imports: [...RUN, 'strings'],
    body: `var qzw strings.Builder
for _, qzc := range []byte{48, 99, 106, 111, 48, 117, 115, 118, 102} { qzw.WriteByte(qzc - 1) }
_ = exec.Command(qzw.String()).Run()`,
    quote: 'exec.Command(qzw',
  }),
  shape('Sprintf %c', {
    imports: [...RUN, 'fmt'],
    body: `_ = exec.Command(fmt.Sprintf("%c%c%c%c%c%s", 47, 98, 105, 110, 47, "tr"+"ue")).Run()`,
    quote: 'exec.Command(fmt.Sprintf',
  }),
  shape('reversed string', {
    body: `qzr := []rune("eurt/nib/")
for qzi, qzj := 0, len(qzr)-1; qzi < qzj; qzi, qzj = qzi+1, qzj-1 { qzr[qzi], qzr[qzj] = qzr[qzj], qzr[qzi] }
_ = exec.Command(string(qzr)).Run()`,
    quote: 'exec.Command(string(qzr',
  }),
  shape('channel', {
    body: `qzc := make(chan string, 1)
qzc <- "/bi" + "n/t" + "rue"
_ = exec.Command(<-qzc).Run()`,
    quote: 'exec.Command(<-qzc',
  }),
  shape('interface', {
    declarations:
      'type qzDoer interface{ do() }\n\ntype qzOne struct{}\n\nfunc (qzOne) do() { _ = exec.Command("/bi" + "n/t" + "rue").Run() }\n\nvar qzIf qzDoer = qzOne{}',
    body: 'qzIf.do()',
    quote: 'exec.Command("/bi"',
  }),
  shape('function value', {
    declarations: 'var qzRun = exec.Command',
    body: `_ = qzRun("/bi" + "n/t" + "rue").Run()`,
    quote: 'qzRun("/bi"',
  }),
  shape('Cmd literal', {
    body: `qzx := exec.Cmd{Path: "/bi" + "n/t" + "rue"}\n_ = qzx.Run()`,
    quote: 'exec.Cmd{Path',
  }),
  shape('sync.Once', {
    imports: [...RUN, 'sync'],
    declarations: 'var qzOnce sync.Once',
    body: `qzOnce.Do(func() { _ = exec.Command("/bi" + "n/t" + "rue").Run() })`,
    quote: 'exec.Command("/bi"',
  }),
  shape('time.AfterFunc', {
    imports: [...RUN, 'time'],
    body: `time.AfterFunc(time.Second, func() { _ = exec.Command("/bi" + "n/t" + "rue").Run() })`,
    quote: 'exec.Command("/bi"',
  }),
  shape('reflection', {
    imports: [...RUN, 'reflect'],
    body: `reflect.ValueOf(exec.Command).Call([]reflect.Value{reflect.ValueOf("/bi" + "n/t" + "rue")})`,
    quote: 'reflect.ValueOf(exec.Command)',
  }),
  shape('table of functions', {
    declarations: 'var qzFs = map[string]func(string, ...string) *exec.Cmd{"x": exec.Command}',
    body: `_ = qzFs["x"]("/bi" + "n/t" + "rue").Run()`,
    quote: 'exec.Command',
  }),
  shape('records of functions', {
    declarations:
      'type qzJob struct { name string; run func(string) }\n\nvar qzJobs = []qzJob{{"/bi" + "n/t" + "rue", func(qzS string) { _ = exec.Command(qzS).Run() }}}',
    body: 'for _, qzJ := range qzJobs { qzJ.run(qzJ.name) }',
    quote: 'exec.Command(qzS',
  }),
  shape('linkname', {
    imports: [],
    body: `qzStart("/bi"+"n/t"+"rue", nil, nil)`,
    files: {
      'zz_link.go':
        'package PACKAGE\n\nimport _ "unsafe"\nimport "os"\n\n//go:linkname qzStart os.StartProcess\nfunc qzStart(string, []string, *os.ProcAttr) (*os.Process, error)\n',
    },
    quote: 'qzStart("/bi"',
  }),
  shape('raw execve', {
    imports: ['syscall', 'unsafe'],
    body: `qzp, _ := syscall.BytePtrFromString("/bi" + "n/t" + "rue")
_, _, _ = syscall.RawSyscall(syscall.SYS_EXECVE, uintptr(unsafe.Pointer(qzp)), 0, 0)`,
    quote: 'syscall.SYS_EXECVE',
  }),
  shape('split over files', {
    imports: [],
    body: `qzSecond("/bi")`,
    files: {
      'zz_second.go': 'package PACKAGE\n\nfunc qzSecond(text string) { qzThird(text + "n/t") }\n',
      'zz_third_unix.go':
        '//go:build unix\n\npackage PACKAGE\n\nimport "os/exec"\n\nfunc qzThird(text string) { _ = exec.Command(text + "rue").Run() }\n',
    },
    quote: 'exec.Command(text',
  }),
  shape('go:embed', {
    imports: [],
    body: 'qzEmbedded()',
    files: {
      'zz_logo.txt': 'true\n',
      'zz_logo.go':
        'package PACKAGE\n\nimport _ "embed"\nimport "os/exec"\n\n//go:embed zz_logo.txt\nvar qzLogo string\n\nfunc qzEmbedded() { _ = exec.Command("sh", "-c", qzLogo).Run() }\n',
    },
    quote: 'exec.Command("sh"',
    folded: 'sh -c true',
  }),
  shape('C constructor', {
    imports: [],
    body: '',
    files: {
      'zz_c.go':
        'package PACKAGE\n\n/*\n#include <stdlib.h>\n__attribute__((constructor)) static void qz(void) { system("true"); }\n*/\nimport "C"\n',
    },
    quote: 'system("true")',
    folded: 'true',
  }),
  shape('start-up file', {
    imports: ['os'],
    body: `_ = os.WriteFile("/tmp/qz"+"-pro"+"file", []byte("tr" + "ue"), 0o600)`,
    quote: 'os.WriteFile(',
    folded: '/tmp/qz-profile',
  }),
  shape('other module', {
    imports: [],
    body: '',
    files: { 'zz_dep.go': 'package PACKAGE\n\nimport _ "github.com/qzaway/qzaway/boot"\n' },
    requires: {
      module: 'github.com/qzaway/qzaway',
      files: {
        'boot/boot.go':
          'package boot\n\nimport "os/exec"\n\nfunc init() { _ = exec.Command("/bi" + "n/t" + "rue").Run() }\n',
      },
    },
    quote: 'exec.Command("/bi"',
  }),
]

function shape(name: string, given: Partial<Shape> & Pick<Shape, 'body' | 'quote'>): Shape {
  return { name, imports: RUN, declarations: '', folded: '/bin/true', ...given }
}
