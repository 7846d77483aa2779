import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { buildGoOracle, type GoOracle, oracleSkip } from '@mirrorwatch/testing/go/go-oracle'
import { createRandom, randomText } from '@mirrorwatch/testing/random'
import { GomodError } from '../../src/errors.ts'
import { declaredModulePath, parseGoMod } from '../../src/mod/go-mod.ts'
import {
  checkImportPath,
  checkModulePath,
  checkModuleVersion,
  escapePath,
  escapeVersion,
  filePathFault,
  matchesPathMajor,
  splitPathVersion,
  unescapePath,
  unescapeVersion,
} from '../../src/paths/module-path.ts'
import { isPseudoVersion, parsePseudoVersion } from '../../src/paths/pseudo-version.ts'
import {
  build,
  canonical,
  canonicalVersion,
  compare,
  isValid,
  major,
  prerelease,
} from '../../src/paths/semver.ts'

const PATH_PIECES = [
  'a',
  'b',
  'Z',
  'con',
  'AUX',
  '.',
  '..',
  '/',
  '//',
  '-',
  '_',
  '~',
  '1',
  '2',
  'v',
  '/v2',
  '/v1',
  '/v0',
  '.v1',
  '.v0',
  '.v2-unstable',
  'gopkg.in/',
  'example.com/',
  'github.com/',
  '+',
  ' ',
  '!',
  '!a',
  'é',
  'e\u0301',
  '中',
  '\u{20000}',
  '😀',
  ':',
  '\\',
  '"',
  "'",
  '\n',
  '\0',
  '\u00a0',
  'ſ',
  '٣',
  'Ⅷ',
  'ª',
]
const VERSION_PIECES = [
  'v',
  'v1',
  '0',
  '1',
  '9',
  '.',
  '.0',
  '.1',
  '-',
  '+',
  'a',
  'A',
  'pre',
  'rc.1',
  '-0.',
  '20191109021931',
  '-daa7c04131f5',
  '+incompatible',
  '00',
  'v1.2.3',
  'v0.0.0',
  'v2.0.0',
  '18446744073709551616',
  'é',
  '/',
  '!r',
  ' ',
]
const GO_MOD_PIECES = [
  'module',
  'go',
  'require',
  'retract',
  'toolchain',
  'x',
  ' ',
  ' ',
  ' ',
  '\n',
  '\n',
  '\n',
  '\t',
  '\r\n',
  '(',
  ')',
  '(\n',
  ')\n',
  '[',
  ']',
  ',',
  '=>',
  '"',
  '`',
  '//',
  '/*',
  '// indirect\n',
  '// indirect; x\n',
  '// Deprecated: use y\n',
  '// note\n',
  'example.com/a',
  'example.com/b/v2',
  'gopkg.in/c.v1',
  '"example.com/q"',
  'v1.2.3',
  'v2.0.0',
  'v2.0.0+incompatible',
  'v1',
  '1.19',
  '1.21',
  'v1.18.x',
  '\nmodule example.com/m\n',
  '\nrequire example.com/a v1.2.3\n',
  '\nrequire (\n',
  '\nretract v1.0.0 ',
  '\nretract [v1.0.0, v1.2.0] ',
  '\ngo 1.20\n',
  '{',
  '\u00a0',
  '\0',
  'é',
]

suite('the rules of the go command, asked of itself', { skip: oracleSkip() }, () => {
  let oracle: GoOracle
  before(() => {
    oracle = buildGoOracle()
  })
  after(() => oracle[Symbol.dispose]())

  function compareAll(questions: string[][], ours: (question: string[]) => unknown): void {
    const answers = oracle.ask(questions)
    for (const [i, question] of questions.entries()) {
      assert.deepEqual(ours(question), answers[i], JSON.stringify(question))
    }
  }

  test('paths', () => {
    const random = createRandom(1)
    const operations = ['modulePath', 'importPath', 'filePath', 'escapePath', 'unescapePath', 'split']
    const questions = Array.from({ length: 30_000 }, () => {
      const prefix = random.chance(0.5) ? random.pick(['example.com/', 'gopkg.in/', 'a.b/']) : ''
      return [random.pick(operations), prefix + randomText(random, PATH_PIECES, 6)]
    })
    compareAll(questions, answerPath)
  })

  test('versions', () => {
    const random = createRandom(1)
    const version = () => (random.chance(0.6) ? 'v1.2.' : '') + randomText(random, VERSION_PIECES, 7)
    const operations = [
      'semver',
      'compare',
      'pseudo',
      'escapeVersion',
      'unescapeVersion',
      'pathMajor',
      'check',
    ]
    const questions = Array.from({ length: 30_000 }, () => {
      const operation = random.pick(operations)
      if (operation === 'compare') return [operation, version(), version()]
      if (operation === 'pathMajor')
        return [operation, version(), random.pick(['', '/v2', '.v1', '.v1-unstable'])]
      if (operation === 'check')
        return [operation, random.pick(['a.b/c', 'a.b/c/v2', 'gopkg.in/c.v1']), version()]
      return [operation, version()]
    })
    compareAll(questions, answerVersion)
  })

  test('go.mod files', () => {
    const random = createRandom(1)
    const questions = Array.from({ length: 30_000 }, () => {
      const operation = random.pick(['goMod', 'goMod', 'declared'])
      const start = random.chance(0.5) ? 'module example.com/m\n' : ''
      return [operation, start + randomText(random, GO_MOD_PIECES, 20)]
    })
    compareAll(questions, answerGoMod)
  })
})

function answerPath([operation = '', path = '']: string[]): unknown {
  switch (operation) {
    case 'modulePath':
      return succeeds(() => checkModulePath(path))
    case 'importPath':
      return succeeds(() => checkImportPath(path))
    case 'filePath':
      return filePathFault(path) === null
    case 'escapePath':
      return valueOrEmpty(() => escapePath(path))
    case 'unescapePath':
      return valueOrEmpty(() => unescapePath(path))
    default:
      return Object.values(splitPathVersion(path))
  }
}

function answerVersion([operation = '', a = '', b = '']: string[]): unknown {
  switch (operation) {
    case 'semver':
      return [isValid(a), canonical(a), canonicalVersion(a), major(a), prerelease(a), build(a)]
    case 'compare':
      return Math.sign(compare(a, b))
    case 'pseudo':
      return isPseudoVersion(a) ? answerPseudo(a) : null
    case 'escapeVersion':
      return valueOrEmpty(() => escapeVersion(a))
    case 'unescapeVersion':
      return valueOrEmpty(() => unescapeVersion(a))
    case 'pathMajor':
      return matchesPathMajor(a, b)
    default:
      return succeeds(() => checkModuleVersion(a, b))
  }
}

function answerPseudo(version: string): unknown {
  const [base, ok] = valueOrEmpty(() => parsePseudoVersion(version).base)
  return [base, ok, version.replace(/\+.*/, '').replace(/^.*-/, '')]
}

function answerGoMod([operation, text = '']: string[]): unknown {
  if (operation === 'declared') return declaredModulePath(text) ?? ''
  if (!succeeds(() => parseGoMod(text))) return null
  const file = parseGoMod(text)
  return {
    module: file.module,
    go: file.go,
    requires: file.requires.map((r) => [r.path, r.version, r.indirect]),
  }
}

function succeeds(action: () => unknown): boolean {
  return valueOrEmpty(() => (action(), ''))[1]
}

function valueOrEmpty(action: () => string): [string, boolean] {
  try {
    return [action(), true]
  } catch (error) {
    if (!(error instanceof GomodError)) throw error
    return ['', false]
  }
}
