import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Signal } from '@mirrorwatch/detect/finding'
import { decide } from '@mirrorwatch/store/decisions/decide'
import { saveFindings } from '@mirrorwatch/store/tables/findings'
import { type MaliciousRow, saveMaliciousEntries } from '@mirrorwatch/store/tables/malicious'
import { insertModules, NOW, openTestStore, type TestStore } from '@mirrorwatch/testing/store/databases'
import { readDenyList } from '../../src/known/deny-list.ts'

const TARGET = 'github.com/a/b'

function tagMoved(version: string): Signal {
  return { rule: 'tag-moved', version, evidence: { cached: 'a', now: null } }
}

function entryOf(module: string, affected: Partial<MaliciousRow['affected']> = {}): MaliciousRow {
  return {
    source: 'osv',
    id: `MAL-${module}`,
    module,
    summary: 'listed',
    affected: { versions: [], ranges: [], ...affected },
    publishedAt: null,
    withdrawnAt: null,
  }
}

const LISTED: Signal = {
  rule: 'known-malicious',
  version: null,
  evidence: { source: 'osv', id: 'MAL-x', summary: 'listed' },
}

suite('what is denied', () => {
  let own: TestStore
  before(async () => {
    own = await openTestStore('embedded')
  })
  after(() => own.drop())

  /** Adds a module with a finding and returns the finding's id. */
  async function addFinding(module: string, target: string | null, signals: Signal[]): Promise<number> {
    const [moduleId = 0] = await insertModules(own.store, module)
    const draft = { target, severity: 'low' as const, summary: `about ${module}`, signals, because: [] }
    await own.tx((trx) => saveFindings(trx, moduleId, [draft], NOW))
    const { id } = await own.store.db
      .selectFrom('finding')
      .select('id')
      .where('module_id', '=', moduleId)
      .executeTakeFirstOrThrow()
    return id
  }

  function decideOn(id: number, status: 'confirmed' | 'dismissed'): Promise<unknown> {
    return own.tx((trx) =>
      decide(trx, [{ id }], { status, author: 'ann', via: 'page', reason: 'looked' }, NOW),
    )
  }

  test('a person decides at any severity, and a database of malicious modules if no person has', async () => {
    const lookalike = await addFinding('evil.example/lookalike', TARGET, [tagMoved('v1.0.0')])
    const moved = await addFinding('evil.example/moved', null, [tagMoved('v1.1.0'), tagMoved('v1.0.0')])
    await addFinding('evil.example/open', TARGET, [tagMoved('v1.0.0')])
    const cleared = await addFinding('evil.example/cleared', null, [LISTED])
    const nameOnly = await addFinding('evil.example/name-only', TARGET, [tagMoved('v1.0.0')])
    const entries = ['cleared', 'name-only', 'unknown', 'lookalike'].map((name) =>
      entryOf(`evil.example/${name}`),
    )
    const [ranged = 0] = await insertModules(own.store, 'evil.example/ranged')
    for (const version of ['v1.0.0', 'v1.2.0', 'v2.0.0'])
      await own.store.db
        .insertInto('version')
        .values({ module_id: ranged, version, cached_at: NOW, zip_sum: null, gomod_sum: null })
        .execute()
    const range = { ranges: [{ events: [{ introduced: '1.1.0' }, { fixed: '2.0.0' }] }] }
    await own.tx((trx) => saveMaliciousEntries(trx, [...entries, entryOf('evil.example/ranged', range)], NOW))
    await decideOn(lookalike, 'confirmed')
    await decideOn(moved, 'confirmed')
    await decideOn(cleared, 'dismissed')
    await decideOn(nameOnly, 'dismissed')

    const denied = await readDenyList(own.store.db)
    assert.deepEqual(
      denied.map(({ module, version, finding, listedAs }) => [
        module.replace('evil.example/', ''),
        version,
        finding,
        listedAs?.replace('evil.example/', '') ?? null,
      ]),
      [
        ['lookalike', null, lookalike, null],
        ['moved', 'v1.0.0', moved, null],
        ['moved', 'v1.1.0', moved, null],
        ['name-only', null, null, 'MAL-name-only'],
        ['ranged', 'v1.2.0', null, 'MAL-ranged'],
        ['unknown', null, null, 'MAL-unknown'],
      ],
    )
  })
})
