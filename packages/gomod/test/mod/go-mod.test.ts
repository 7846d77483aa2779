import assert from 'node:assert/strict'
import { test } from 'node:test'
import { declaredModulePath, parseGoMod } from '../../src/mod/go-mod.ts'

test('a dependency’s go.mod is read for its module, go and require lines', () => {
  const file = parseGoMod(`// Deprecated: use example.com/new instead.
module example.com/old // the old one

go 1.24.3
toolchain go1.24.5

require example.com/single v1.0.0
require (
	github.com/BurntSushi/toml v1.4.0
	gopkg.in/yaml.v3 v3.0.1 // indirect
	"example.com/quoted" v2.0.0+incompatible // indirect; kept for tools
	example.com/short v1 // not indirect
)

exclude example.com/single v0.9.0
replace example.com/single => ../single
replace (
	example.com/a v1.0.0 => example.com/b v1.2.0
	example.com/c => example.com/d/v2 v2.0.0
)

// Published by accident.
retract v1.0.1
retract [v1.1.0, v1.2.0] // broken

tool example.com/tools/cmd/x
godebug default=go1.21
ignore ./testdata
something (
	new in a later version
)
`)
  assert.deepEqual(file, {
    module: 'example.com/old',
    go: '1.24.3',
    requires: [
      { path: 'example.com/single', version: 'v1.0.0', indirect: false },
      { path: 'github.com/BurntSushi/toml', version: 'v1.4.0', indirect: false },
      { path: 'gopkg.in/yaml.v3', version: 'v3.0.1', indirect: true },
      { path: 'example.com/quoted', version: 'v2.0.0+incompatible', indirect: true },
      { path: 'example.com/short', version: 'v1.0.0', indirect: false },
    ],
  })
})

test('an empty file and one with carriage returns', () => {
  assert.equal(parseGoMod('').module, null)
  const file = parseGoMod('module example.com/m\r\n\r\ngo 1.19\r\n')
  assert.deepEqual([file.module, file.go], ['example.com/m', '1.19'])
})

test('go versions', () => {
  const goOf = (version: string) => parseGoMod(`go ${version}\n`).go
  assert.equal(goOf('1.24rc1'), '1.24rc1')
  assert.equal(goOf('v1.18.x'), '1.18')
  for (const version of ['1', 'v1.24', '01.2', 'latest', '"1.24"']) {
    assert.throws(() => goOf(version), { code: 'malformed' }, version)
  }
})

test('lines that only count in the main module are skipped, valid or not', () => {
  const file = parseGoMod(
    'replace a b c\nexclude x\nretract (\n\t[v1.0.0\n)\ntool "\\x"\nmodule example.com/m\n',
  )
  assert.deepEqual(file, { module: 'example.com/m', go: null, requires: [] })
})

const REFUSED: [string, RegExp][] = [
  ['module a\nmodule b', /line 2: repeated module/],
  ['go 1.19\ngo 1.20', /line 2: repeated go/],
  ['module', /usage: module/],
  ['module a b', /usage: module/],
  ['require (\n\texample.com/a v1.0.0\n', /line 1: block is never closed/],
  ['require (\n) x', /line 2: a closing parenthesis/],
  ['module "example.com/a', /never closed/],
  ['module `a`', /badly quoted/],
  ['/* x */', /only \/\/ comments/],
  ['module a/*b*/', /only \/\/ comments/],
  ['module a\u0000b', /unexpected character/],
  ['require example.com/a master', /form v1\.2\.3/],
  ['require example.com/a v2.0.0', /cannot have version/],
  ['require example.com/a/v2 v1.0.0', /cannot have version/],
  ['require example.com/a', /usage: require/],
  ['require "a b" v1.0.0', /not a module path/],
  ['require ../a v1.0.0', /not a module path/],
]

for (const [text, message] of REFUSED) {
  test(`refused: ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseGoMod(text), { name: 'GomodError', code: 'malformed', message })
  })
}

test('limits', () => {
  assert.throws(() => parseGoMod('\n'.repeat(100_000)), { code: 'too-large' })
  assert.throws(() => parseGoMod(' '.repeat(16 * 1024 * 1024 + 1)), { code: 'too-large' })
  assert.equal(parseGoMod(`module m\n${'//\n'.repeat(99_998)}`).module, 'm')
})

test('long lines are read in linear time', () => {
  const half = 4 * 1024 * 1024
  assert.equal(parseGoMod(`// Deprecated: ${' '.repeat(half)}${'a'.repeat(half)}\nmodule m`).module, 'm')
  assert.throws(() => parseGoMod(`module ${'"'.repeat(half)}`), { code: 'malformed' })
  assert.throws(() => parseGoMod(`module ${'\\"'.repeat(half / 2)}`), { code: 'malformed' })
})

test('the declared module path', () => {
  assert.equal(declaredModulePath('// x\n\nmodule example.com/m // y\ngarbage ('), 'example.com/m')
  assert.equal(declaredModulePath('module "example.com/m"'), 'example.com/m')
  assert.equal(declaredModulePath('module `example.com/m`'), 'example.com/m')
  assert.equal(declaredModulePath('module "example.com'), null)
  assert.equal(declaredModulePath('modulex y\n'), null)
  assert.equal(declaredModulePath('../target/go.mod'), null)
})
