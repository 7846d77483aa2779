import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { temporaryFolder } from '@mirrorwatch/testing/store/databases'
import { openStore } from '../src/connect/connect.ts'
import { startChild } from './children.ts'

/** More rounds for a long run by hand: MIRRORWATCH_KILL_ROUNDS=100. */
const ROUNDS = Number(process.env['MIRRORWATCH_KILL_ROUNDS'] ?? 4)

test('what the embedded store committed is there after kill -9 at any moment, and nothing half', async () => {
  const folder = temporaryFolder()
  let acknowledged = 0
  for (let round = 0; round < ROUNDS; round++) {
    const writer = startChild('write', folder)
    assert.equal(await writer.line(), 'ready')
    await sleep(20 + Math.random() * 400)
    await writer.kill()
    acknowledged = Math.max(acknowledged, ...writer.unread().map(Number))

    await using store = await openStore({ dataDir: folder })
    const rows = await store.db
      .selectFrom('target')
      .select((eb) => ['dependents', eb.fn.countAll<number>().as('count')])
      .groupBy('dependents')
      .orderBy('dependents')
      .execute()
    const committed = rows.length
    assert.ok(committed >= acknowledged, `${acknowledged} were acknowledged, ${committed} are there`)
    assert.deepEqual(
      rows,
      Array.from({ length: committed }, (_, at) => ({ dependents: at + 1, count: 3 })),
    )
  }
  assert.ok(acknowledged > 0)
  rmSync(folder, { recursive: true, force: true })
})

test('a store can be made where making it was killed half way', async () => {
  const folder = temporaryFolder()
  for (let round = 0; round < ROUNDS / 2; round++) {
    const first = startChild('hold', folder)
    await sleep(200 + Math.random() * 1800)
    await first.kill()
  }
  await using store = await openStore({ dataDir: folder })
  assert.deepEqual(await store.db.selectFrom('module').selectAll().execute(), [])
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})
