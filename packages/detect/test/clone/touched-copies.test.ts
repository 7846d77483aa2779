import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { listedModule } from '@mirrorwatch/testing/go/listed-module'
import { compareListings } from '../../src/clone/compare.ts'
import type { ModuleComparison } from '../../src/clone/types.ts'

type Files = Record<string, string>

const PATH = 'github.com/honest/store'
const COPY = 'github.com/zqpwxv/warehouse'

function compare(copy: Files, original: Files = ORIGINAL): ModuleComparison {
  return compareListings(listedModule(PATH, original), listedModule(COPY, copy))
}

function source(seed: string, functions: number, pkg: string): string {
  const bodies = Array.from(
    { length: functions },
    (_, at) => `// ${seed}${at} does it, as it always did.
func (s *Store) ${seed}${at}(ctx context.Context, key string) (*${seed}Item${at}, error) {
	value, err := s.Load${seed}${at * 7}(ctx, key) // may fail
	if err != nil {
		return nil, fmt.Errorf("${seed} ${at} %s: %w", key, err)
	}
	return &${seed}Item${at}{Key: key, Data: value.Bytes(), Size: ${at}}, nil
}
`,
  )
  return `package ${pkg}\n\nimport (\n\t"context"\n\t"fmt"\n)\n\n${bodies.join('\n')}`
}

const ORIGINAL: Files = {
  'go.mod': `module ${PATH}\n`,
  'apple.go': source('Apple', 20, 'store'),
  'pear.go': source('Pear', 20, 'store'),
  'sub/plum.go': source('Plum', 30, 'sub'),
}
const PAYLOAD = '\nfunc init() { exec.Command("true").Start() }\n'

function touched(text: string): string {
  return `// Copyright 2026\n\n${text
    .replaceAll(/ *\/\/.*$/gm, '')
    .replace(/^package \w+/m, 'package warehouse')
    .replaceAll('\t', '  ')
    .replaceAll('\n', '\r\n')}`
}

const every = (files: Files, change: (text: string) => string): Files =>
  Object.fromEntries(
    Object.entries(files).map(([name, text]) => [
      name,
      name.endsWith('.go') ? change(text) : `module ${COPY}\n`,
    ]),
  )

describe('a copy whose files were all touched', () => {
  test('is a near-copy without any addition', () => {
    const result = compare(every(ORIGINAL, touched))
    assert.equal(result.nearCopy, true)
    assert.equal(result.similarity, 1)
    assert.deepEqual([result.equalButPath, result.changed, result.added], [4, 0, 0])
    assert.equal(result.contained, 1)
    assert.equal(result.diff, null)
  })

  test('shows its payload and nothing else', () => {
    const copy = every(ORIGINAL, touched)
    copy['pear.go'] += touched(PAYLOAD).replace('// Copyright 2026\n\n', '')
    const result = compare(copy)
    assert.equal(result.nearCopy, true)
    assert.deepEqual(
      result.files
        .filter(({ path }) => path.endsWith('.go'))
        .map(({ path, relation }) => `${path} ${relation}`),
      ['pear.go changed', 'apple.go equal-but-path', 'sub/plum.go equal-but-path'],
    )
    const changes = (result.diff ?? '')
      .split('\n')
      .filter((line) => /^[+-](?![+-])/.test(line) && !line.includes('module'))
    assert.deepEqual(changes, ['+', '+func init() {', '+exec.Command("true").Start()', '+}'])
  })

  test('is found where its files are joined, split and renamed', () => {
    const {
      'apple.go': apple = '',
      'pear.go': pear = '',
      'sub/plum.go': plum = '',
    } = every(ORIGINAL, touched)
    const half = plum.indexOf('func (s *Store) Plum15')
    const result = compare({
      'go.mod': `module ${COPY}\n`,
      'all.go': `${apple}${pear.slice(pear.indexOf('func'))}${PAYLOAD}`,
      'sub/a.go': plum.slice(0, half),
      'sub/b.go': `package sub\n${plum.slice(half)}`,
    })
    assert.equal(result.nearCopy, true)
    assert.deepEqual(
      result.files.map(({ path, relation }) => `${path} ${relation}`).filter((line) => line.includes('.go')),
      ['all.go added', 'sub/a.go equal-but-path', 'sub/b.go equal-but-path'],
    )
    assert.match(result.diff ?? '', /^\+exec\.Command/m)
    assert.doesNotMatch(result.diff ?? '', /^\+.*Apple/m)
  })

  test('is found where names that are not exported were changed, and shows those lines', () => {
    const renamed = every(ORIGINAL, (text) => touched(text).replaceAll(/\b(value|key|err|s)\b/g, 'x$1'))
    const result = compare(renamed)
    assert.equal(result.nearCopy, true)
    assert.equal(result.changed, 3)
    assert.ok(result.similarity > 0.9 && result.similarity < 1)
  })
})

describe('a part of an original', () => {
  const { 'apple.go': apple = '', 'sub/plum.go': plum = '' } = ORIGINAL

  test('taken alone is a copy of it', () => {
    const large = { ...ORIGINAL, 'large.go': source('Large', 200, 'store') }
    const result = compare({ 'go.mod': `module ${COPY}\n`, 'plum.go': touched(plum) }, large)
    assert.equal(result.nearCopy, true)
    assert.ok(result.contained < 0.5)
  })

  test('next to another original is a copy of both', () => {
    const other = { 'go.mod': 'module x\n', 'other.go': source('Other', 70, 'store') }
    const merged = { ...every(ORIGINAL, touched), 'other.go': touched(other['other.go']) }
    assert.equal(compare(merged).nearCopy, true)
    assert.equal(compare(merged, other).nearCopy, true)
  })

  test('in a separate program is no copy', () => {
    const program = {
      'go.mod': `module ${COPY}\n`,
      'main.go': source('Main', 100, 'main'),
      'a.go': touched(apple),
    }
    const result = compare(program)
    assert.deepEqual([result.nearCopy, result.holdsOriginal], [false, false])
  })

  test('two unrelated programs have nothing in common', () => {
    const result = compare({ 'main.go': source('Main', 100, 'main') })
    assert.ok(result.similarity < 0.05)
  })
})
