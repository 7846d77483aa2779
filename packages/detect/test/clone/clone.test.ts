import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, mock, test } from 'node:test'
import { crc32 } from 'node:zlib'
import { declaredModulePath } from '@mirrorwatch/gomod/mod/go-mod'
import { loadParser } from '@mirrorwatch/testing/go/go-parser'
import { addedBeyondOriginal, addedBeyondRepository, unreadBeyond } from '../../src/clone/added-code.ts'
import { compareListings, contentsNeeded, type ListedModule } from '../../src/clone/compare.ts'
import {
  decodeFingerprint,
  encodeFingerprint,
  type FingerprintFile,
  featuresOf,
} from '../../src/clone/fingerprint.ts'
import { MAX_FINGERPRINT_BYTES } from '../../src/clone/limits.ts'
import { compareOriginality, type Twin } from '../../src/clone/original.ts'
import { estimateSimilarity } from '../../src/clone/similarity.ts'
import { likelyOriginals, nearestVersion } from '../../src/clone/versions.ts'
import { foldOwnPath, sortImports } from '../../src/diff/fold-path.ts'
import { insertPayload, PAYLOADS } from '../go/payloads.ts'

type Files = Record<string, string>

function source(seed: string, lines: number): string {
  return Array.from(
    { length: lines },
    (_, at) => `func ${seed}${at}(x int) int { return x*${at} + len("${seed}") }`,
  ).join('\n')
}

const ORIGINAL_PATH = 'github.com/honest/parser'
const ORIGINAL: Files = {
  'go.mod': `module ${ORIGINAL_PATH}\n`,
  LICENSE: 'Permission is hereby granted…\n'.repeat(20),
  'README.md': `# parser\nimport "${ORIGINAL_PATH}"\n`,
  'parse.go': `package parser\n\nimport (\n\t"strings"\n\n\t"${ORIGINAL_PATH}/lex"\n)\n\nvar _ = lex.X\nvar _ = strings.Join\n${source('Parse', 40)}\n`,
  'print.go': `package parser\n${source('Print', 30)}\n`,
  'lex/lex.go': `package lex\n\nvar X = 1\n${source('Lex', 50)}\n`,
  'parse_test.go': `package parser\n${source('Test', 20)}\n`,
}

function listing(files: Files): FingerprintFile[] {
  return Object.entries(files).map(([name, content]) => ({
    name,
    size: Buffer.byteLength(content),
    crc32: crc32(content),
    sha256: createHash('sha256').update(content).digest('hex'),
  }))
}

function module(path: string, files: Files, version = 'v1.0.0'): ListedModule {
  const contents = new Map(Object.entries(files).map(([name, content]) => [name, Buffer.from(content)]))
  return {
    path,
    version,
    declaredPath: declaredModulePath(files['go.mod'] ?? ''),
    files: listing(files),
    contents,
  }
}

/** The files as a clone under another path has them. */
function renamed(files: Files, path: string): Files {
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name, text.replaceAll(ORIGINAL_PATH, path)]),
  )
}

describe('fingerprints', () => {
  test('survive encoding, in few bytes', () => {
    const files = listing({ ...ORIGINAL, 'ünicode/ß.go': 'x', 'lex/lexer_more.go': 'y' })
    const bytes = encodeFingerprint(files)
    const sorted = files
      .map(({ name, size, crc32 }) => ({ name, size, crc32 }))
      .toSorted((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)))
    assert.deepEqual(decodeFingerprint(bytes), sorted)
    assert.ok(bytes.length < files.length * 25)
  })

  test('damaged ones are refused', () => {
    const bytes = encodeFingerprint(listing(ORIGINAL))
    assert.throws(() => decodeFingerprint(bytes.subarray(0, -1)), RangeError)
    assert.throws(() => decodeFingerprint(Buffer.from([9, 0])), RangeError)
    assert.throws(
      () => decodeFingerprint(Buffer.from([1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])),
      RangeError,
    )
    assert.throws(() => decodeFingerprint(Buffer.from([1, 1, 5, 0])), RangeError)
  })

  test('features do not know names, and leave out what everybody has', () => {
    const features = featuresOf(listing(ORIGINAL))
    const moved = Object.fromEntries(
      Object.entries(ORIGINAL).map(([name, text]) => [name.replace('lex/', 'scan/'), text]),
    )
    assert.deepEqual(featuresOf(listing(moved)), features)
    assert.equal(features.length, 4)
    assert.deepEqual(
      features,
      features.toSorted((a, b) => a - b),
    )
    const common = {
      LICENSE: 'x'.repeat(900),
      'vendor/modules.txt': 'y'.repeat(900),
      'api.pb.go': 'z'.repeat(900),
    }
    assert.deepEqual(featuresOf(listing(common)), [])
  })
})

