import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RepositoryToLook } from '@mirrorwatch/store/repositories/looks'
import { compareTags, returnedTags } from '../../src/stages/look/compare-tags.ts'
import { nextLook, nextLookAtGone, paceOf } from '../../src/stages/look/next-look.ts'

const NOW = new Date('2026-11-28T10:00:00Z')
const ago = (hours: number): string => new Date(NOW.getTime() - hours * 3_600_000).toISOString()

function pace(facts: Partial<RepositoryToLook>): number {
  const none = { watched: false, youngestModuleAt: null, youngestVersionAt: null }
  return paceOf({ ...none, ...facts } as RepositoryToLook, NOW)
}

test('a repository is looked at hourly for a day after a version, daily where it matters, else once a round', () => {
  const old = { youngestModuleAt: ago(9000), youngestVersionAt: ago(800) }
  assert.equal(pace(old), 2)
  assert.equal(pace({ ...old, youngestVersionAt: ago(23) }), 0)
  assert.equal(pace({ ...old, youngestVersionAt: ago(25) }), 2)
  assert.equal(pace({ ...old, watched: true }), 1)
  assert.equal(pace({ ...old, youngestModuleAt: ago(29 * 24) }), 1)
  assert.equal(pace({}), 2)
  assert.equal(nextLook(0, NOW).toISOString(), '2026-11-28T11:00:00.000Z')
  assert.equal(nextLook(2, NOW).toISOString(), '2026-12-01T10:00:00.000Z')
})

test('a repository that is gone is asked daily for a week, then monthly', () => {
  const days = (since: string | null): number =>
    (nextLookAtGone(since, NOW).getTime() - NOW.getTime()) / 86_400_000
  assert.equal(days(null), 1)
  assert.equal(days(ago(6 * 24)), 1)
  assert.equal(days(ago(8 * 24)), 30)
})

test('the tags of two looks are compared', () => {
  const before = new Map(Object.entries({ 'v1.0.0': 'a', 'v1.1.0': 'b', 'v1.2.0': 'c' }))
  const now = new Map(
    Object.entries({ 'v1.0.0': 'a', 'v1.1.0': 'x', 'v1.3.0': 'd', 'v0.9.0': 'o', 'v0.8.0': 'y' }),
  )
  const { changes, added, kept } = compareTags(before, now)
  assert.deepEqual(changes, [
    { kind: 'tag-moved', tag: 'v1.1.0', from: 'b', to: 'x' },
    { kind: 'tag-vanished', tag: 'v1.2.0', from: 'c', to: null },
  ])
  assert.deepEqual([added, kept], [['v1.3.0', 'v0.9.0', 'v0.8.0'], 1])
  const vanished = new Map(Object.entries({ 'v0.9.0': 'o', 'v0.8.0': 'p' }))
  assert.deepEqual(returnedTags(added, now, vanished), [
    { kind: 'tag-returned', tag: 'v0.9.0', from: 'o', to: 'o' },
    { kind: 'tag-moved', tag: 'v0.8.0', from: 'p', to: 'y' },
  ])
})
