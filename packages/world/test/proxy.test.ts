import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { after, before, test } from 'node:test'
import { startWorld, type World } from '../src/world.ts'

let world: World
before(async () => {
  world = await startWorld('demo')
})
after(() => world.close())

interface Info {
  Version: string
  Time: string
  Origin?: { VCS: string; URL: string; Subdir?: string; Hash: string; Ref?: string }
}

const get = (path: string, init?: RequestInit): Promise<Response> => fetch(world.proxyUrl + path, init)

test('list has the tagged versions only, in the order of Go', async () => {
  const text = await (await get('/github.com/driftwoodlabs/tides/@v/list')).text()
  assert.equal(text, 'v0.1.0\nv0.2.0-rc.1\n')
})

test('latest is the highest release, else the newest pseudo-version', async () => {
  const latest = async (path: string) => ((await (await get(`/${path}/@latest`)).json()) as Info).Version
  assert.equal(await latest('github.com/driftwoodlabs/tides'), 'v0.1.0')
  assert.match(await latest('github.com/xdg/scram'), /^v0\.0\.0-20190115100000-[0-9a-f]{12}$/)
})

test('info has the Origin that the fixture says', async () => {
  const info = async (path: string) => (await (await get(path)).json()) as Info
  assert.deepEqual(await info('/github.com/boltdb-go/bolt/@v/v1.3.1.info'), {
    Version: 'v1.3.1',
    Time: '2021-11-20T09:12:44Z',
  })
  const full = (await info('/github.com/adrg/xdg/@v/v0.5.3.info')).Origin
  assert.deepEqual(
    [full?.VCS, full?.URL, full?.Ref],
    ['git', 'https://github.com/adrg/xdg', 'refs/tags/v0.5.3'],
  )
  const store = (await info('/github.com/lanternworks/toolbox/store/v2/@v/v2.1.0.info')).Origin
  assert.deepEqual([store?.Subdir, store?.Ref], ['store', undefined])
})

test('a module without go.mod has a made-up .mod, and capitals are escaped', async () => {
  const mod = await get('/github.com/!sirupsen/logrus/@v/v1.0.0.mod')
  assert.equal(await mod.text(), 'module github.com/Sirupsen/logrus\n')
  assert.equal((await get('/github.com/Sirupsen/logrus/@v/v1.0.0.mod')).status, 404)
})

test('a zip can be asked for by HEAD, in ranges and conditionally', async () => {
  const path = '/github.com/boltdb/bolt/@v/v1.3.1.zip'
  const whole = await get(path)
  const bytes = Buffer.from(await whole.arrayBuffer())
  const head = await get(path, { method: 'HEAD' })
  assert.equal(head.headers.get('content-length'), String(bytes.length))
  assert.equal((await head.arrayBuffer()).byteLength, 0)
  const part = async (range: string) => {
    const answer = await get(path, { headers: { range } })
    return [answer.status, answer.headers.get('content-range'), Buffer.from(await answer.arrayBuffer())]
  }
  const size = bytes.length
  assert.deepEqual(await part('bytes=-22'), [
    206,
    `bytes ${size - 22}-${size - 1}/${size}`,
    bytes.subarray(-22),
  ])
  assert.deepEqual(await part('bytes=0-3'), [206, `bytes 0-3/${size}`, Buffer.from('PK\x03\x04', 'latin1')])
  assert.deepEqual(await part(`bytes=${size}-`), [416, `bytes */${size}`, Buffer.alloc(0)])
  assert.deepEqual((await part('lines=1-2'))[0], 200)
  const etag = whole.headers.get('etag') as string
  assert.equal((await get(path, { headers: { 'if-none-match': etag } })).status, 304)
})

test('what is not cached is 404, and asking without cached-only is noted', async () => {
  world.requests.clear()
  const path = '/github.com/nobody/nothing/@v/v1.0.0.info'
  for (const [prefix, headers] of [
    ['/cached-only', {}],
    ['', { 'Disable-Module-Fetch': 'true' }],
  ] as const) {
    const answer = await get(prefix + path, { headers })
    assert.equal(answer.status, 404)
    assert.match(await answer.text(), /^not found: /)
  }
  assert.deepEqual(world.requests.unexpected(), [])
  assert.equal((await get(path)).status, 404)
  assert.equal(world.requests.unexpected()[0]?.unexpected, 'the real mirror would have fetched it')
})

test('a blocked module is refused with the mirror’s verdict', async () => {
  for (const file of ['@v/list', '@v/v1.22.5.info', '@v/v1.22.5.zip', '@latest']) {
    const answer = await get(`/cached-only/github.com/utfave/cli/${file}`)
    assert.equal(answer.status, 403)
    assert.match(await answer.text(), /considers this module to be malicious/)
  }
})

test('nonsense is answered, not stumbled over', async () => {
  for (const path of [
    '/',
    '/@v/list',
    '/github.com/a/b/@v/v1.0.0.exe',
    '/github.com/a/b/@v/.zip',
    '/x/@v/%00.zip',
  ]) {
    assert.equal((await get(path)).status, 404, path)
  }
  assert.equal((await get('/github.com/adrg/xdg/@v/list', { method: 'POST', body: 'x' })).status, 405)
})

test('requests that no client sends are answered too', async () => {
  const { hostname, port } = new URL(world.proxyUrl)
  const targets = [
    '//',
    '/proxy//',
    '/proxy/%ff',
    '/proxy/%zz',
    '/host/',
    '/host//x.git/info/refs',
    '/index/../..',
    'http://',
    '*',
  ]
  for (const target of targets) {
    const request = httpRequest({ hostname, port, path: target })
    const [answer] = (await once(request.end(), 'response')) as [IncomingMessage]
    answer.resume()
    assert.ok((answer.statusCode as number) >= 200 && (answer.statusCode as number) < 500, target)
  }
})

test('a go-get page says where the repository is, also below the root', async () => {
  const origin = new URL(world.proxyUrl).origin
  for (const path of ['kit', 'kit/geo', 'kit/deeper/still']) {
    const page = await (await fetch(`${origin}/host/pebble.example/${path}?go-get=1`)).text()
    assert.match(
      page,
      /<meta name="go-import" content="pebble\.example\/kit git https:\/\/git\.pebble\.example\/kit">/,
    )
  }
  assert.equal((await fetch(`${origin}/host/pebble.example/other?go-get=1`)).status, 404)
})
