import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ENGINES, insertModules, NOW, openTestStore } from '@mirrorwatch/testing/store/databases'
import { allow } from '../../src/tables/allow.ts'
import { saveFindings } from '../../src/tables/findings.ts'

for (const { kind, skip } of ENGINES) {
  suite(`the allow list on ${kind}`, { skip }, () => {
    test('the modules of an allowed path are assessed again, letter case apart', async (t) => {
      const { store, tx, drop } = await openTestStore(kind)
      t.after(drop)
      const modules = ['github.com/a/B_c', 'github.com/a/bxc', 'github.com/a/b_c/v2', 'github.com/x/y']
      const [one, ...others] = await insertModules(store, ...modules)
      for (const id of [one ?? 0, ...others]) {
        const draft = { target: 'github.com/a/b_c', severity: 'low', summary: 'a name', because: [] } as const
        await tx((trx) => saveFindings(trx, id, [{ ...draft, because: [], signals: [SIGNAL] }], NOW))
      }
      const entry = { target: null, reason: 'ours', author: 'me', expiresAt: null }
      const path = { ...entry, kind: 'path', module: 'github.com/A/b_C' } as const
      assert.deepEqual((await tx((trx) => allow(trx, path, NOW))).moduleIds, [one])
      const owner = { ...entry, kind: 'owner', module: 'github.com/a' } as const
      const { moduleIds } = await tx((trx) => allow(trx, owner, NOW))
      assert.deepEqual(
        moduleIds.toSorted((a, b) => a - b),
        [one, ...others.slice(0, 2)],
      )
    })
  })
}

const SIGNAL = {
  rule: 'name-medium',
  version: null,
  evidence: { nameRule: 'owner-affix', target: 'x', distance: 1, reason: 'an affix', targetDependents: 9 },
} as const
