import assert from 'node:assert/strict'
import { test } from 'node:test'
import { declarationsOf } from '../../src/prints/declarations.ts'

const OWN = { path: 'example.com/a', declaredPath: null }

function texts(source: string): string[] {
  return declarationsOf(source, OWN, 'example.com/original').map(({ text }) => text)
}

const SOURCE = `// Package a reads.
package a

import (
	"fmt"
	"crypto/rand"

	"example.com/a/sub"
)

// Limit is the limit.
const Limit = 10 // of all

//go:noinline
func (r *Reader[T]) Read(p []byte, more ...string) (n int, err error) {
	if len(p) == 0 { return 0, nil }
	fmt.Println("x", sub.Name)
	return rand.Read(p)
}
`

test('a declaration is its tokens, a statement a line, with packages by their paths', () => {
  assert.deepEqual(texts(SOURCE), [
    '//go:noinline',
    'import "fmt"',
    'import "crypto/rand"',
    'import "example.com/original/sub"',
    'const Limit = 10',
    `func (r * Reader [T]) Read(p []byte, more ... string) (n int, err error) {
if len(p) == 0 {
return 0, nil
}
fmt.Println("x", "example.com/original/sub".Name)
return "crypto/rand".Read(p)
}`,
  ])
})

test('comments, layout, package name and aliases change nothing', () => {
  const changed = SOURCE.replace('package a', 'package b')
    .replaceAll(/\/\/ .*/g, '/* other */')
    .replace('"crypto/rand"', 'r "crypto/rand"')
    .replace('rand.Read', 'r.Read')
    .replace('(p []byte, more ...string)', '(\n\tp []byte,\n\tmore ...string,\n)')
    .replaceAll('\n', '\r\n')
  assert.deepEqual(texts(changed), texts(SOURCE))
})

test('another package under the same name, a name or a text are another declaration', () => {
  for (const [from, to] of [
    ['"crypto/rand"', '"math/rand"'],
    ['return 0, nil', 'return 1, nil'],
    ['"x"', '"y"'],
    ['len(p)', 'len(more)'],
    ['//go:noinline', '//go:linkname'],
  ] as const)
    assert.notDeepEqual(texts(SOURCE.replace(from, to)), texts(SOURCE), from)
  assert.ok(texts('package a\n// int x;\nimport "C"\n').includes('// int x;'))
})

test('declarations are named, so that a changed one is shown next to what it was', () => {
  const names = declarationsOf(
    `${SOURCE}\nfunc New() int { return 1 }\nvar (\n\tx = 1\n)\ntype T struct{}\n`,
    OWN,
    'x.com/y',
  )
  assert.deepEqual(
    names.slice(4).map(({ name }) => name),
    ['const Limit', 'func Reader.Read', 'func New', 'var x', 'type T'],
  )
})

test('a hostile file costs time in proportion to its size', () => {
  for (const piece of ['rand.A,', 'a.b(', '{', 'import "x"\n', 'func f(', '))', 'x[']) {
    const started = process.cpuUsage()
    texts(`package a\nimport "crypto/rand"\nvar x = []int{${piece.repeat(60_000)}`)
    const { user } = process.cpuUsage(started)
    assert.ok(user < 1_500_000, `${piece} took ${user} µs`)
  }
})
