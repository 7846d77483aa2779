import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { needsGo } from '@mirrorwatch/testing/go/go-command'
import { loadParser } from '@mirrorwatch/testing/go/go-parser'
import { createRandom, fuzzRuns, type Random } from '@mirrorwatch/testing/random'
import { analyseGoFiles } from '../../src/go/report/analyse.ts'

/** Integer types of Go with the literals that fit them. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  int8: ['1', '-1', '7', '100', '127', '-128', "'a'"],
  int16: ['1', '-1', '300', '32767', '-32768', "'日'-'一'"],
  int32: ['1', '-3', '65537', '2147483647', '-2147483648', "'\\U0010ffff'"],
  int64: ['1', '-1', '9007199254740993', '9223372036854775807', '-9223372036854775808'],
  int: ['1', '-1', '0x7fff_ffff_ffff_ffff', '0b1011', '0o17', '017', '9007199254740993'],
  uint8: ['1', '0xff', '128', '7', "'z'"],
  uint16: ['1', '65535', '4660'],
  uint32: ['1', '4294967295', '16777619', '2166136261'],
  uint64: ['1', '18446744073709551615', '14695981039346656037', '1099511628211'],
  uint: ['1', '18446744073709551615', '9007199254740993'],
  uintptr: ['1', '4294967296'],
  byte: ['1', '200', "'\\xff'"],
  rune: ['1', '-1', "'\\n'", "'\\u65e5'"],
}
const NAMES = Object.keys(TYPES)

/** Returns an expression of variables and operators; literals stand only where no compiler finds an overflow. */
function typed(random: Random, type: string, depth: number): string {
  const variable = `${type}${random.int(2)}`
  if (depth === 0) return variable
  const left = typed(random, type, depth - 1)
  const right = random.chance(0.4) ? random.pick(TYPES[type] ?? []) : typed(random, type, depth - 1)
  const kind = random.int(8)
  if (kind === 0) return `(${left} ${random.pick(['/', '%'])} (${typed(random, type, depth - 1)} | 1))`
  if (kind === 1) return `(${left} ${random.pick(['<<', '>>'])} ${random.int(70)})`
  if (kind === 2) return `(${left} ${random.pick(['<<', '>>'])} (uint80 & 31))`
  if (kind === 3) return `${type}(${typed(random, random.pick(NAMES), depth - 1)})`
  if (kind === 4) return `${random.pick(['-', '^', '+'])}(${left})`
  return `(${left} ${random.pick(['+', '-', '*', '&', '|', '^', '&^'])} (${right}))`
}

const CONSTANTS = ['1', '3', '0x1234_5678_9abc_def0', '1180591620717411303424', "'a'", '010', '0b101']

/** Returns a constant expression, which is exact however large its parts are. */
function constant(random: Random, depth: number): string {
  if (depth === 0) return random.pick(CONSTANTS)
  const left = constant(random, depth - 1)
  const kind = random.int(6)
  if (kind === 0) return `(${left} ${random.pick(['/', '%'])} (${constant(random, depth - 1)} | 1))`
  if (kind === 1) return `(${left} << ${random.int(40)})`
  if (kind === 2) return `(${left} >> ${random.int(40)})`
  if (kind === 3) return `${random.pick(['-', '^', '+'])}(${left})`
  return `(${left} ${random.pick(['+', '-', '*', '&', '|', '^', '&^'])} ${constant(random, depth - 1)})`
}

const LOOPS = [
  'h := uint64(14695981039346656037); for _, c := range []byte("github.com") { h ^= uint64(c); h *= 1099511628211 }; show(h)',
  'h := uint32(5381); for i := 0; i < 40; i++ { h = h<<5 + h + uint32(i) }; show(h)',
  'x := 1; for i := 0; i < 70; i++ { x *= 3 }; show(x)',
  'b := byte(200); b += 100; b -= 50; b <<= 1; show(b)',
  'var s int8 = 127; s++; show(s)',
  "r := 'a'; for i := 0; i < 9; i++ { r *= 97 }; show(r)",
  'a := [4]uint8{250, 5}; a[0] += a[1] + 1; a[3]--; show(a[0]); show(a[3])',
  'm := map[string]int16{"x": 32767}; m["x"]++; show(m["x"])',
  'p := pair{200, 100}; p.a += p.b; show(p.a)',
  'k := key(200); show(k + 100)',
  'h := half(101); show(h * 127)',
  'const (a uint8 = 1 << (iota + 6); b; c = b + 1); show(a + b); show(c)',
  'v, _ := strconv.ParseUint("ffffffffffffffff", 16, 64); show(v)',
  'n, _ := strconv.Atoi("-9007199254740993"); show(n)',
]

function program(head: string, statements: readonly string[], show: (value: string) => string): string {
  const variables = NAMES.flatMap((type) =>
    [0, 1].map((at) => `\tvar ${type}${at} ${type} = ${TYPES[type]?.at(-1 - at)}\n\t_ = ${type}${at}\n`),
  ).join('')
  const functions = statements.map((statement, at) => {
    const shown = statement.replace(/show\((.*?)\)(?=;|$)/g, (_all, value) => show(value))
    return `func f${at}() {\n${variables}\t${shown}\n}\n`
  })
  const calls = statements.map((_, at) => `\tf${at}()\n`).join('')
  return `package main\n\n${head}\ntype key uint8\ntype pair struct{ a, b uint8 }\n\nfunc half(n int8) int8 { return n / 2 }\n\n${functions.join('')}\nfunc main() {\n${calls}}\n`
}

/** Returns what the real Go prints. */
function runGo(source: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'mirrorwatch-integers-'))
  try {
    writeFileSync(join(folder, 'main.go'), source)
    const env = { ...process.env, GO111MODULE: 'off', GOFLAGS: '', GOTOOLCHAIN: 'local' }
    const { stdout, stderr, status } = spawnSync('go', ['run', 'main.go'], {
      cwd: folder,
      env,
      encoding: 'utf8',
    })
    assert.equal(status, 0, stderr)
    return stdout.trim().split('\n')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test('integers come out as Go computes them', needsGo, async () => {
  const random = createRandom(Number(process.env['MIRRORWATCH_FUZZ_SEED'] ?? 1))
  const count = fuzzRuns(150)
  const expressions = Array.from({ length: count }, () => `show(${typed(random, random.pick(NAMES), 3)})`)
  const constants = Array.from(
    { length: count },
    () => `const c = ${constant(random, 3)}; show(int(c % 9007199254740993))`,
  )
  const statements = [...LOOPS, ...expressions, ...constants]
  const head = 'import (\n\t"fmt"\n\t"strconv"\n)\n\nvar _ = strconv.Itoa\n'
  const expected = runGo(program(head, statements, (value) => `fmt.Println(${value})`))
  const read = program(
    'import (\n\t"fmt"\n\t"os/exec"\n\t"strconv"\n)\n',
    statements,
    (value) => `exec.Command(fmt.Sprint(${value}))`,
  )
  const { uses } = analyseGoFiles(await loadParser(), [{ path: 'main.go', content: read }])
  const folded = uses
    .filter(({ what }) => what === 'os/exec.Command')
    .toSorted((a, b) => a.line - b.line || a.column - b.column)
    .map((use) => use.folded)
  assert.equal(folded.length, expected.length)
  const lines = read.split('\n').filter((line) => line.includes('exec.Command('))
  for (const [at, value] of expected.entries()) assert.equal(folded[at], value, lines[at] ?? `result ${at}`)
})
