import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Go's own rules, asked through a small Go program that is built where the go command and its vendored copy of x/mod are
 * installed. Nothing of theirs is kept: the copy lives in a temporary folder for the length of a test file.
 */
export interface GoOracle extends Disposable {
  /** Answers in the order of the questions; each question is `[operation, ...arguments]`. */
  ask(questions: string[][]): unknown[]
}

const PROGRAM = String.raw`package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
	"golang.org/x/mod/sumdb/dirhash"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"golang.org/x/mod/zip"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func write(data []byte, elements ...string) {
	file := filepath.Join(elements...)
	must(os.MkdirAll(filepath.Dir(file), 0o777))
	must(os.WriteFile(file, data, 0o666))
}

// record makes up the record with number i of the test log whose made-up names start at a number.
func record(i, start int64) []byte {
	i += start
	sum := sha256.Sum256([]byte(fmt.Sprint(i)))
	h := "h1:" + base64.StdEncoding.EncodeToString(sum[:])
	m := fmt.Sprintf("example.com/Mod%d v1.0.%d", i, i%7)
	return []byte(fmt.Sprintf("%s %s\n%s/go.mod %s\n", m, h, m, h))
}

// writeLog writes a checksum database of size records as files below folder, and gives its verifier key.
func writeLog(folder string, size, start int64) string {
	skey, vkey, err := note.GenerateKey(bytes.NewReader(make([]byte, 1024)), "sum.example")
	must(err)
	signer, err := note.NewSigner(skey)
	must(err)
	var hashes []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			out[i] = hashes[index]
		}
		return out, nil
	})
	for i := int64(0); i < size; i++ {
		more, err := tlog.StoredHashes(i, record(i, start), reader)
		must(err)
		hashes = append(hashes, more...)
	}
	root, err := tlog.TreeHash(size, reader)
	must(err)
	head, err := note.Sign(&note.Note{Text: string(tlog.FormatTree(tlog.Tree{N: size, Hash: root}))}, signer)
	must(err)
	write(head, folder, "latest")
	for _, tile := range tlog.NewTiles(8, 0, size) {
		data, err := tlog.ReadTileData(tile, reader)
		must(err)
		write(data, folder, tile.Path())
		if tile.L == 0 {
			var texts []byte
			for i := int64(0); i < int64(tile.W); i++ {
				texts = append(append(texts, record(tile.N*256+i, start)...), '\n')
			}
			tile.L = -1
			write(texts, folder, tile.Path())
		}
	}
	return vkey
}

// hashModuleZip gives the h1: of a zip that Go accepts, and for another what Go has against it.
func hashModuleZip(file, path, version string) string {
	checked, err := zip.CheckZip(module.Version{Path: path, Version: version}, file)
	if err == nil {
		err = checked.Err()
	}
	if err != nil {
		return err.Error()
	}
	sum, err := dirhash.HashZip(file, dirhash.Hash1)
	if err != nil {
		return err.Error()
	}
	return sum
}

func answer(q []string) any {
	switch q[0] {
	case "modulePath":
		return module.CheckPath(q[1]) == nil
	case "importPath":
		return module.CheckImportPath(q[1]) == nil
	case "filePath":
		return module.CheckFilePath(q[1]) == nil
	case "escapePath":
		s, err := module.EscapePath(q[1])
		return []any{s, err == nil}
	case "unescapePath":
		s, err := module.UnescapePath(q[1])
		return []any{s, err == nil}
	case "escapeVersion":
		s, err := module.EscapeVersion(q[1])
		return []any{s, err == nil}
	case "unescapeVersion":
		s, err := module.UnescapeVersion(q[1])
		return []any{s, err == nil}
	case "split":
		prefix, major, ok := module.SplitPathVersion(q[1])
		return []any{prefix, major, ok}
	case "pathMajor":
		return module.CheckPathMajor(q[1], q[2]) == nil
	case "check":
		return module.Check(q[1], q[2]) == nil && module.CanonicalVersion(q[2]) == q[2]
	case "semver":
		return []any{semver.IsValid(q[1]), semver.Canonical(q[1]), module.CanonicalVersion(q[1]), semver.Major(q[1]), semver.Prerelease(q[1]), semver.Build(q[1])}
	case "compare":
		return semver.Compare(q[1], q[2])
	case "pseudo":
		if !module.IsPseudoVersion(q[1]) {
			return nil
		}
		base, err := module.PseudoVersionBase(q[1])
		rev, _ := module.PseudoVersionRev(q[1])
		return []any{base, err == nil, rev}
	case "declared":
		return modfile.ModulePath([]byte(q[1]))
	case "log":
		size, err := strconv.ParseInt(q[2], 10, 64)
		must(err)
		start, err := strconv.ParseInt(q[3], 10, 64)
		must(err)
		return writeLog(q[1], size, start)
	case "hashZip":
		return hashModuleZip(q[1], q[2], q[3])
	case "createZip":
		var b bytes.Buffer
		if err := zip.CreateFromDir(&b, module.Version{Path: q[3], Version: q[4]}, q[2]); err != nil {
			return err.Error()
		}
		write(b.Bytes(), q[1])
		return ""
	case "fold":
		return strings.EqualFold(q[1], q[2])
	case "goMod":
		f, err := modfile.ParseLax("go.mod", []byte(q[1]), nil)
		if err != nil {
			return nil
		}
		out := map[string]any{"module": nil, "go": nil}
		if f.Module != nil {
			out["module"] = f.Module.Mod.Path
		}
		if f.Go != nil {
			out["go"] = f.Go.Version
		}
		requires := [][]any{}
		for _, r := range f.Require {
			if module.CheckImportPath(r.Mod.Path) != nil {
				return nil // Go finds out later, when it loads the requirement.
			}
			requires = append(requires, []any{r.Mod.Path, r.Mod.Version, r.Indirect})
		}
		out["requires"] = requires
		return out
	}
	panic(q[0])
}

func main() {
	var questions [][]string
	if err := json.NewDecoder(os.Stdin).Decode(&questions); err != nil {
		panic(err)
	}
	answers := make([]any, len(questions))
	for i, q := range questions {
		answers[i] = answer(q)
	}
	json.NewEncoder(os.Stdout).Encode(answers)
}
`

