import assert from 'node:assert/strict'
import { test } from 'node:test'
import { modulesOfGoMod, parseGoWork, usesOfGoMod } from '../../src/mod/project-files.ts'
import { usesOfVendor } from '../../src/mod/vendor-modules.ts'

test('a go.mod names what it requires and what replaces it, at any version', () => {
  const text = `module example.com/app

go 1.24
toolchain go1.24.3

require github.com/boltdb/bolt v1.3.1
require (
	"github.com/spf13/cobra" main // a branch, until go mod tidy
	local v0.0.0
)
exclude github.com/pkg/errors v0.8.0
replace (
	github.com/boltdb/bolt => github.com/boltdb-go/bolt master
	local => ../local
	github.com/a/b v1.0.0 => github.com/c/d v1.0.1
)
retract [v1.0.0, v1.1.0]
tool golang.org/x/tools/cmd/stringer
ignore ./node_modules
godebug default=go1.21
`
  assert.deepEqual(modulesOfGoMod(text), [
    'github.com/boltdb/bolt',
    'github.com/spf13/cobra',
    'local',
    'github.com/boltdb-go/bolt',
    'github.com/c/d',
  ])
  assert.deepEqual(
    usesOfGoMod(text).map(({ version }) => version),
    ['v1.3.1', 'main', 'v0.0.0', 'master', 'v1.0.1'],
  )
})

for (const [text, message] of [
  ['module m\nreqiure (\n\tgithub.com/a/b v1.0.0\n)\n', /line 2: unknown block "reqiure"/],
  ['module m\nrequires github.com/a/b v1.0.0\n', /line 2: unknown directive "requires"/],
  ['module m\nREQUIRE (\n)\n', /line 2: unknown block "REQUIRE"/],
  ['module m\nrequire now (\n\tgithub.com/a/b v1.0.0\n)\n', /line 2: unknown block "require now"/],
  ['module m\nrequire github.com/a/b\n', /line 2: usage/],
  ['module m\nrequire ../b v1.0.0\n', /line 2: .* is not a module path/],
  ['module m\nreplace a.com/b => c.com/d\n', /line 2: the replacement c.com\/d needs a version/],
  ['module m\nreplace a.com/b c.com/d v1\n', /line 2: usage/],
  ['module m\nrequire (\n\ta.com/b v1.0.0\n', /line 2: block is never closed/],
] as const) {
  test(`a go.mod that Go refuses is refused with its line: ${JSON.stringify(text)}`, () => {
    assert.throws(() => modulesOfGoMod(text), { name: 'GomodError', code: 'malformed', message })
  })
}

test('a go.work names its folders and replacements', () => {
  const text = 'go 1.24\nuse (\n\t./a\n\t"../b c"\n)\nreplace x.com/y => github.com/evil/y v1.0.0\n'
  assert.deepEqual(parseGoWork(text), {
    modules: [{ path: 'github.com/evil/y', version: 'v1.0.0' }],
    uses: ['./a', '../b c'],
  })
  assert.throws(() => parseGoWork('require x.com/y v1.0.0\n'), {
    message: /^go\.work line 1: unknown directive/,
  })
})

test('vendor/modules.txt names modules and their replacements', () => {
  const text = `# github.com/boltdb/bolt v1.3.1 => github.com/boltdb-go/bolt v1.3.1
## explicit
github.com/boltdb/bolt
# golang.org/x/sys v0.1.0
## explicit; go 1.17
golang.org/x/sys/unix
# example.com/local v0.0.0 => ./local
# github.com/replaced/everywhere => github.com/fork/everywhere v1.0.0
`
  assert.deepEqual(
    usesOfVendor(text).map(({ path, version }) => `${path} ${version}`),
    [
      'github.com/boltdb/bolt v1.3.1',
      'github.com/boltdb-go/bolt v1.3.1',
      'golang.org/x/sys v0.1.0',
      'example.com/local v0.0.0',
      'github.com/replaced/everywhere null',
      'github.com/fork/everywhere v1.0.0',
    ],
  )
  assert.throws(() => usesOfVendor('# !! v1.0.0\n'), { code: 'malformed', message: /line 1/ })
})
