import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { TestStore } from '@mirrorwatch/testing/store/databases'
import { ENGINES, insertModules, later, NOW, openTestStore } from '@mirrorwatch/testing/store/databases'
import { saveFindings } from '../../src/tables/findings.ts'
import { MAX_HITS, watchPage, watchPaths } from '../../src/watch/entries.ts'

for (const { kind, skip } of ENGINES) {
  suite(`the watch list on ${kind}`, { skip }, () => {
    let own: TestStore
    before(async () => {
      own = await openTestStore(kind)
    })
    after(() => own.drop())

    test('an entry counts each finding on its path and below, as module or target, once', async () => {
      const findings: [string, string | null][] = [
        ['github.com/own/lib', null],
        ['github.com/own/lib', 'github.com/own/tool'],
        ['github.com/own/lib/v2', 'github.com/far/away'],
        ['github.com/evil/lib', 'github.com/own/lib'],
        ['github.com/evil/lib', 'github.com/own/lib/v2'],
        ['github.com/own-ed/lib', 'github.com/Own/lib'],
      ]
      await save(findings)
      const paths = ['github.com/own', 'github.com/own/lib', 'github.com/own/lib/v2', 'github.com/nobody']
      assert.deepEqual(await hitsOf(paths), [
        ['github.com/nobody', 0, null],
        ['github.com/own', 5, NOW],
        ['github.com/own/lib', 5, NOW],
        ['github.com/own/lib/v2', 2, NOW],
      ])
    })

    test('hits are counted up to a limit, for each entry alone', async () => {
      await save(
        Array.from({ length: MAX_HITS + 20 }, (_, at): [string, string] => [
          `example.com/m${at}`,
          'gitlab.com/much/imitated',
        ]),
      )
      assert.deepEqual(await hitsOf(['gitlab.com/much', 'gitlab.com/much/imitated']), [
        ['gitlab.com/much', MAX_HITS + 1, NOW],
        ['gitlab.com/much/imitated', MAX_HITS + 1, NOW],
      ])
    })

    async function save(findings: readonly [string, string | null][]): Promise<void> {
      for (const [path, pairs] of Map.groupBy(findings, ([module]) => module)) {
        const [id = 0] = await insertModules(own.store, path)
        const drafts = pairs.map(([, target]) => ({
          target,
          severity: 'low' as const,
          summary: 'a name',
          signals: [SIGNAL],
          because: [],
        }))
        await own.tx((trx) => saveFindings(trx, id, drafts, NOW))
      }
    }

    /** Watches paths. Returns them with their hits, and when the latest was last seen. */
    async function hitsOf(paths: string[]): Promise<unknown[]> {
      const request = { source: null, mail: [], channels: [], minSeverity: 'high', reason: 'ours' } as const
      await own.tx((trx) => watchPaths(trx, { ...request, paths, author: 'a', via: 'page' }, later(1)))
      const { entries } = await watchPage(own.store.db, { limit: 100, from: paths.toSorted()[0] ?? '' })
      return entries.map(({ path, hits, lastSeenAt }) => [path, hits, lastSeenAt])
    }
  })
}

const SIGNAL = {
  rule: 'name-medium',
  version: null,
  evidence: { nameRule: 'owner-affix', target: 'x', distance: 1, reason: 'an affix', targetDependents: 9 },
} as const