describe('a module path written alike', () => {
  test('is replaced where it is a whole path', () => {
    const own = { path: 'a.b/c', declaredPath: 'x.y/c' }
    assert.equal(
      foldOwnPath('"a.b/c" "a.b/c/d" "a.b/cd" "za.b/c" "a.b/c-d" x.y/c.', own, 'o.p/q'),
      '"o.p/q" "o.p/q/d" "a.b/cd" "za.b/c" "a.b/c-d" o.p/q.',
    )
  })

  test('does not move imports', () => {
    assert.equal(sortImports('import (\n\t"b"\n\t"a"\n\n\t"c"\n)\n'), 'import (\n\t"a"\n\t"b"\n\n\t"c"\n)\n')
  })
})

describe('look-alike against original', () => {
  const path = 'github.com/qwkzjtyu/parser'
  const [payload] = PAYLOADS
  assert.ok(payload)
  const clone = renamed(ORIGINAL, path)
  const armed = { ...clone, 'print.go': insertPayload(clone['print.go'] ?? '', payload) }

  test('a renamed copy with a payload is a near-copy with one changed file', () => {
    const result = compareListings(module(ORIGINAL_PATH, ORIGINAL), module(path, armed))
    assert.equal(result.nearCopy, true)
    assert.deepEqual(
      result.files.filter((file) => file.relation === 'changed'),
      [{ path: 'print.go', relation: 'changed' }],
    )
    assert.equal(result.equalButPath, 3)
    assert.match(result.diff ?? '', /^--- original\/print\.go\n\+\+\+ lookalike\/print\.go\n@@/)
    assert.match(result.diff ?? '', /^\+.*exec\.Command\(v/m)
    assert.equal(result.declaredPath, path)
  })

  test('only what differs needs to be read', () => {
    const needed = contentsNeeded(listing(ORIGINAL), listing(armed))
    assert.deepEqual(needed.lookalike.toSorted(), ['README.md', 'go.mod', 'parse.go', 'print.go'])
  })

  test('central directories alone give nearly the same answer', () => {
    const estimate = estimateSimilarity(
      { path: ORIGINAL_PATH, files: listing(ORIGINAL) },
      { path, files: listing(armed) },
    )
    assert.ok(estimate.nearCopy && estimate.similarity > 0.7)
  })

  test('a copy is read even if most files mention the path and were changed too', () => {
    const size = (at: number): number => 2_000 + at * 37
    const original = Array.from({ length: 20 }, (_, at) => ({ name: `a${at}.go`, size: size(at), crc32: at }))
    const touched = original.map((file, at) =>
      at % 5 === 0 ? file : { ...file, size: file.size + 101, crc32: 1000 + at },
    )
    const estimate = estimateSimilarity({ path: ORIGINAL_PATH, files: original }, { path, files: touched })
    assert.equal(estimate.nearCopy, true)
    const others = original.map((file, at) => ({
      ...file,
      name: `b${at}.go`,
      crc32: at < 3 ? at : 1000 + at,
    }))
    assert.equal(
      estimateSimilarity({ path: ORIGINAL_PATH, files: original }, { path, files: others }).nearCopy,
      false,
    )
  })

  test('a single-file module is a near-copy by its lines', () => {
    const single = { 'go.mod': `module ${ORIGINAL_PATH}\n`, 'parse.go': ORIGINAL['parse.go'] ?? '' }
    const changed = { ...renamed(single, path), 'parse.go': insertPayload(single['parse.go'], payload) }
    assert.equal(compareListings(module(ORIGINAL_PATH, single), module(path, changed)).nearCopy, true)
  })

  test('modules that share licences, vendored and generated files only are not alike', () => {
    const shared = {
      LICENSE: ORIGINAL['LICENSE'] ?? '',
      'vendor/modules.txt': 'x'.repeat(5000),
      'api.pb.go': source('Pb', 300),
    }
    const a = { 'go.mod': `module ${ORIGINAL_PATH}\n`, 'a.go': source('Aa', 50), ...shared }
    const b = { 'go.mod': `module ${path}\n`, 'b.go': source('Bb', 50), ...shared }
    assert.equal(compareListings(module(ORIGINAL_PATH, a), module(path, b)).nearCopy, false)
  })

  test('a vendored copy and a tutorial of ten lines are not near-copies', () => {
    const inside = Object.fromEntries(
      Object.entries(ORIGINAL).map(([name, text]) => [`third_party/parser/${name}`, text]),
    )
    const project = { 'go.mod': `module ${path}\n`, 'main.go': source('Main', 40), ...inside }
    assert.equal(compareListings(module(ORIGINAL_PATH, ORIGINAL), module(path, project)).nearCopy, false)
    const hello = { 'main.go': 'package main\n\nimport "fmt"\n\nfunc main() {\n\tfmt.Println("hello")\n}\n' }
    assert.equal(compareListings(module(ORIGINAL_PATH, hello), module(path, hello)).nearCopy, false)
  })

  test('a copy among any amount of other code still counts; a copy in another folder, or half a copy, does not', () => {
    const much = Object.fromEntries(
      Array.from({ length: 5 }, (_, n) => [`more${n}.go`, `package parser\n${source(`More${n}`, 9_000)}\n`]),
    )
    const held = (files: Files): [boolean | undefined, boolean] => {
      const result = compareListings(module(ORIGINAL_PATH, ORIGINAL), module(path, { ...files, ...much }))
      return [result.holdsOriginal, result.nearCopy]
    }
    assert.deepEqual(held(armed), [true, false])
    const inside = Object.entries(clone).map(([name, text]) => [`parser/${name}`, text] as const)
    assert.deepEqual(held(Object.fromEntries(inside)), [false, false])
    const { 'parse.go': parse = '', 'lex/lex.go': lex = '' } = clone
    assert.deepEqual(held({ 'parse.go': parse }), [false, false])
    assert.deepEqual(held({ 'parse.go': parse, 'scan/lex.go': lex }), [false, false])
  })

  test('an unread file of the same size is the original’s only where that could not be read whole either', () => {
    const original = { ...module(ORIGINAL_PATH, ORIGINAL), unread: [] as string[] }
    const other = { ...ORIGINAL, 'print.go': (ORIGINAL['print.go'] ?? '').replaceAll('Print', 'Paint') }
    const lookalike = { ...module(path, other), unread: ['parse.go', 'print.go', 'new.go'] }
    assert.deepEqual(unreadBeyond(original, lookalike), ['print.go', 'new.go'])
    assert.deepEqual(unreadBeyond({ ...original, unread: ['parse.go'] }, lookalike), ['new.go'])
  })

  test('equal by CRC-32 and size is not equal where the contents are known', () => {
    const forged = listing(ORIGINAL).map((file) =>
      file.name === 'print.go' ? { ...file, sha256: 'f'.repeat(64) } : file,
    )
    assert.deepEqual(contentsNeeded(listing(ORIGINAL), forged).lookalike, ['print.go'])
  })

  test('moved files are equal', () => {
    const moved = Object.fromEntries(
      Object.entries(clone).map(([name, text]) => [name.replace('lex/', 'internal/lex/'), text]),
    )
    const result = compareListings(module(ORIGINAL_PATH, ORIGINAL), module(path, moved))
    assert.equal(result.added, 0)
    assert.equal(result.removed, 0)
    assert.equal(result.nearCopy, true)
  })
})

describe('versions', () => {
  const day = (n: number): Date => new Date(Date.UTC(2024, 0, n))

  test('the likely ones come first', () => {
    const versions = ['v1.0.0', 'v1.1.0', 'v1.2.0', 'v1.3.0'].map((version, at) => ({
      version,
      cachedAt: day(at * 10),
    }))
    assert.deepEqual(likelyOriginals(versions, { version: 'v1.0.0', cachedAt: day(15) }), [
      'v1.0.0',
      'v1.1.0',
      'v1.3.0',
    ])
    assert.deepEqual(likelyOriginals(versions, { version: 'v9.0.0', cachedAt: day(99) }), ['v1.3.0'])
    assert.deepEqual(likelyOriginals([], { version: 'v1.0.0', cachedAt: day(1) }), [])
  })

  test('an older copy is nearest to the older version', () => {
    const older = listing({ ...ORIGINAL, 'print.go': `package parser\n${source('Old', 35)}\n` })
    const versions = [
      { version: 'v1.1.0', files: listing(ORIGINAL) },
      { version: 'v1.0.0', files: older },
    ]
    assert.equal(
      nearestVersion({ path: ORIGINAL_PATH, versions }, { path: 'a.b/c', files: older })?.version,
      'v1.0.0',
    )
    assert.equal(nearestVersion({ path: ORIGINAL_PATH, versions: [] }, { path: 'a.b/c', files: older }), null)
  })
})

describe('added code', async () => {
  const parser = await loadParser()
  const go = (files: Files): { path: string; content: string }[] =>
    Object.entries(files)
      .filter(([name]) => name.endsWith('.go'))
      .map(([path, content]) => ({ path, content }))

  test('a renamed copy adds nothing; an armed one adds its payload', () => {
    const path = 'github.com/qwkzjtyu/parser'
    const clone = renamed(ORIGINAL, path)
    const original = { path: ORIGINAL_PATH, declaredPath: ORIGINAL_PATH, files: go(ORIGINAL) }
    const lookalike = { path, declaredPath: path, files: go(clone) }
    const nothing = addedBeyondOriginal(parser, original, lookalike)
    assert.deepEqual([nothing.uses, nothing.imports, nothing.strings], [[], [], []])
    const parse = mock.method(parser, 'parse')
    addedBeyondOriginal(parser, original, lookalike)
    const distinct = new Set(go(ORIGINAL).filter(({ path }) => !path.endsWith('_test.go')))
    assert.equal(parse.mock.callCount(), distinct.size, 'what both have is parsed once')
    parse.mock.restore()
    for (const payload of PAYLOADS) {
      const armed = { ...clone, 'lex/lex.go': insertPayload(clone['lex/lex.go'] ?? '', payload) }
      const added = addedBeyondOriginal(parser, original, { ...lookalike, files: go(armed) })
      assert.ok(
        added.uses.some((use) => use.kind === payload.kind && use.onImport && use.file === 'lex/lex.go'),
        payload.name,
      )
    }
    const nested = {
      ...clone,
      'lex/lex.go': `${clone['lex/lex.go']}`.replace('\n', `\n\nimport _ "${path}/payload"\n`),
    }
    assert.deepEqual(addedBeyondOriginal(parser, original, { ...lookalike, files: go(nested) }).imports, [
      `${path}/payload`,
    ])
  })

  test('a raised requirement tells which packages of it the code imports, new imports or not', () => {
    const code = 'package parser\n\nimport _ "example.com/log/core"\n'
    const files = (own: string, version: string): ReturnType<typeof go> => [
      ...go(renamed({ ...ORIGINAL, 'log.go': code }, own)),
      { path: 'go.mod', content: `module ${own}\n\nrequire example.com/log ${version}\n` },
    ]
    const path = 'github.com/qwkzjtyu/parser'
    const addedTo = (version: string): ReturnType<typeof addedBeyondOriginal> =>
      addedBeyondOriginal(
        parser,
        { path: ORIGINAL_PATH, declaredPath: ORIGINAL_PATH, files: files(ORIGINAL_PATH, 'v1.0.0') },
        { path, declaredPath: path, files: files(path, version) },
      )
    assert.deepEqual(addedTo('v1.0.1').requirements, [
      { path: 'example.com/log', version: 'v1.0.1', was: 'v1.0.0', imports: ['example.com/log/core'] },
    ])
    assert.deepEqual(addedTo('v1.0.1').imports, [])
    assert.equal(addedTo('v1.0.0').requirements, undefined)
  })

  test('a nested module of the copy is not the nested module of the original', () => {
    const path = 'github.com/qwkzjtyu/parser'
    const importing = (own: string, imported: string): ReturnType<typeof go> =>
      go(renamed({ ...ORIGINAL, 'extra.go': `package parser\n\nimport _ "${imported}"\n` }, own))
    const original = { path: ORIGINAL_PATH, declaredPath: ORIGINAL_PATH }
    const addedTo = (before: string, after: string): string[] =>
      addedBeyondOriginal(
        parser,
        { ...original, files: importing(ORIGINAL_PATH, before) },
        { path, declaredPath: path, files: importing(path, after) },
      ).imports
    const nested = `${ORIGINAL_PATH}/contrib`
    assert.deepEqual(addedTo(nested, `${path}/contrib`), [`${path}/contrib`])
    assert.deepEqual(addedTo(nested, nested), [`${path}/contrib`], 'renamed with the copy')
    assert.deepEqual(addedTo(`${ORIGINAL_PATH}/lex`, `${path}/lex`), [], 'a package of the module itself')
  })

  test('an import path that is written with escapes still leads into the module', () => {
    const path = 'github.com/qwkzjtyu/parser'
    const escaped = path.replace('parser', 'par\\x73er')
    const run = 'package run\n\nimport "os/exec"\n\nfunc Start() { exec.Command("sh").Start() }\n'
    const clone = {
      ...renamed(ORIGINAL, path),
      'run/run.go': run,
      'extra.go': `package parser\n\nimport "${escaped}/run"\n\nfunc init() { run.Start() }\n`,
    }
    const added = addedBeyondOriginal(
      parser,
      { path: ORIGINAL_PATH, declaredPath: ORIGINAL_PATH, files: go(ORIGINAL) },
      { path, declaredPath: path, files: go(clone) },
    )
    assert.deepEqual(added.imports, [])
    assert.ok(added.uses.some(({ kind, onImport }) => kind === 'process' && onImport))
  })

  test('what the cache has and the repository has not', () => {
    const [payload] = PAYLOADS
    assert.ok(payload)
    const cached = go({
      ...ORIGINAL,
      'print.go': insertPayload(ORIGINAL['print.go'] ?? '', payload),
      'x.go': 'package parser\nimport "net/http"\nvar _, _ = http.Get("http://127.0.0.1")\n',
    })
    const shown = new Map<string, string | null>([
      ['print.go', ORIGINAL['print.go'] ?? ''],
      ['x.go', null],
      ['gone.go', 'package parser\n'],
    ])
    const added = addedBeyondRepository(parser, ORIGINAL_PATH, cached, shown)
    const kinds = new Set(added.uses.filter((use) => use.onImport).map((use) => use.kind))
    assert.deepEqual(kinds, new Set(['process', 'network']))
  })
})

test('who is the original does not depend on who asks', () => {
  const first = new Date('2024-01-01T00:00:00Z')
  const later = new Date('2025-01-01T00:00:00Z')
  const soon = (hours: number): Date => new Date(first.getTime() + hours * 3_600_000)
  const twin = (path: string, changes: Partial<Twin> = {}): Twin => ({
    path,
    declaredPath: path,
    dependents: 0,
    firstCachedAt: first,
    ...changes,
  })
  const pairs: [original: Twin, copy: Twin][] = [
    [twin('b.com/old'), twin('a.com/new', { firstCachedAt: later })],
    [twin('b.com/used', { firstCachedAt: later, dependents: 40 }), twin('a.com/old', { dependents: 3 })],
    [twin('b.com/old'), twin('a.com/forged', { firstCachedAt: later, dependents: 9 })],
    [
      twin('b.com/declared', { firstCachedAt: later }),
      twin('a.com/fork', { declaredPath: 'b.com/declared', dependents: 90 }),
    ],
    [
      twin('b.com/used', { dependents: 213 }),
      twin('a.com/tied', { dependents: 90, firstCachedAt: soon(-1) }),
    ],
    [
      twin('b.com/old', { dependents: 3 }),
      twin('a.com/next-week', { dependents: 4, firstCachedAt: soon(170) }),
    ],
    [twin('a.com/same'), twin('b.com/same')],
  ]
  for (const [original, copy] of pairs) {
    assert.ok(compareOriginality(original, copy) < 0, `${original.path} before ${copy.path}`)
    assert.ok(compareOriginality(copy, original) > 0, `${copy.path} after ${original.path}`)
  }
})

test('a listing of names without end is cut off, and can still be read', () => {
  const files = Array.from({ length: 3000 }, (_, at) => ({
    name: `${String(at).padStart(4, '0')}${'x'.repeat(4000)}.go`,
    size: 1000,
    crc32: at,
  }))
  const encoded = encodeFingerprint(files)
  assert.ok(encoded.length <= MAX_FINGERPRINT_BYTES, `${encoded.length}`)
  const kept = decodeFingerprint(encoded)
  assert.ok(kept.length > 500)
  assert.deepEqual(kept, files.slice(0, kept.length))
})
