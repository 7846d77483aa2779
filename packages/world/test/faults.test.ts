import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { startWorld, type World } from '../src/world.ts'

let world: World
before(async () => {
  world = await startWorld('demo')
})
beforeEach(() => world.faults.clear())
after(() => world.close())

const list = (): Promise<Response> => fetch(`${world.proxyUrl}/github.com/boltdb/bolt/@v/list`)

test('a status comes for the next n requests, with Retry-After', async () => {
  world.faults.add({ service: 'proxy', kind: { do: 'status', status: 429, retryAfter: 3 }, times: 2 })
  const answers = [await list(), await list(), await list()]
  assert.deepEqual(
    answers.map(({ status, headers }) => [status, headers.get('retry-after')]),
    [
      [429, '3'],
      [429, '3'],
      [200, null],
    ],
  )
})

test('a fault strikes its service and path only, until it is disposed', async () => {
  const fault = world.faults.add({ service: 'index', path: /limit=7/, kind: { do: 'html' } })
  const type = async (query: string) => (await fetch(world.indexUrl + query)).headers.get('content-type')
  assert.equal((await list()).status, 200)
  assert.equal(await type('?limit=8'), 'application/json')
  assert.equal(await type('?limit=7'), 'text/html; charset=utf-8')
  fault[Symbol.dispose]()
  assert.equal(await type('?limit=7'), 'application/json')
})

test('garbage, a reset and a cut are what they say', async () => {
  world.faults.add({ service: 'proxy', kind: { do: 'garbage' }, times: 1 })
  assert.ok((await (await list()).bytes()).includes(0xff))
  world.faults.add({ service: 'proxy', kind: { do: 'reset' }, times: 1 })
  await assert.rejects(list())
  world.faults.add({ service: 'index', kind: { do: 'cut', bytes: 100 }, times: 1 })
  const cut = await fetch(world.indexUrl)
  await assert.rejects(cut.text())
  assert.equal((await list()).status, 200)
})

test('a fault for a time is over when the time is', async () => {
  world.faults.add({ service: 'proxy', kind: { do: 'status', status: 503 }, forMs: 50 })
  assert.equal((await list()).status, 503)
  while ((await list()).status !== 200) await new Promise((resolve) => setTimeout(resolve, 10))
})

test('git and go-get pages can fail too', async () => {
  const origin = new URL(world.proxyUrl).origin
  world.faults.add({ service: 'git', kind: { do: 'status', status: 500 } })
  world.faults.add({ service: 'page', kind: { do: 'html' } })
  const refs = await fetch(`${origin}/host/github.com/boltdb/bolt/info/refs?service=git-upload-pack`)
  assert.equal(refs.status, 500)
  const page = await fetch(`${origin}/host/pebble.example/kit?go-get=1`)
  assert.doesNotMatch(await page.text(), /go-import/)
})

test('a request that hangs ends when the world does', async () => {
  const short = await startWorld({ repositories: [] })
  short.faults.add({ service: 'index', kind: { do: 'hang' } })
  const hanging = fetch(short.indexUrl)
  const rejected = assert.rejects(hanging)
  while (short.faults.taken === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  await short.close()
  await rejected
})
