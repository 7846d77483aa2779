import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RepositorySpec } from '../src/build/spec.ts'
import { startWorld, type World } from '../src/world.ts'

const MODULE = 'github.com/hatchery/egg'
const egg: RepositorySpec = {
  path: MODULE,
  steps: [
    {
      do: 'commit',
      time: '2024-01-01T10:00:00Z',
      message: 'Lay',
      files: { 'go.mod': `module ${MODULE}\n\ngo 1.18\n`, 'egg.go': 'package egg\n' },
    },
    { do: 'tag', name: 'v1.0.0' },
    { do: 'cache', module: MODULE, version: 'v1.0.0', at: '2024-01-01T11:00:00.000001Z' },
  ],
}

const files = { 'egg.go': 'package egg\n\n// Cracked says it.\nconst Cracked = true\n' }

async function refs(world: World, path = MODULE): Promise<Map<string, string>> {
  const url = `${new URL(world.proxyUrl).origin}/host/${path}/info/refs?service=git-upload-pack`
  const text = await (await fetch(url)).text()
  return new Map(
    [...text.matchAll(/([0-9a-f]{40}) (refs\/[^\n\0]+)/g)].map(
      ([, id, ref]) => [ref, id] as [string, string],
    ),
  )
}

async function info(world: World, version: string): Promise<Record<string, Record<string, string>>> {
  const answer = await fetch(`${world.proxyUrl}/${MODULE}/@v/${version}.info`)
  return (await answer.json()) as Record<string, Record<string, string>>
}

test('a published version is in the repository, the mirror, the index and the checksum database', async () => {
  await using world = await startWorld({ repositories: [egg] })
  const [time, at] = ['2024-02-01T10:00:00Z', '2024-02-01T10:30:00.5Z']
  await world.changes.publish({ repository: MODULE, module: MODULE, version: 'v1.1.0', time, at, files })
  const commit = (await refs(world)).get('refs/tags/v1.1.0')
  assert.equal((await info(world, 'v1.1.0'))['Origin']?.['Hash'], commit)
  const feed = await (await fetch(`${world.indexUrl}?since=2024-02-01T00:00:00Z`)).text()
  assert.equal(feed, `{"Path":"${MODULE}","Version":"v1.1.0","Timestamp":"2024-02-01T10:30:00.5Z"}\n`)
  const record = await (await fetch(`${world.sumdbUrl}/lookup/${MODULE}@v1.1.0`)).text()
  assert.match(record, /^1\ngithub\.com\/hatchery\/egg v1\.1\.0 h1:/)
})

test('a moved tag changes the repository and nothing that was cached', async () => {
  await using world = await startWorld({ repositories: [egg] })
  const before = { refs: await refs(world), info: await info(world, 'v1.0.0') }
  const sum = world.mirror.get(MODULE, 'v1.0.0')?.zipSum
  await world.changes.moveTag(MODULE, 'v1.0.0', { time: '2024-03-01T10:00:00Z', files })
  assert.notEqual((await refs(world)).get('refs/tags/v1.0.0'), before.refs.get('refs/tags/v1.0.0'))
  assert.deepEqual(await info(world, 'v1.0.0'), before.info)
  assert.equal(world.mirror.get(MODULE, 'v1.0.0')?.zipSum, sum)
  await world.changes.deleteTag(MODULE, 'v1.0.0')
  assert.equal((await refs(world)).has('refs/tags/v1.0.0'), false)
})

test('a repository can be renamed, become private and be deleted', async () => {
  await using world = await startWorld({ repositories: [egg] })
  const url = (path: string) =>
    `${new URL(world.proxyUrl).origin}/host/${path}/info/refs?service=git-upload-pack`
  const status = async (path: string) => (await fetch(url(path), { redirect: 'manual' })).status
  world.changes.renameRepository(MODULE, 'github.com/coop/egg')
  assert.equal(await status(MODULE), 301)
  assert.deepEqual(await refs(world), await refs(world, 'github.com/coop/egg'))
  world.changes.makePrivate('github.com/coop/egg')
  assert.equal(await status('github.com/coop/egg'), 401)
  world.changes.deleteRepository('github.com/coop/egg')
  assert.equal(await status('github.com/coop/egg'), 404)
  assert.deepEqual(world.requests.unexpected(), [])
})

test('a blocked module is refused and leaves the default feed until it is unblocked', async () => {
  await using world = await startWorld({ repositories: [egg] })
  const state = async () => [
    (await fetch(`${world.proxyUrl}/${MODULE}/@v/list`)).status,
    (await (await fetch(world.indexUrl)).text()).length > 0,
    (await (await fetch(`${world.indexUrl}?include=all`)).text()).length > 0,
  ]
  world.changes.block(MODULE)
  assert.deepEqual(await state(), [403, false, true])
  world.changes.unblock(MODULE)
  assert.deepEqual(await state(), [200, true, true])
})

test('the same spec has the same commits, sums and tree head every time', async () => {
  await using one = await startWorld('demo')
  await using two = await startWorld('demo')
  const facts = (world: World) =>
    [...world.mirror.all()].map(({ module, version, commit, zipSum, info }) => ({
      module,
      version,
      commit,
      zipSum,
      info,
    }))
  assert.deepEqual(facts(two), facts(one))
  const heads = await Promise.all(
    [one, two].map(async ({ sumdbUrl }) => (await fetch(`${sumdbUrl}/latest`)).text()),
  )
  assert.equal(heads[0], heads[1])
})

test('what cannot be is refused by name', async () => {
  const start = async (steps: RepositorySpec['steps']) => {
    await using _world = await startWorld({ repositories: [{ path: MODULE, steps }] })
  }
  const invalid = (message: RegExp) => ({ code: 'invalid-spec', message })
  const [commit, , cache] = egg.steps as [RepositorySpec['steps'][0], unknown, RepositorySpec['steps'][0]]
  await assert.rejects(start([{ do: 'tag', name: 'v1.0.0' }]), invalid(/no ref main/))
  await assert.rejects(start([commit, cache]), invalid(/v1\.0\.0 has no tag refs\/tags\/v1\.0\.0/))
  await assert.rejects(start([...egg.steps, cache]), invalid(/cached twice/))
  await assert.rejects(start([{ do: 'commit', time: 'noon', message: '' }]), invalid(/not a time: noon/))
  const twins = {
    do: 'commit',
    time: '2024-01-01T10:00:00Z',
    message: '',
    files: { README: '', readme: '' },
  } as const
  await assert.rejects(start([twins, ...egg.steps]), invalid(/by case alone/))
  await using world = await startWorld({ repositories: [egg] })
  assert.throws(() => world.changes.deleteRepository('github.com/no/body'), { code: 'not-here' })
})
