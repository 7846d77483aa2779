import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { crc32 } from 'node:zlib'
import type { FingerprintFile } from '@mirrorwatch/detect/clone/fingerprint'
import { openStore, type Store } from '@mirrorwatch/store/connect/connect'
import { moduleByPath } from '@mirrorwatch/store/tables/modules'
import { insertModules, temporaryFolder } from '@mirrorwatch/testing/store/databases'
import { prepareStore } from '@mirrorwatch/testing/store/embedded-store'
import { likelyCopies, relativesOf } from '../../src/stages/copies/likely-copies.ts'
import { saveListing } from '../../src/stages/inspect/save-listing.ts'

const NOW = new Date('2025-01-01T00:00:00Z')
const dataDir = temporaryFolder()
let store: Store

before(async () => {
  await prepareStore(dataDir)
  store = await openStore({ dataDir })
})
after(async () => {
  await store.close()
  rmSync(dataDir, { recursive: true, force: true })
})

function files(seed: string, count: number): FingerprintFile[] {
  return Array.from({ length: count }, (_, at) => {
    const content = `${seed} ${at}`.repeat(100 + at * 10)
    return { name: `${seed}${at}.go`, size: content.length, crc32: crc32(content) }
  })
}

test('a crowd of copies does not hide its original', async () => {
  const path = 'crowd.com/a0'
  const [original = 0, ...crowd] = await insertModules(
    store,
    'a-original.com/lib',
    ...Array.from({ length: 12 }, (_, at) => `crowd.com/a${at}`),
  )
  const listing = files('crowd', 20)
  const changed = listing.map((file, at) => (at < 4 ? { ...file, crc32: at, size: file.size + 40 } : file))
  await store.db.transaction().execute(async (trx) => {
    await saveListing(trx, { moduleId: original, version: 'v1.0.0' }, listing, NOW)
    for (const moduleId of crowd) await saveListing(trx, { moduleId, version: 'v1.0.0' }, changed, NOW)
  })
  const module = await moduleByPath(store.db, path)
  assert.ok(module)
  const { originals, copies } = await relativesOf(store.db, module, 'v1.0.0')
  assert.deepEqual(
    originals.map((each) => each.path),
    ['a-original.com/lib'],
  )
  assert.deepEqual(copies, [], 'modules of one owner are one project')
})

test('a copy under any name finds its original, and an original its copies', async () => {
  const [original = 0, other = 0, copy = 0] = await insertModules(
    store,
    'a.com/parser',
    'b.com/unrelated',
    'c.com/gopher',
  )
  const old = files('old', 12)
  const listing = files('parse', 12)
  const path = 'c.com/gopher'
  const copied = listing.map((file, at) => (at === 3 ? { ...file, crc32: 1, size: file.size + 700 } : file))
  const remember = (moduleId: number, version: string, list: FingerprintFile[]): Promise<void> =>
    store.db.transaction().execute((trx) => saveListing(trx, { moduleId, version }, list, NOW))
  await remember(original, 'v0.1.0', old)
  await remember(original, 'v1.0.0', listing)
  await remember(other, 'v1.0.0', [...files('else', 12), ...listing.slice(0, 1)])

  const [found, ...more] = await likelyCopies(store.db, { moduleId: copy, path, files: copied })
  assert.deepEqual([found?.path, found?.version, more], ['a.com/parser', 'v1.0.0', []])
  assert.ok(found && found.similarity > 0.8)

  await remember(copy, 'v1.0.0', copied)
  const back = await likelyCopies(store.db, { moduleId: original, path: 'a.com/parser', files: listing })
  assert.deepEqual(
    back.map((each) => each.path),
    [path],
  )
  assert.deepEqual(await likelyCopies(store.db, { moduleId: copy, path, files: [] }), [])
})
