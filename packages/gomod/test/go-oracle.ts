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

const PROGRAM = `package main

import (
	"encoding/json"
	"os"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

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
	case "fold":
		return strings.EqualFold(q[1], q[2])
	case "goMod":
		f, err := modfile.ParseLax("go.mod", []byte(q[1]), nil)
		if err != nil {
			return nil
		}
		out := map[string]any{"module": nil, "deprecated": nil, "go": nil}
		if f.Module != nil {
			out["module"] = f.Module.Mod.Path
			out["deprecated"] = f.Module.Deprecated
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
		retracts := [][]any{}
		for _, r := range f.Retract {
			low, high := module.CanonicalVersion(r.Low), module.CanonicalVersion(r.High)
			if low != "" && high != "" { // Go leaves them as they are.
				retracts = append(retracts, []any{low, high, r.Rationale})
			}
		}
		out["requires"] = requires
		out["retracts"] = retracts
		return out
	case "replaces":
		f, err := modfile.Parse("go.mod", []byte(q[1]), nil)
		if err != nil {
			return nil
		}
		out := [][]any{}
		for _, r := range f.Replace {
			out = append(out, []any{r.Old.Path, r.Old.Version, r.New.Path, r.New.Version})
		}
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
  return xmodFolder() === null ? 'needs the go command with its vendored golang.org/x/mod' : false
}

export function buildGoOracle(): GoOracle {
  const xmod = xmodFolder()
  if (xmod === null) throw new Error('no go command here')
  const folder = mkdtempSync(join(tmpdir(), 'mirrorwatch-oracle-'))
  cpSync(xmod, join(folder, 'xmod'), { recursive: true })
  writeFileSync(join(folder, 'xmod', 'go.mod'), 'module golang.org/x/mod\n\ngo 1.19\n')
  writeFileSync(
    join(folder, 'go.mod'),
    'module oracle\n\ngo 1.19\n\nrequire golang.org/x/mod v0.0.0\n\nreplace golang.org/x/mod => ./xmod\n',
  )
  writeFileSync(join(folder, 'main.go'), PROGRAM)
  run('go', ['build', '-o', 'oracle', '.'], folder)
  return {
    ask: (questions) =>
      JSON.parse(run(join(folder, 'oracle'), [], folder, JSON.stringify(questions))) as unknown[],
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function xmodFolder(): string | null {
  const { stdout, status } = spawnSync('go', ['env', 'GOROOT'], { encoding: 'utf8' })
  if (status !== 0) return null
  const folder = join(stdout.trim(), 'src/cmd/vendor/golang.org/x/mod')
  return existsSync(join(folder, 'modfile')) ? folder : null
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
