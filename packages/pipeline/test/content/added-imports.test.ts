import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { CapabilityReport } from '@mirrorwatch/detect/go/types'
import { GomodError, isGomodError } from '@mirrorwatch/gomod/errors'
import { upsertTargets } from '@mirrorwatch/store/tables/targets'
import { openTestStore, type TestStore } from '@mirrorwatch/testing/store/databases'
import { withImported } from '../../src/content/added-imports.ts'
import type { Subject } from '../../src/content/subject.ts'

const OWN = { path: 'example.com/copy', version: 'v1.0.0' }

function report(imports: string[]): CapabilityReport {
  const nothing = { uses: [], strings: [], places: [], unparsed: [] }
  return { files: 1, ownPaths: [OWN.path], imports, ...nothing, truncated: false }
}

suite('modules that added code imports', () => {
  let own: TestStore
  before(async () => {
    own = await openTestStore('embedded')
    const widely = [{ path: 'popular.com/lib', dependents: 5_000 }]
    await own.tx((trx) => upsertTargets(trx, widely, 'import', new Date()))
  })
  after(() => own.drop())

  /** What would be read: `module@version: import paths`. `refusal` is what the proxy answers for zips. */
  async function read(
    goMod: string,
    imports: string[],
    refusal?: GomodError,
  ): Promise<{ asked: string[]; truncated: boolean; refused: string[] }> {
    const asked: string[] = []
    const subject = {
      cached: { mod: () => Promise.resolve(Buffer.from(goMod)) },
      imported: new Map(),
      signal: new AbortController().signal,
      deps: {
        db: own.store.db,
        proxy: {
          zip: () => (refusal === undefined ? Promise.resolve(Buffer.alloc(0)) : Promise.reject(refusal)),
        },
        sources: { share: (path: string, version: string) => Promise.resolve({ path, version }) },
      },
      reading: {
        onImport(zip: typeof OWN, importPaths: string[]) {
          asked.push(`${zip.path}@${zip.version}: ${importPaths.join(' ')}`)
          return Promise.resolve({ uses: [], imports: [], requires: {} })
        },
      },
    } as unknown as Subject
    const answer = await withImported(subject, report(imports))
    const imported = Map.groupBy(answer?.imported ?? [], (module) => module.refused === true)
    const named = (is: boolean): string[] =>
      (imported.get(is) ?? []).map(({ path, version }) => `${path}@${version}`)
    assert.deepEqual(
      named(false),
      asked.map((line) => line.split(':')[0]),
    )
    return { asked, truncated: answer?.truncated ?? false, refused: named(true) }
  }

  const GO_MOD = `module ${OWN.path}
require (
	a.com/mod v1.0.0
	a.com/mod/nested v0.2.0 // indirect
	popular.com/lib v3.0.0+incompatible
	b.com/x/v2 v2.1.0
)
`

  test('are those of the longest required path, with all their packages', async () => {
    const imports = [
      'a.com/mod',
      'a.com/mod/nested/deep',
      'a.com/mod/other',
      'a.com/modern',
      'b.com/x',
      'b.com/x/v2/y',
    ]
    assert.deepEqual((await read(GO_MOD, imports)).asked, [
      'a.com/mod@v1.0.0: a.com/mod a.com/mod/other',
      'a.com/mod/nested@v0.2.0: a.com/mod/nested/deep',
      'b.com/x/v2@v2.1.0: b.com/x/v2/y',
    ])
  })

  test('are not read where they are widely used, not required, or not to be had', async () => {
    assert.deepEqual((await read(GO_MOD, ['popular.com/lib/x', 'c.com/y'])).asked, [])
    assert.deepEqual((await read('module (\n', ['a.com/mod'])).asked, [])
    const gone = new GomodError('not-cached', 'gone')
    assert.deepEqual(await read(GO_MOD, ['a.com/mod'], gone), { asked: [], truncated: false, refused: [] })
    const blocked = new GomodError('blocked', 'considers this module to be malicious')
    assert.deepEqual((await read(GO_MOD, ['a.com/mod'], blocked)).refused, ['a.com/mod@v1.0.0'])
    const later = new GomodError('retry-later', 'later')
    await assert.rejects(read(GO_MOD, ['a.com/mod'], later), (error) => isGomodError(error, 'retry-later'))
  })

  test('are at most ten', async () => {
    const many = Array.from({ length: 12 }, (_, n) => `m${n}.com/x`)
    const goMod = `module ${OWN.path}\n${many.map((path) => `require ${path} v1.0.0\n`).join('')}`
    const { asked, truncated } = await read(goMod, many)
    assert.deepEqual([asked.length, truncated], [10, true])
  })

  test('count with what they do beyond the version that the original requires', async () => {
    const use = (what: string): object => ({
      kind: 'process',
      what,
      onImport: true,
      folded: null,
      quote: what,
    })
    const uses: Record<string, object[]> = {
      'a.com/mod@v0.9.0': [use('old()')],
      'a.com/mod@v1.0.0': [use('old()'), use('new()')],
      'b.com/x/v2@v2.0.0': [use('below()')],
      'b.com/x/v2@v2.1.0': [use('below()')],
    }
    const requires = (version: string): Record<string, string> => ({ 'b.com/x/v2': version })
    const subject = {
      cached: { mod: () => Promise.resolve(Buffer.from(GO_MOD)) },
      imported: new Map(),
      signal: new AbortController().signal,
      deps: {
        db: own.store.db,
        proxy: { zip: () => Promise.resolve(Buffer.alloc(0)) },
        sources: { share: (path: string, version: string) => Promise.resolve({ path, version }) },
      },
      reading: {
        onImport: ({ path, version }: typeof OWN) =>
          Promise.resolve({
            uses: uses[`${path}@${version}`] ?? [],
            imports: path === 'a.com/mod' ? ['b.com/x/v2'] : [],
            requires: path === 'a.com/mod' ? requires(version === 'v0.9.0' ? 'v2.0.0' : 'v2.1.0') : {},
          }),
      },
    } as unknown as Subject
    const raised = { path: 'a.com/mod', version: 'v1.0.0', was: 'v0.9.0', imports: ['a.com/mod'] }
    const whatIs = async (added: string[]): Promise<string[]> => {
      const answer = await withImported(subject, { ...report(added), requirements: [raised] })
      return (answer?.imported ?? []).flatMap(({ path, uses }) => uses.map(({ what }) => `${path} ${what}`))
    }
    assert.deepEqual(await whatIs([]), ['a.com/mod new()'])
    assert.deepEqual(
      await whatIs(['a.com/mod']),
      ['a.com/mod old()', 'a.com/mod new()', 'b.com/x/v2 below()'],
      'an import that the original lacks counts as a whole',
    )
  })
})
