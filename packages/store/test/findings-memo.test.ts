import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { insertModules, NOW, temporaryFolder } from '@mirrorwatch/testing/store/databases'
import { prepareStore } from '@mirrorwatch/testing/store/embedded-store'
import { openStore, type Store } from '../src/connect/connect.ts'
import { knowledgeInFolder } from '../src/queries/findings-memo.ts'

const dataDir = temporaryFolder()
after(() => rmSync(dataDir, { recursive: true, force: true }))
let opened = 0

async function open(): Promise<Store> {
  opened++
  return openStore({ dataDir })
}

async function summaries(...modules: string[]): Promise<string[]> {
  const { findings } = await knowledgeInFolder(dataDir, modules, open)
  return findings.map(({ module, summary }) => `${module} ${summary}`)
}

async function change(summary: string, path: string): Promise<void> {
  await prepareStore(dataDir)
  await using store = await openStore({ dataDir })
  const [id = 0] = await insertModules(store, path)
  const times = { first_seen_at: NOW, last_seen_at: NOW, changed_at: NOW }
  await store.db
    .insertInto('finding')
    .values({ module_id: id, target: null, severity: 'high', summary, ...times })
    .execute()
}

test('an embedded store is opened only where it has changed', async () => {
  await change('first', 'a.com/a')
  assert.deepEqual([await summaries('a.com/a', 'b.com/b'), opened], [['a.com/a first'], 1])
  assert.deepEqual([await summaries('a.com/a'), opened], [['a.com/a first'], 1])
  assert.deepEqual([await summaries('c.com/c'), opened], [[], 1])
  await change('second', 'b.com/b')
  assert.deepEqual([await summaries('b.com/b'), opened], [['b.com/b second'], 2])
  assert.deepEqual([await summaries('b.com/b'), opened], [['b.com/b second'], 2])
})

test('a running store is queried directly, and a damaged memo is ignored', async () => {
  {
    await using store = await openStore({ dataDir })
    await store.db.updateTable('finding').set({ summary: 'third' }).execute()
    const before = opened
    assert.deepEqual(await summaries('b.com/b'), ['b.com/b third'])
    assert.equal(opened, before + 1)
  }
  writeFileSync(join(dataDir, 'known-modules.json'), '{"stamp":"')
  const before = opened
  assert.deepEqual([await summaries('b.com/b'), opened], [['b.com/b third'], before + 1])
})
