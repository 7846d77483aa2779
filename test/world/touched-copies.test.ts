import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signalOf } from '@mirrorwatch/detect/finding'
import { scanWorld } from '@mirrorwatch/testing/scan-world'
import { startWorld } from '@mirrorwatch/world/world'
import { sql } from 'kysely'
import { published } from './copy-world.ts'

const ORIGINAL = 'github.com/harrier/parse'
const OTHER = 'github.com/kestrel/lexer'
const TOUCHED = 'github.com/xkcvbnmt/warehouse'
const MERGED = 'github.com/qwdkfjzp/toolbox'
const HONEST = 'github.com/plover/service'

function source(seed: string, functions: number, pkg = 'parse'): string {
  const bodies = Array.from(
    { length: functions },
    (_, at) => `// ${seed}${at} reads.
func (p *Parser) ${seed}${at}(ctx context.Context, key string) (*${seed}Node${at}, error) {
	value, err := p.Load${seed}${at * 7}(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("${seed} ${at} %s: %w", key, err)
	}
	return &${seed}Node${at}{Key: key, Data: value.Bytes(), Size: ${at}}, nil
}
`,
  )
  return `package ${pkg}\n\nimport (\n\t"context"\n\t"fmt"\n)\n\n${bodies.join('\n')}`
}

function touched(text: string): string {
  return `// Copyright 2026\n${text
    .replaceAll(/\/\/.*$/gm, '')
    .replace('package parse', 'package warehouse')
    .replaceAll('\t', '    ')}`
}

const PAYLOAD =
  'package warehouse\n\nimport "os/exec"\n\nfunc init() { exec.Command("/bin/sh", "-c", "true").Start() }\n'

/** No file of the copies has the checksum or the name of one of the original, and no name resembles another. */
test('copies whose every file was touched are found, with the original and the added lines', async () => {
  const original = {
    'go.mod': `module ${ORIGINAL}\n`,
    'a.go': source('Apple', 25),
    'b.go': source('Pear', 25),
  }
  const lexer = { 'go.mod': `module ${OTHER}\n`, 'lex.go': source('Lex', 40, 'lexer') }
  const world = await startWorld({
    repositories: [
      published(ORIGINAL, 1, original),
      published(OTHER, 1, lexer),
      published(TOUCHED, 3, {
        'go.mod': `module ${TOUCHED}\n`,
        'one.go': touched(original['a.go']),
        'two.go': touched(original['b.go']),
        'zz.go': PAYLOAD,
      }),
      published(MERGED, 4, {
        'go.mod': `module ${MERGED}\n`,
        'all.go': touched(original['a.go'] + original['b.go'].slice(original['b.go'].indexOf('func'))),
        'lexer/lex.go': touched(lexer['lex.go']),
      }),
      published(HONEST, 5, {
        'go.mod': `module ${HONEST}\n`,
        'main.go': source('Serve', 60, 'main'),
        'util.go': touched(source('Apple', 3, 'main')),
      }),
    ],
  })
  await using scanned = await scanWorld(world, [ORIGINAL, OTHER])
  const { findings } = scanned
  const copy = findings.get(TOUCHED)
  assert.equal(copy?.target, ORIGINAL)
  const { evidence } = signalOf(copy.signals, 'near-copy') ?? assert.fail('no near-copy')
  assert.deepEqual(
    evidence.compared
      .filter(({ relation }) => relation !== 'removed')
      .map(({ path, relation }) => `${path} ${relation}`),
    ['zz.go added', 'one.go equal-but-path', 'two.go equal-but-path', 'go.mod equal-but-path'],
  )
  assert.match(evidence.diff ?? '', /^\+.*exec\.Command/m)
  assert.doesNotMatch(evidence.diff ?? '', /Apple/)
  assert.equal(copy.severity, 'high')
  const { rows } = await sql<{ path: string; target: string }>`
    select m.path, c.target from comparison c join module m on m.id = c.module_id
    order by m.path, c.target`.execute(scanned.opened.runtime.db)
  assert.deepEqual(
    rows.map(({ path, target }) => `${path} ${target}`),
    [`${MERGED} ${ORIGINAL}`, `${MERGED} ${OTHER}`, `${TOUCHED} ${ORIGINAL}`],
  )
  assert.equal(findings.has(HONEST), false)
})
