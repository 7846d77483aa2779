import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { moduleByPath } from '@mirrorwatch/store/tables/modules'
import { READ_PRIORITY } from '@mirrorwatch/store/work/priority'
import type { TestStore } from '@mirrorwatch/testing/store/databases'
import { insertModules, NOW, openTestStore } from '@mirrorwatch/testing/store/databases'
import { priorityOfReading } from '../../src/stages/inspect/priority-of-reading.ts'

const NOT_KNOWN = { zipSum: null, gomodSum: null, takenDownAt: null, loggedOnly: false }

suite('the priority of reading a new module', () => {
  let own: TestStore
  before(async () => {
    own = await openTestStore('embedded')
  })
  after(() => own.drop())

  test('falls with the number of its owner’s modules, so that one account cannot use up a day’s bytes', async () => {
    const { db } = own.store
    const priority = async (owner: string, modules: number): Promise<number | null> => {
      const paths = Array.from({ length: modules }, (_, n) => `github.com/${owner}/m${n}`)
      await insertModules(own.store, ...paths)
      const module = await moduleByPath(db, paths[0] ?? '')
      assert.ok(module !== null)
      const versions = [{ version: 'v1.0.0', cachedAt: NOW, ...NOT_KNOWN }]
      const clock = (): Date => new Date(NOW)
      return priorityOfReading({ db, clock }, { module, version: 'v1.0.0' }, { versions, isTarget: false })
    }
    assert.equal(await priority('new', 3), READ_PRIORITY.newOwner)
    assert.equal(await priority('busy', 4), READ_PRIORITY.newModule)
    assert.equal(await priority('flood', 100), READ_PRIORITY.oldModule)
  })
})
