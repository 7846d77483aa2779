import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import {
  ENGINES,
  insertModules,
  NOW,
  openTestStore,
  type TestStore,
} from '@mirrorwatch/testing/store/databases'
import { sql } from 'kysely'
import {
  countFindings,
  type FindingFilter,
  type FindingPosition,
  listFindings,
} from '../../src/queries/findings-list.ts'

/** More than a page looks at, and more than is read from the trigram index. */
const FINDINGS = 22_000

for (const { kind, skip } of ENGINES) {
  suite(`search among many findings on ${kind}`, { skip }, () => {
    let own: TestStore
    before(async () => {
      own = await openTestStore(kind)
      const { db } = own.store
      const [moduleId = 0] = await insertModules(own.store, 'github.com/a/b')
      await sql`
        insert into finding (module_id, target, search_text, severity, summary, first_seen_at, last_seen_at, changed_at)
        select ${moduleId}, target, 'github.com/a/b' || E'\\n' || target, 'low', '', ${NOW}, ${NOW},
          ${NOW}::timestamptz + n * interval '1 second'
        from (select n, 'common.example/' || n || case when n <= 2 then '/zqx' else '' end as target
              from generate_series(1, ${FINDINGS}::int) n) s`.execute(db)
      await sql`
        insert into finding_search (finding_id, module, text, owner, host, scopes)
        select id, 'github.com/a/b', search_text, 'github.com/a', 'github.com', '{}' from finding`.execute(db)
      await sql`analyze finding, finding_search`.execute(db)
    })
    after(() => own.drop())

    /** Reads page after page. Returns the length of each, and all targets. */
    async function pages(filter: FindingFilter): Promise<{ lengths: number[]; targets: string[] }> {
      const [lengths, targets]: [number[], string[]] = [[], []]
      let position: FindingPosition | null = null
      do {
        const { findings, next } = await listFindings(own.store.db, filter, { limit: 2, after: position })
        lengths.push(findings.length)
        targets.push(...findings.map(({ target }) => target?.replace('common.example/', '') ?? ''))
        position = next
      } while (position !== null && lengths.length < 6)
      return { lengths, targets }
    }

    test('what few have is found at once, and counted', async () => {
      assert.deepEqual(await pages({ search: 'EXAMPLE/21999' }), { lengths: [1], targets: ['21999'] })
      assert.deepEqual(await countFindings(own.store.db, { search: '/zqx' }), { count: 2, more: false })
      assert.deepEqual(await pages({ search: 'nothing' }), { lengths: [0], targets: [] })
    })

    test('what most have is met in the order of the list', async () => {
      const page = await listFindings(own.store.db, { search: 'common' }, { limit: 2 })
      assert.equal(page.walked, true)
      const { targets } = await pages({ search: 'common' })
      assert.deepEqual(targets.slice(0, 4), ['22000', '21999', '21998', '21997'])
      assert.deepEqual(await countFindings(own.store.db, { search: 'common' }, 9), { count: 9, more: true })
    })

    test('a page looks at so many findings and no more, and the next one goes on', async () => {
      assert.deepEqual(await pages({ search: 'zq' }), { lengths: [0, 2], targets: ['2/zqx', '1/zqx'] })
      assert.deepEqual(await countFindings(own.store.db, { search: 'zq' }), { count: 0, more: true })
      const none = await pages({ search: 'zq', statuses: ['confirmed'] })
      assert.deepEqual(none.lengths, [0])
    })
  })
}
