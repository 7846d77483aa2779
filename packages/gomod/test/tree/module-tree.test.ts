import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom, fuzzRuns, type Random } from '@mirrorwatch/testing/random'
import { foldCase } from '../../src/paths/fold-case.ts'
import { findModuleDir, placeInRepository, tagRef } from '../../src/tree/module-dir.ts'
import { moduleTree } from '../../src/tree/module-tree.ts'
import type { TreeEntry } from '../../src/tree/tree-entry.ts'
import { isVendored, vendorRulesFor } from '../../src/tree/vendor-rules.ts'

const ID = '0123456789abcdef0123456789abcdef01234567'

/** Paths, and whether the zip holds them before Go 1.24 and since (https://go.dev/doc/go1.24, golang.org/x/mod v0.22.0). */
const VENDOR_TABLE: [path: string, before: boolean, from124: boolean][] = [
  ['vendor/modules.txt', true, false],
  ['vendor/foo.go', true, true],
  ['vendor/x/y.go', false, false],
  ['vendor/vendor/z.go', false, false],
  ['pkg/vendor/foo/foo.go', false, false],
  ['pkg/vendor/vendor.go', false, true],
  ['pkg/vendor/modules.txt', false, true],
  ['a/b/vendor/q.go', false, true],
  ['myvendor/x/y.go', true, true],
  ['vendorx/x/y.go', true, true],
  ['f/vendor', true, true],
  ['Vendor/x/u.go', true, true],
]

test('vendored packages are left out by the rules of the Go version', () => {
  for (const [path, before, from124] of VENDOR_TABLE) {
    assert.equal(!isVendored(path, 'before-1.24'), before, path)
    assert.equal(!isVendored(path, '1.24'), from124, path)
  }
})

test('the go line decides which rules apply', () => {
  for (const line of ['1.24', '1.24.3', '1.24rc1', '1.30', '2.0'])
    assert.equal(vendorRulesFor(line), '1.24', line)
  for (const line of ['1.23.5', '1.9', '1.2', '', null, undefined])
    assert.equal(vendorRulesFor(line), 'before-1.24')
})

test('names are folded as simple case folding does', () => {
  const same = [
    'Kk\u212a',
    'Ssſ',
    'ßẞ',
    'Σσς',
    'Åå\u212b',
    'µμΜ',
    'ǅǆǄ',
    'θϑϴΘ',
    'Ωω\u2126',
    'ᲀвВ',
    'Ꭰꭰ',
    'ᏸᏰ',
    '\u0345ιΙ\u1fbe',
    'ẛṡṠ',
  ]
  for (const orbit of same) assert.equal(new Set(Array.from(orbit, foldCase)).size, 1, orbit)
  for (const apart of [
    ['ß', 'ss'],
    ['İ', 'i'],
    ['ı', 'i'],
    ['ﬁ', 'fi'],
    ['é', 'e'],
    ['ŉ', 'ʼn'],
  ] as const) {
    assert.notEqual(foldCase(apart[0]), foldCase(apart[1]))
  }
})

test('a module is placed below its repository’s root', () => {
  const place = (path: string, root: string): unknown => placeInRepository(path, root)
  assert.deepEqual(place('a.b/r', 'a.b/r'), { codeDir: '', pathMajor: '', rootIsModule: true })
  assert.deepEqual(place('a.b/r/v2', 'a.b/r'), { codeDir: '', pathMajor: '/v2', rootIsModule: false })
  assert.deepEqual(place('a.b/r/v2', 'a.b/r/v2'), { codeDir: '', pathMajor: '/v2', rootIsModule: true })
  assert.deepEqual(place('a.b/r/s/t/v3', 'a.b/r'), { codeDir: 's/t', pathMajor: '/v3', rootIsModule: false })
  assert.deepEqual(place('gopkg.in/yaml.v2', 'gopkg.in/yaml.v2'), {
    codeDir: '',
    pathMajor: '.v2',
    rootIsModule: true,
  })
  assert.equal(place('a.b/rr', 'a.b/r'), null)
  assert.equal(
    tagRef({ codeDir: 's/t', pathMajor: '/v3', rootIsModule: false }, 'v3.0.0'),
    'refs/tags/s/t/v3.0.0',
  )
  assert.equal(
    tagRef({ codeDir: '', pathMajor: '', rootIsModule: true }, 'v3.0.0+incompatible'),
    'refs/tags/v3.0.0',
  )
})

test('no vN directory is searched if the root path includes /vN', () => {
  const declared = new Map([
    ['', 'a.b/r/v2'],
    ['v2', 'a.b/r/v2'],
  ])
  const dirOf = (rootIsModule: boolean): string | null =>
    findModuleDir(declared, { codeDir: '', pathMajor: '/v2', rootIsModule }).dir
  assert.equal(dirOf(true), '')
  assert.equal(dirOf(false), null)
})

const PARTS = [
  'go.mod',
  'GO.MOD',
  'LICENSE',
  'license',
  'vendor',
  'modules.txt',
  'a',
  'A',
  'b.go',
  'v2',
  'sub',
  'aux',
  '.hg_archival.txt',
  'x:y',
  'ß',
  '\ufffd',
]
const MODES = ['100644', '100644', '100644', '100755', '120000', '160000']

function randomTree(random: Random): TreeEntry[] {
  return Array.from({ length: random.int(12) }, () => ({
    mode: random.pick(MODES),
    id: ID,
    path: Array.from({ length: 1 + random.int(4) }, () => random.pick(PARTS)).join('/'),
    utf8: random.chance(0.95),
  }))
}

test('every tree gives a module or a fault', () => {
  const random = createRandom(99)
  for (let run = 0; run < fuzzRuns(5_000); run++) {
    const entries = randomTree(random)
    const dir = random.pick(['', 'sub', 'v2', 'a/b.go'])
    const tree = moduleTree(entries, dir, random.pick(['1.24', 'before-1.24'] as const))
    for (const [path, file] of tree.files) {
      assert.ok(file.copied || file.source.path === (dir === '' ? path : `${dir}/${path}`))
      assert.ok(file.copied || file.source.mode.startsWith('100'))
      assert.ok(!isVendored(path, tree.vendorRules))
    }
  }
})
