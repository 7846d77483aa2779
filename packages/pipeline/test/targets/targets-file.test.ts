import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { allTargets, countTargets } from '@mirrorwatch/store/tables/targets'
import { openTestStore, type TestStore } from '@mirrorwatch/testing/store/databases'
import { PipelineError } from '../../src/errors.ts'
import type { TargetRow } from '../../src/targets/csv.ts'
import { importTargets } from '../../src/targets/import.ts'
import { readTargetsFile } from '../../src/targets/read-file.ts'

const root = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-targets-'))
const file = path.join(root, 'targets.csv')
after(() => rmSync(root, { recursive: true, force: true }))

function read(content: string | Buffer): Promise<TargetRow[]> {
  writeFileSync(file, content)
  return readTargetsFile(file)
}

const LOGRUS = { path: 'github.com/sirupsen/logrus', dependents: 60_000 }
const ZAP = { path: 'go.uber.org/zap', dependents: 40_000 }

for (const [what, text] of [
  ['path, figure', 'github.com/sirupsen/logrus,60000\ngo.uber.org/zap,40000\n'],
  ['figure, path', '60000,github.com/sirupsen/logrus\n40000,go.uber.org/zap\n'],
  ['tabs', 'github.com/sirupsen/logrus\t60000\ngo.uber.org/zap\t40000\n'],
  ['a header', 'module_path,importers\ngithub.com/sirupsen/logrus,60000\ngo.uber.org/zap,40000\n'],
  ['a turned header', 'importers,module_path\n60000,github.com/sirupsen/logrus\n40000,go.uber.org/zap\n'],
  [
    'a header among other columns',
    'rank,stars,imported by,path\n1,9,60000,github.com/sirupsen/logrus\n2,8,40000,go.uber.org/zap',
  ],
  ['quotes', '"github.com/sirupsen/logrus","60000"\r\n"go.uber.org/zap",40000,"a, b"\r\n'],
  [
    'a byte order mark, comments, empty lines',
    '\uFEFF# figures\n\npath,count\ngithub.com/sirupsen/logrus, 60000\n\n#\ngo.uber.org/zap ,40000',
  ],
] as const) {
  test(`a targets file with ${what} is read`, async () => {
    assert.deepEqual(await read(text), [LOGRUS, ZAP])
    assert.deepEqual(await read(gzipSync(text)), [LOGRUS, ZAP])
  })
}

test('a path alone has no figure', async () => {
  assert.deepEqual(await read('go.uber.org/zap\n'), [{ path: 'go.uber.org/zap', dependents: null }])
})

const LONG = `github.com/a/${'x'.repeat(990)}`
for (const [what, content, message] of [
  ['a word for a figure', 'go.uber.org/zap,1\ngo.uber.org/zap,many\n', /line 2: "many" is not a number/],
  ['a negative figure', 'go.uber.org/zap,-1', /line 1: "-1" is not a number/],
  ['an absurd figure', 'go.uber.org/zap,999999999999', /line 1: "999999999999" is not a number/],
  ['no path', 'path,count\n\n# x\nzap,1\n', /line 4: "zap" is not a module path/],
  ['a path that is too long', `${LONG},1`, /line 1: .*longer than 1000 characters/],
  ['a line without end', `go.uber.org/zap\n${'y'.repeat(300_000)}`, /line 2: longer than 100000/],
  ['a field of two lines', '"go.uber.org/zap\n",1', /line 1: /],
  ['an image', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe]), /is not text in UTF-8/],
  ['UTF-16', Buffer.from('\uFEFFgo.uber.org/zap', 'utf16le'), /is not text in UTF-8/],
  ['half a gzip file', gzipSync('go.uber.org/zap\n'.repeat(99)).subarray(0, 40), /cannot be unpacked/],
] as const) {
  test(`${what} is refused`, async () => {
    await assert.rejects(
      read(content),
      (error) => error instanceof PipelineError && error.code === 'bad-input' && message.test(error.message),
    )
  })
}

test('what is no file says so', async () => {
  const folder = path.join(root, 'folder')
  mkdirSync(folder)
  await assert.rejects(readTargetsFile(folder), /cannot read .*EISDIR/)
  await assert.rejects(readTargetsFile(path.join(root, 'none')), /cannot read .*ENOENT/)
})

suite('an import', () => {
  let own: TestStore
  const now = new Date('2026-11-24T08:00:00Z')
  const options = { file, source: 'import', minDependents: 1, now }

  before(async () => {
    own = await openTestStore('embedded')
  })
  after(() => own.drop())

  test('a large file is taken in pieces, a path given twice with its larger figure', async () => {
    const lines = Array.from({ length: 25_000 }, (_, i) => `github.com/owner${i}/repository,${i}`)
    writeFileSync(
      file,
      gzipSync(['path,importers', 'github.com/owner24999/repository,30000', ...lines].join('\n')),
    )
    const summary = await importTargets(own.store.db, options)
    assert.deepEqual(summary, { rows: 25_000, left: 1, added: 24_999 })
    const [first, second] = await allTargets(own.store.db)
    assert.deepEqual(
      [first?.path, first?.dependents, second?.dependents],
      ['github.com/owner24999/repository', 30_000, 24_998],
    )
  })

  test('a later import gives the newer figure, also where it is smaller', async () => {
    writeFileSync(file, 'github.com/owner24999/repository,7')
    await importTargets(own.store.db, { ...options, now: new Date(now.getTime() + 1) })
    const targets = await allTargets(own.store.db)
    assert.equal(targets.find(({ path: name }) => name === 'github.com/owner24999/repository')?.dependents, 7)
  })

  test('of a file with a wrong line nothing is taken', async () => {
    const before = await countTargets(own.store.db)
    const good = Array.from({ length: 10_001 }, (_, i) => `github.com/new${i}/repository,5`)
    writeFileSync(file, [...good, 'github.com/new/last,x'].join('\n'))
    await assert.rejects(importTargets(own.store.db, options), /line 10002/)
    assert.equal(await countTargets(own.store.db), before)
    for (const empty of ['', '\n', 'path,count\n']) {
      writeFileSync(file, empty)
      await assert.rejects(importTargets(own.store.db, options), /has no targets/)
    }
  })
})
