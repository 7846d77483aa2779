import assert from 'node:assert/strict'
import { test } from 'node:test'
import { zipOf } from '@mirrorwatch/testing/git/verify-lab'
import { RecentModules } from '../../src/content/recent-modules.ts'
import type { SharedZip } from '../../src/content/tasks.ts'

/** A zip with a file of the given megabytes. */
function zip(id: number, megabytes: number): SharedZip {
  const path = `example.com/m${id}`
  const zipped = zipOf({ 'data.txt': Buffer.alloc(megabytes * 1024 * 1024) }, path)
  const bytes = new SharedArrayBuffer(zipped.length)
  zipped.copy(Buffer.from(bytes))
  return { id, path, version: 'v1.0.0', bytes }
}

test('a module and the one that it is compared with are kept, however large', async () => {
  const recent = new RecentModules()
  const [own, original, next] = [zip(1, 10), zip(2, 10), zip(3, 1)]
  const first = await recent.open(own)
  const second = await recent.open(original)
  assert.ok(first !== null && second !== null)
  assert.equal(await recent.open(own), first)
  assert.equal(await recent.open(original), second)
  await recent.open(next)
  assert.notEqual(await recent.open(own), first, 'the one used longest ago was dropped')
})

test('many small ones are kept', async () => {
  const recent = new RecentModules()
  const zips = Array.from({ length: 8 }, (_, id) => zip(id, 1))
  const opened = await Promise.all(zips.map((each) => recent.open(each)))
  for (const [i, each] of zips.entries()) assert.equal(await recent.open(each), opened[i])
})
