import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom, randomText } from '@mirrorwatch/testing/random'
import {
  checkFilePath,
  checkImportPath,
  checkModulePath,
  checkModuleVersion,
  checkPathMajor,
  escapePath,
  escapeVersion,
  splitPathVersion,
  unescapePath,
  unescapeVersion,
} from '../../src/paths/module-path.ts'

const invalidPath = { name: 'GomodError', code: 'invalid-path' }
const invalidVersion = { name: 'GomodError', code: 'invalid-version' }

test('module paths that Go accepts', () => {
  for (const path of [
    'github.com/BurntSushi/toml',
    'example.com',
    'example.com/v2',
    'example.com/a/v10',
    'example.com/a..b',
    'example.com/a~b',
    'example.com/av2',
    'example.com/v',
    'github.com/a/b.git/c',
    'gopkg.in/yaml.v2',
    'gopkg.in/yaml.v0',
    'gopkg.in/yaml.v2-unstable',
    'gopkg.in/user/pkg.v3',
    '1.2/x',
  ]) {
    checkModulePath(path)
  }
})

const REFUSED: [string, RegExp][] = [
  ['', /empty string/],
  ['example.com/a/v1', /major version suffix/],
  ['example.com/a/v0', /major version suffix/],
  ['example.com/a/v01', /major version suffix/],
  ['example.com/a/v2.1', /major version suffix/],
  ['gopkg.in/yaml', /major version suffix/],
  ['gopkg.in/yaml/v2', /major version suffix/],
  ['gopkg.in/yaml.v0-unstable', /major version suffix/],
  ['Example.com/a', /first path element/],
  ['exam~ple.com/a', /first path element/],
  ['localhost/a', /missing dot/],
  ['-x.com/a', /leading dash/],
  ['example.com//a', /double slash/],
  ['example.com/a/', /trailing slash/],
  ['/example.com', /empty path element/],
  ['example.com/.a', /leading dot/],
  ['example.com/a.', /trailing dot/],
  ['example.com/..', /invalid path element/],
  ['example.com/con', /Windows/],
  ['example.com/Com1.go', /Windows/],
  ['example.com/a~1', /tilde/],
  ['example.com/a~1.b', /tilde/],
  ['example.com/a+b', /invalid character/],
  ['example.com/a b', /invalid character/],
  ['example.com/é', /invalid character/],
  ['example.com/a!b', /invalid character/],
  ['example.com/a\nb', /invalid character/],
  ['example.com/\ud800', /UTF-8/],
]

for (const [path, message] of REFUSED) {
  test(`refused as a module path: ${JSON.stringify(path)}`, () => {
    assert.throws(() => checkModulePath(path), { ...invalidPath, message })
  })
}

test('file paths', () => {
  for (const path of [
    'a.go',
    '.gitignore',
    '..foo',
    'a..b',
    'foo~1.go',
    '-dash',
    ' lead',
    'trail ',
    '中文.go',
    'ﬀ.txt',
    '\u{20000}.txt',
    'A/b c/[x]{y}=@.txt',
    'con~1',
  ]) {
    checkFilePath(path)
  }
  for (const path of [
    '',
    '.',
    '..',
    'a/../b',
    'a//b',
    '/a',
    'a/',
    "it's",
    'a*',
    'a:b',
    'a\\b',
    'a"b',
    'a;b',
    'a\tb',
    'a\u00a0b',
    'e\u0301',
    '😀',
    '\u0661',
    'aux.go',
    'CON/x',
    'com1.tar.gz',
    'enddot.',
    'a\0b',
    '\udfff',
  ]) {
    assert.throws(() => checkFilePath(path), invalidPath, JSON.stringify(path))
  }
})

test('import paths allow + and a leading dot', () => {
  checkImportPath('example.com/c++/.x')
  assert.throws(() => checkImportPath('-x'), invalidPath)
  assert.throws(() => checkImportPath('a~1'), invalidPath)
})

