import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { moduleById } from '@mirrorwatch/store/tables/modules'
import { dueKeys } from '@mirrorwatch/store/work/due'
import {
  ENGINES,
  insertModules,
  NOW,
  openTestStore,
  type TestStore,
} from '@mirrorwatch/testing/store/databases'
import type { ProxyClient } from '@mirrorwatch/upstream/proxy/proxy'
import { requireStage } from '../../src/stages/require/require.ts'

/** No letters that an index could compress. */
function noise(chars: number): string {
  let state = 1
  return Array.from({ length: chars }, () => {
    state = Math.imul(state, 1_103_515_245) + 12_345
    return ((state >>> 16) % 36).toString(36)
  }).join('')
}

const HOSTILE: [what: string, goMod: string, declares: string, requires: string[]][] = [
  ['a path with NUL', 'module `a\0b`\n', 'a\ufffdb', []],
  [
    'a path too long for an index',
    `module example.com/m\nrequire (\n\texample.com/${noise(9_000)} v1.0.0\n\texample.com/b v1.0.0\n)\n`,
    'example.com/m',
    ['example.com/b'],
  ],
  [
    'a megabyte of declared path',
    `module example.com/${'x'.repeat(1 << 20)}\n`,
    `example.com/${'x'.repeat(1012)}…`,
    [],
  ],
]

for (const { kind, skip } of ENGINES) {
  suite(`hostile go.mod files on ${kind}`, { skip }, () => {
    let own: TestStore
    before(async () => {
      own = await openTestStore(kind)
    })
    after(() => own.drop())

    for (const [what, goMod, declares, requires] of HOSTILE) {
      test(`${what} is read, and not asked for again`, async () => {
        await own.reset()
        const [moduleId = 0] = await insertModules(own.store, 'example.com/m')
        const { db } = own.store
        await db
          .insertInto('version')
          .values({ module_id: moduleId, version: 'v1.0.0', cached_at: NOW })
          .execute()
        await db
          .insertInto('due_work')
          .values({ stage: 'require', module_id: moduleId, due_at: NOW })
          .execute()
        const proxy: Pick<ProxyClient, 'mod'> = { mod: () => Promise.resolve(Buffer.from(goMod)) }
        const deps = { db, proxy: proxy as ProxyClient, clock: () => new Date(NOW) }
        await requireStage.run(deps, { moduleId, version: '' }, new AbortController().signal)
        assert.equal((await moduleById(db, moduleId))?.declaredPath, declares)
        const rows = await db.selectFrom('requirement').select('path').orderBy('path').execute()
        assert.deepEqual(
          rows.map(({ path }) => path),
          requires,
        )
        assert.equal((await dueKeys(db, 'require', NOW, 1)).length, 0)
      })
    }
  })
}
