import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { NameIndex } from '@mirrorwatch/detect/names/name-index'
import { savePage } from '@mirrorwatch/store/tables/feed'
import { unmatchedModules } from '@mirrorwatch/store/tables/modules'
import { saveRequirements } from '@mirrorwatch/store/tables/requirements'
import { ENGINES, MICROS, NOW, openTestStore, type TestStore } from '@mirrorwatch/testing/store/databases'
import { sql } from 'kysely'
import { matchStage } from '../../src/stages/match/match.ts'
import { ALL_MODULES } from '../../src/work/stage.ts'

const PAGES = 60
const MODULES_PER_PAGE = 100

for (const { kind, skip } of ENGINES) {
  suite(`matching while the feed is read, on ${kind}`, { skip }, () => {
    let own: TestStore
    before(async () => {
      own = await openTestStore(kind)
    })
    after(() => own.drop())

    test('versions and requirements of modules that are being matched arrive, and none waits for another in a circle', async () => {
      const index = new NameIndex([{ path: 'github.com/known/thing' }])
      const deps = { db: own.store.db, nameIndex: async () => index, clock: () => new Date(NOW) }
      const feedIs = { read: false }
      const feed = async (): Promise<void> => {
        for (let at = 0; at < PAGES; at++) await own.tx((trx) => savePage(trx, pageOf(at)))
        feedIs.read = true
      }
      const match = async (): Promise<void> => {
        while (!feedIs.read || (await unmatchedModules(own.store.db, 0, 1)).length > 0) {
          await matchStage.run(deps, ALL_MODULES, new AbortController().signal)
        }
      }
      const require = async (): Promise<void> => {
        while (!feedIs.read) {
          const [first, ...rest] = (await unmatchedModules(own.store.db, 0, 30)).toReversed()
          const paths = rest.map(({ path }) => path)
          if (first !== undefined) await own.tx((trx) => saveRequirements(trx, first.id, paths))
          await setTimeout(1)
        }
      }
      await Promise.all([feed(), match(), match(), require(), require()])
      const { rows } = await sql<{ modules: number; candidates: number }>`
        select (select count(*) from module) as modules, (select count(*) from candidate) as candidates`.execute(
        own.store.db,
      )
      assert.equal(rows[0]?.modules, (PAGES + 1) * MODULES_PER_PAGE)
      assert.equal(rows[0]?.candidates, rows[0]?.modules)
    })
  })
}

/** New versions of the modules of the page before and of new ones, in the order of nothing. */
function pageOf(at: number): Parameters<typeof savePage>[1] {
  const entries = Array.from({ length: 2 * MODULES_PER_PAGE }, (_, i) => {
    const number = at * MODULES_PER_PAGE + ((i * 77) % (2 * MODULES_PER_PAGE))
    return {
      path: `github.com/owner${String((number * 7919) % 100_003)}/thing`,
      version: `v0.0.${at}`,
      timestampMicros: MICROS + BigInt(at),
    }
  })
  return {
    feed: 'index',
    entries,
    cursor: { positionMicros: MICROS + BigInt(at), seenAtPosition: [] },
    schedule: { dueAt: NOW, priority: 4 },
    goModDueAt: NOW,
    goModsOf: 'all',
  }
}