test('major version suffix', () => {
  assert.deepEqual(splitPathVersion('example.com/v2'), { prefix: 'example.com', pathMajor: '/v2', ok: true })
  assert.deepEqual(splitPathVersion('gopkg.in/yaml.v2-unstable'), {
    prefix: 'gopkg.in/yaml',
    pathMajor: '.v2-unstable',
    ok: true,
  })
  assert.deepEqual(splitPathVersion('example.com/a/v1'), {
    prefix: 'example.com/a/v1',
    pathMajor: '',
    ok: false,
  })
  assert.deepEqual(splitPathVersion('example.com/av2'), {
    prefix: 'example.com/av2',
    pathMajor: '',
    ok: true,
  })
})

test('major of a version against the path', () => {
  checkPathMajor('v0.1.0', '')
  checkPathMajor('v2.0.0+incompatible', '')
  checkPathMajor('v2.0.0', '/v2')
  checkPathMajor('v2.3.0', '.v2-unstable')
  checkPathMajor('v0.0.0-20191109021931-daa7c04131f5', '.v1')
  assert.throws(() => checkPathMajor('v2.0.0', ''), invalidVersion)
  assert.throws(() => checkPathMajor('v1.0.0', '/v2'), invalidVersion)
  assert.throws(() => checkPathMajor('v2.0.0+incompatible', '/v3'), invalidVersion)
  checkModuleVersion('example.com/a/v2', 'v2.0.0')
  assert.throws(() => checkModuleVersion('example.com/a', 'v1.0'), invalidVersion)
  assert.throws(() => checkModuleVersion('example.com/a', 'v1.0.0+meta'), invalidVersion)
})

test('escaping', () => {
  assert.equal(escapePath('github.com/BurntSushi/toml'), 'github.com/!burnt!sushi/toml')
  assert.equal(unescapePath('github.com/!burnt!sushi/toml'), 'github.com/BurntSushi/toml')
  assert.equal(escapeVersion('v1.0.0-RC1'), 'v1.0.0-!r!c1')
  assert.equal(escapeVersion('v2.0.0+incompatible'), 'v2.0.0+incompatible')
  assert.equal(unescapeVersion('v1.0.0-!r!c1'), 'v1.0.0-RC1')
  for (const escaped of [
    'github.com/Azure/x',
    'github.com/!!azure',
    'github.com/azure!',
    'github.com/!1',
    'github.com/é',
  ]) {
    assert.throws(() => unescapePath(escaped), invalidPath, escaped)
  }
  for (const version of ['feature/x', 'v1!', '..', 'a"b', '']) {
    assert.throws(() => escapeVersion(version), invalidVersion, version)
  }
  for (const escaped of ['v1.0.0-RC1', 'v1!', '../x', 'a/b']) {
    assert.throws(() => unescapeVersion(escaped), invalidVersion, escaped)
  }
})

test('the fast check of a path agrees with the full check', () => {
  const random = createRandom(6)
  const pieces = [
    'ab', 'c/d', 'e_f', 'G-h', 'i.j', 'v3x',
    '/', '/', '.', '.', '-', '_', 'a', 'Z', '7', 'v', '1', '0', '/v1', '/v2', '/v02', '/v2.0', '/v10', 'con', 'AUX', 'com1', 'lpt',
    'nul.', '~1', '+', 'é', 'gopkg.in/',
  ] // biome-ignore format: a word list
  let accepted = 0
  for (let i = 0; i < 100_000; i++) {
    const host = random.pick(['a.com', 'a-b.dev', 'gopkg.in', randomText(random, pieces, 4)])
    const rest = randomText(random, pieces, 6)
    // An element that is allowed but not plain forces the full check and changes nothing else.
    const close = isModulePath(`${host}/a~b/${rest}`)
    assert.equal(isModulePath(`${host}/a/${rest}`), close, `${host}/a/${rest}`)
    if (close) accepted++
  }
  assert.ok(accepted > 10_000)
})

function isModulePath(path: string): boolean {
  try {
    checkModulePath(path)
    return true
  } catch {
    return false
  }
}