/** Why there can be no oracle here, for a test's `skip`; false where there can. */
export function oracleSkip(): string | false {
  return vendorFolder() === null ? 'needs the go command with its vendored golang.org/x/mod' : false
}

export function buildGoOracle(): GoOracle {
  const vendored = vendorFolder()
  if (vendored === null) throw new Error('no go command here')
  const folder = mkdtempSync(join(tmpdir(), 'mirrorwatch-oracle-'))
  let goMod = 'module oracle\n\ngo 1.19\n'
  for (const name of ['mod', 'crypto']) {
    cpSync(join(vendored, name), join(folder, name), { recursive: true })
    writeFileSync(join(folder, name, 'go.mod'), `module golang.org/x/${name}\n\ngo 1.19\n`)
    goMod += `\nrequire golang.org/x/${name} v0.0.0\nreplace golang.org/x/${name} => ./${name}\n`
  }
  writeFileSync(join(folder, 'go.mod'), goMod)
  writeFileSync(join(folder, 'main.go'), PROGRAM)
  run('go', ['build', '-o', 'oracle', '.'], folder)
  return {
    ask: (questions) =>
      JSON.parse(run(join(folder, 'oracle'), [], folder, JSON.stringify(questions))) as unknown[],
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function vendorFolder(): string | null {
  const { stdout, status } = spawnSync('go', ['env', 'GOROOT'], { encoding: 'utf8' })
  if (status !== 0) return null
  const folder = join(stdout.trim(), 'src/cmd/vendor/golang.org/x')
  return existsSync(join(folder, 'mod/modfile')) ? folder : null
}

function run(command: string, args: string[], cwd: string, input = ''): string {
  const env = {
    ...process.env,
    GOPROXY: 'off',
    GOFLAGS: '-mod=mod',
    GOWORK: 'off',
    GONOSUMDB: '*',
    GOSUMDB: 'off',
  }
  const result = spawnSync(command, args, { cwd, env, input, encoding: 'utf8', maxBuffer: 1 << 28 })
  if (result.status !== 0) throw new Error(`${command}: ${result.stderr}`)
  return result.stdout
}
