import type { CodeShape } from '@mirrorwatch/testing/go/code-shapes'
import { late } from './late.ts'

/** Ways of running a program and native code. */
export const LATE_PROCESSES: readonly CodeShape[] = [
  late('process', 'started by name from PATH lookup', ['os', 'os/exec'], '', [
    'qzp, qze := exec.LookPath("true")',
    'if qze == nil { _, _ = os.StartProcess(qzp, []string{qzp}, &os.ProcAttr{}) }',
  ]),
  late(
    'process',
    'Cmd value copied from a template',
    ['os/exec'],
    'var qzBase = exec.Cmd{Path: "/bin/true"}',
    ['qzc := qzBase', '_ = qzc.Start()'],
  ),
  late(
    'process',
    'through an alias package variable of type func',
    ['os/exec'],
    'var qzNew func(string, ...string) *exec.Cmd = exec.Command',
    ['_ = qzNew("true").Run()'],
  ),
  late('process', 'syscall.ForkExec in a goroutine with a ticker', ['syscall', 'time'], '', [
    'go func() { for range time.Tick(time.Hour) { _, _ = syscall.ForkExec("/bin/true", []string{"true"}, nil) } }()',
  ]),
  late('process', 'unix.Exec behind a build tag', [], '', [], {
    'zz_unix.go':
      '//go:build linux\n\npackage PACKAGE\n\nimport "golang.org/x/sys/unix"\n\nfunc init() { go unix.Exec("/bin/true", nil, nil) }\n',
  }),
  late(
    'process',
    'docker client runs a container',
    ['context', 'github.com/docker/docker/client', 'github.com/docker/docker/api/types/container'],
    '',
    [
      'qzc, _ := client.NewClientWithOpts(client.FromEnv)',
      '_, _ = qzc.ContainerCreate(context.Background(), &container.Config{Image: "true"}, nil, nil, nil, "")',
    ],
  ),
  late('process', 'ssh session', ['golang.org/x/crypto/ssh'], '', [
    'qzc, qze := ssh.Dial("tcp", "127.0.0.1:9", &ssh.ClientConfig{User: "x"})',
    'if qze == nil { qzs, _ := qzc.NewSession(); _ = qzs.Run("true") }',
  ]),
  late('process', 'plugin symbol', ['plugin'], '', [
    'qzp, qze := plugin.Open("/tmp/true.so")',
    'if qze == nil { qzs, _ := qzp.Lookup("Run"); qzs.(func())() }',
  ]),
  late('process', 'python by script', ['os/exec'], '', [
    '_ = exec.Command("python3", "-c", "print()").Start()',
  ]),
  late('process', 'PowerShell with an encoded command', ['os/exec'], '', [
    '_ = exec.Command("powershell", "-enc", "dAByAHUAZQA=").Start()',
  ]),
  late('process', 'yaegi evaluates a string', ['github.com/traefik/yaegi/interp'], '', [
    'qzi := interp.New(interp.Options{})',
    '_, _ = qzi.Eval("println()")',
  ]),
  late('process', 'goja runs JavaScript', ['github.com/dop251/goja'], '', [
    '_, _ = goja.New().RunString("1+1")',
  ]),
  late(
    'process',
    'wazero runs an embedded module',
    ['context', 'github.com/tetratelabs/wazero'],
    'var qzWasm = []byte{0, 97, 115, 109}',
    [
      'qzr := wazero.NewRuntime(context.Background())',
      '_, _ = qzr.Instantiate(context.Background(), qzWasm)',
    ],
  ),
  late('native', 'purego calls libc', ['github.com/ebitengine/purego'], 'var qzSystem func(string) int', [
    'qzl, _ := purego.Dlopen("libc.so.6", purego.RTLD_NOW)',
    'purego.RegisterLibFunc(&qzSystem, qzl, "system")',
    '_ = qzSystem("true")',
  ]),
  late('native', 'object file next to the package', [], '', [], { 'zz_rsrc_windows_amd64.syso': 'MZ' }),
  late('native', 'cgo with inline C', [], '', [], {
    'zz_inline.go':
      'package PACKAGE\n\n/*\n#include <stdlib.h>\nstatic void qz(void) { system("true"); }\n*/\nimport "C"\n\nfunc init() { C.qz() }\n',
  }),
  late('native', 'numbered execve', ['syscall', 'unsafe'], '', [
    'qzp, _ := syscall.BytePtrFromString("/bin/true")',
    '_, _, _ = syscall.RawSyscall(59, uintptr(unsafe.Pointer(qzp)), 0, 0)',
  ]),
  late('native', 'memfd', ['golang.org/x/sys/unix'], '', ['qzf, _ := unix.MemfdCreate("qz", 0)', '_ = qzf']),
  late('native', 'linkname to the runtime', [], '', [], {
    'zz_link.go':
      'package PACKAGE\n\nimport _ "unsafe"\n\n//go:linkname qzExit runtime.exit\nfunc qzExit(int32)\n\nvar qzUse = qzExit\n',
    'zz_link.s': '',
  }),
]
