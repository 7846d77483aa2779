import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadParser } from '@mirrorwatch/testing/go/go-parser'
import { createRandom, fuzzRuns, type Random } from '@mirrorwatch/testing/random'
import { analyseGoFiles } from '../../src/go/report/analyse.ts'
import { PAYLOADS } from './payloads.ts'

/** Source that may break folding: numbers too large to calculate with, and calls with too large a result. */
const PIECES = [
  '0',
  '-1',
  '1<<62',
  '1<<100000',
  '0x7fffffffffffffff',
  '1e400',
  '1e-400',
  "'\\U0010ffff'",
  '3i',
  '1/0',
  '1%0',
  '1.5/0',
  '-1>>-1',
  'make([]byte, 1<<40)',
  'strings.Repeat("ab", 1<<40)',
  'strings.Repeat("ab", -1)',
  'strings.Split("", "")',
  'strings.Replace("aaaa", "", "b", -1)',
  'x[len(x)]',
  'x[-1:]',
  'x[5:2]',
  '[]string{1<<30: "a"}',
  '[...]int{-1: 2}',
  '[2]string{"a", "b", "c"}',
  'string(0xd800)',
  'string(-1)',
  'string([]byte{256})',
  'string([]rune{-5, 0x110000})',
  'fmt.Sprintf("%[9]d%*.*f%!", 1)',
  'fmt.Sprintf("%999999999d", 1)',
  'strconv.Itoa(1<<70)',
  'base64.StdEncoding.DecodeString("====")',
  'hex.DecodeString("abc")',
  'for {}',
  'for i := 0; i < 1<<60; i++ { x += x }',
  'for k, v := range x { x = append(x, v, k) }',
  'func() string { return f() }()',
  'goto L',
  'L:',
  'defer',
  'switch { case f(): fallthrough; default: }',
  '(',
  ')',
  '{',
  '}',
  '"',
  '`',
  '/*',
  '\0',
  '\ufeff',
  '\ud83d',
  '😀',
  'constructor',
  '__proto__',
  'toString',
]

const NAMES = ['x', 'f', 'constructor', '__proto__', 'hasOwnProperty', 'init', '_']

function tokens(code: string): string[] {
  return code.match(/[A-Za-z_]\w*|[0-9][\w.]*|"(?:[^"\\\n]|\\.)*"|`[^`]*`|\s+|./gsu) ?? []
}

/** One of the re-enactments with some of its tokens dropped, doubled, swapped, replaced or renamed. */
function mutant(random: Random): string {
  const { imports, code } = random.pick(PAYLOADS)
  const other = tokens(random.pick(PAYLOADS).code)
  const list = tokens(code)
  for (let n = random.int(6); n >= 0; n--) {
    const at = random.int(list.length)
    const kind = random.int(7)
    if (kind === 0) list.splice(at, 1 + random.int(3))
    else if (kind === 1) list.splice(at, 0, list[random.int(list.length)] ?? '')
    else if (kind === 2) list[at] = random.pick(PIECES)
    else if (kind === 3) list.splice(at, 0, ` ${random.pick(PIECES)} `)
    else if (kind === 4)
      list.splice(at, 0, ...other.slice(random.int(other.length), random.int(other.length)))
    else if (kind === 5) {
      const name = list[at] ?? ''
      const renamed = random.pick(NAMES)
      if (/^[a-z]\w*$/i.test(name))
        for (const [i, token] of list.entries()) if (token === name) list[i] = renamed
    } else if (/^[0-9]/.test(list[at] ?? '')) list[at] = random.pick(PIECES)
  }
  return `package p\n\nimport (\n${imports.map((name) => `\t"${name}"\n`).join('')})\n${list.join('')}`
}

test('the analysis of mutated Go source always ends with a report that can be saved', async () => {
  const parser = await loadParser()
  const runs = fuzzRuns(500)
  const seed = Number(process.env['MIRRORWATCH_FUZZ_SEED'] ?? 1)
  const random = createRandom(seed)
  let slowest = { ms: 0, source: '' }
  for (let run = 0; run < runs; run++) {
    const source = mutant(random)
    const start = performance.now()
    try {
      const report = analyseGoFiles(parser, [{ path: 'a.go', content: source }], ['example.com/m'])
      assert.deepEqual(JSON.parse(JSON.stringify(report)), report)
      assert.ok(JSON.stringify(report).length < 1_000_000)
    } catch (error) {
      throw new Error(`of this source (seed ${seed}, run ${run}):\n${source}`, { cause: error })
    }
    const ms = performance.now() - start
    if (ms > slowest.ms) slowest = { ms, source }
  }
  if (process.env['MIRRORWATCH_FUZZ_RUNS'] !== undefined) console.log(slowest.ms, slowest.source)
})

test('a list that holds itself many times is shown in bounded time', async () => {
  const parser = await loadParser()
  const grow = 'x := []any{}\nfor i := 0; i < 200; i++ { x = append(x, x, x) }\nprintln(x)'
  const before = process.cpuUsage()
  analyseGoFiles(parser, [{ path: 'a.go', content: `package p\n\nfunc init() {\n${grow}\n}\n` }])
  assert.ok(process.cpuUsage(before).user < 5_000_000)
})
