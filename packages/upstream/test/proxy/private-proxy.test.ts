import assert from 'node:assert/strict'
import { createServer, type IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { buildZip } from '@mirrorwatch/testing/go/zip-builder'
import { fakeHttp } from '@mirrorwatch/testing/http/fake-http'
import { listen, type Served } from '@mirrorwatch/testing/http/servers'
import { createHttpClient } from '../../src/http/client.ts'
import { createProxyClient, type ProxyClient } from '../../src/proxy/proxy.ts'

const SECRET = { 'x-jfrog-art-api': 'secret', authorization: 'Bearer secret' }
/** So many names that the directory does not fit into the first request. */
const LARGE = buildZip({
  entries: Array.from({ length: 3000 }, (_, i) => ({
    name: `example.com/m@v1.0.0/${'long/'.repeat(8)}${i}.go`,
    content: '',
  })),
})

/** Serves the zip in ranges, and keeps what the requests carried. */
async function serveRanges(): Promise<Served & { seen: IncomingMessage['headers'][] }> {
  const seen: IncomingMessage['headers'][] = []
  const served = await listen(
    createServer((request, response) => {
      seen.push(request.headers)
      const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '') ?? []
      const start = from === '' ? Math.max(0, LARGE.length - Number(to)) : Number(from)
      const end = from === '' ? LARGE.length - 1 : Number(to)
      const range = `bytes ${start}-${end}/${LARGE.length}`
      response.writeHead(206, { 'content-range': range }).end(LARGE.subarray(start, end + 1))
    }),
  )
  return Object.assign(served, { seen })
}

async function listLarge(baseUrl: string, secretHeaders: Record<string, string>): Promise<number> {
  await using http = createHttpClient({ userAgent: 'test', allowPrivateHosts: true, retries: 0 })
  const proxy = createProxyClient({ http, baseUrl, secretHeaders })
  return (await proxy.zipDirectory('example.com/m', 'v1.0.0')).length
}

test('every range request to the proxy carries its credentials', async () => {
  await using proxy = await serveRanges()
  assert.equal(
    await listLarge(proxy.url.replace('//', '//ann:password@'), { 'x-jfrog-art-api': 'secret' }),
    3000,
  )
  assert.equal(proxy.seen.length, 2)
  for (const headers of proxy.seen) {
    assert.equal(headers['x-jfrog-art-api'], 'secret')
    assert.equal(headers.authorization, `Basic ${Buffer.from('ann:password').toString('base64')}`)
  }
})

test('no range request to the storage carries them', async () => {
  await using storage = await serveRanges()
  await using proxy = await listen(
    createServer((request, response) => {
      const isSignedIn = request.headers['x-jfrog-art-api'] === 'secret'
      response.writeHead(isSignedIn ? 302 : 401, { location: `${storage.url}/signed` }).end()
    }),
  )
  assert.equal(await listLarge(proxy.url.replace('//', '//ann:password@'), SECRET), 3000)
  assert.equal(storage.seen.length, 2)
  for (const headers of storage.seen) {
    assert.equal(headers['x-jfrog-art-api'], undefined)
    assert.equal(headers.authorization, undefined)
  }
})

function catalogOf(pages: Record<string, string>): ProxyClient {
  const http = fakeHttp(
    Object.fromEntries(
      Object.entries(pages).map(([query, body]) => [
        `https://athens.example/go/catalog?pagesize=100000${query}`,
        body,
      ]),
    ),
  )
  return createProxyClient({ http, baseUrl: 'https://athens.example/go' })
}

test('a catalog is read to its end, with plain and with escaped names, and without what is no version', async () => {
  const proxy = catalogOf({
    '': '{"modules":[{"module":"github.com/Azure/x","version":"v1.0.0-RC1"},{"module":"../x","version":"v1.0.0"}],"next":"x|y"}\n',
    '&token=x%7Cy':
      '{"modules":[{"module":"github.com/!azure/x","version":"v1.1.0"},{"module":"a.example/b","version":"main"},{"module":"github.com/Azure/x","version":"v1.1.0"}]}',
  })
  assert.deepEqual(await proxy.catalog(), [
    { module: 'github.com/Azure/x', version: 'v1.0.0-RC1' },
    { module: 'github.com/Azure/x', version: 'v1.1.0' },
  ])
  assert.deepEqual(await catalogOf({ '': '{"modules":null}' }).catalog(), [])
})

test('a catalog that repeats itself or is malformed is refused', async () => {
  const page = '{"modules":[],"next":"a"}'
  await assert.rejects(catalogOf({ '': page, '&token=a': page }).catalog(), { code: 'bad-response' })
  for (const body of ['<html>Sign in</html>', '[]', '{"modules":[{"module":1}]}'])
    await assert.rejects(catalogOf({ '': body }).catalog(), { code: 'bad-response', message: /is no list/ })
})
