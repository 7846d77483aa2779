import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom, fuzzRuns, type Random, randomText } from '@mirrorwatch/testing/random'
import { GomodError } from '../../src/errors.ts'
import { declaredModulePath, parseGoMod } from '../../src/mod/go-mod.ts'
import { parseGoSum } from '../../src/mod/go-sum.ts'

const PIECES = [
  'module ',
  'go ',
  'require ',
  'replace ',
  'exclude ',
  'retract ',
  'toolchain ',
  'tool ',
  'example.com/a',
  'example.com/a/v2',
  'gopkg.in/b.v1',
  ' v1.2.3',
  ' v2.0.0+incompatible',
  ' v0.0.0-20191109021931-daa7c04131f5',
  ' => ',
  '../x',
  '(',
  ')',
  '[',
  ']',
  ',',
  '{',
  '}',
  '"',
  '`',
  '\\',
  '//',
  '/*',
  '*/',
  '// indirect',
  '// Deprecated: x',
  '\n',
  '\n',
  '\n\n',
  '\r\n',
  '\t',
  ' ',
  '\0',
  '\ufeff',
  '\ud800',
  '\u{20000}',
  'é',
  '1.24',
  'h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY=',
  '/go.mod',
]
const SAMPLE = `// Deprecated: no
module example.com/m

go 1.24

require (
	example.com/a v1.2.3 // indirect
	gopkg.in/b.v1 v1.0.0
)

replace example.com/a => ../a
retract [v1.0.0, v1.1.0] // oops
`

test('go.mod and go.sum parsers return a value or a named error for any input', () => {
  const runs = fuzzRuns(20_000)
  const random = createRandom(20261124)
  let parsed = 0
  for (let run = 0; run < runs; run++) {
    const text = random.chance(0.5) ? randomText(random, PIECES, 30) : mutate(random, SAMPLE)
    if (endsWell(() => parseGoMod(text), text)) parsed++
    endsWell(() => parseGoSum(text), text)
    declaredModulePath(text)
  }
  assert.ok(parsed > runs / 100 && parsed < runs, `${parsed} of ${runs} inputs were valid`)
})

function endsWell(parse: () => unknown, text: string): boolean {
  try {
    parse()
    return true
  } catch (error) {
    if (error instanceof GomodError) return false
    throw new Error(`not a named error for ${JSON.stringify(text)}`, { cause: error })
  }
}

function mutate(random: Random, text: string): string {
  let result = text
  for (let changes = random.int(4); changes >= 0; changes--) {
    const at = random.int(result.length + 1)
    const removed = random.chance(0.5) ? random.int(8) : 0
    result =
      result.slice(0, at) + (random.chance(0.7) ? random.pick(PIECES) : '') + result.slice(at + removed)
  }
  return result
}
