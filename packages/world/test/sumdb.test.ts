import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GoCommand, needsGo } from '@mirrorwatch/testing/go/go-command'
import { syntheticSpec } from '../src/scenes/synthetic-world.ts'
import { startWorld } from '../src/world.ts'

test('go checks proofs in a log of several tiles, while it grows', needsGo, async () => {
  await using world = await startWorld(syntheticSpec({ modules: 12, versionsPerModule: 60 }))
  await using go = await GoCommand.for(world)
  const all = [...world.mirror.all()].toSorted((a, b) => Number(a.at - b.at))
  const spread = all.filter((_, index) => index % 37 === 0 || index === all.length - 1)
  const sums = await go.downloadAll(spread.map(({ module, version }) => `${module}@${version}`))
  for (const { module, version, zipSum } of spread)
    assert.equal(sums.get(`${module}@${version}`)?.zip, zipSum)
  const { module } = all[0] as (typeof all)[0]
  const [time, at] = ['2024-02-01T10:00:00Z', '2024-02-01T10:30:00Z']
  const files = { 'grown.txt': 'one more\n' }
  await world.changes.publish({ repository: module, module, version: 'v1.99.0', time, at, files })
  const grown = await go.downloadAll([`${module}@v1.99.0`])
  assert.equal(grown.get(`${module}@v1.99.0`)?.zip, world.mirror.get(module, 'v1.99.0')?.zipSum)
})

test('tiles are full or as wide as the log, and no wider', async () => {
  await using world = await startWorld(syntheticSpec({ modules: 10, versionsPerModule: 30 }))
  const tile = async (path: string) => {
    const answer = await fetch(`${world.sumdbUrl}/tile/8/${path}`)
    return [answer.status, (await answer.bytes()).length] as const
  }
  assert.deepEqual(await tile('0/000'), [200, 256 * 32])
  assert.deepEqual(await tile('0/000.p/8'), [200, 8 * 32])
  assert.deepEqual(await tile('0/001.p/44'), [200, 44 * 32])
  assert.deepEqual(await tile('1/000.p/1'), [200, 32])
  for (const path of [
    '0/001',
    '0/001.p/45',
    '1/000',
    '2/000.p/1',
    'data/001.p/45',
    '0/000.p/0',
    '0/000.p/257',
  ])
    assert.ok([400, 404].includes((await tile(path))[0]), path)
  const records = await (await fetch(`${world.sumdbUrl}/tile/8/data/001.p/44`)).text()
  assert.equal(records.split('\n\n').filter((text) => text !== '').length, 44)
})

test('a lookup of what is not logged is refused and noted', async () => {
  await using world = await startWorld({ repositories: [] })
  const lookup = async (what: string) => (await fetch(`${world.sumdbUrl}/lookup/${what}`)).status
  assert.equal(await lookup('github.com/a/b@v1.0.0'), 404)
  assert.equal(await lookup('github.com/a/b'), 400)
  assert.equal(await lookup('Not a path@v1.0.0'), 400)
  assert.match(String(world.requests.unexpected()[0]?.unexpected), /would have fetched and logged/)
})
