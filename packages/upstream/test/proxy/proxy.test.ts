import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { buildZip } from '@mirrorwatch/testing/go/zip-builder'
import { type FakeAnswer, fakeHttp } from '@mirrorwatch/testing/http/fake-http'
import { serve } from '@mirrorwatch/testing/http/servers'
import { createHttpClient } from '../../src/http/client.ts'
import { createProxyClient } from '../../src/proxy/proxy.ts'

const MODULE = 'github.com/Azure/x'
const VERSION = 'v1.0.0-RC1'
const FILES = 'https://proxy.example/github.com/!azure/x/@v'
const HASH = '6cead0000000000000000000000000000000cafe'
const INFO = `{"Version":"${VERSION}","Time":"2024-07-22T12:40:34Z","Origin":{"VCS":"git","URL":"https://github.com/Azure/x","Hash":"${HASH}","Ref":"refs/tags/v1.0.0-RC1"},"New":1}`

function proxyWith(answers: Record<string, FakeAnswer>, baseUrl = 'https://proxy.example/') {
  const http = fakeHttp(answers)
  return { http, proxy: createProxyClient({ http, baseUrl }) }
}

test('.info with all of its origin', async () => {
  const { http, proxy } = proxyWith({ [`${FILES}/v1.0.0-!r!c1.info`]: INFO })
  assert.deepEqual(await proxy.info(MODULE, VERSION), {
    version: VERSION,
    time: '2024-07-22T12:40:34Z',
    origin: {
      vcs: 'git',
      url: 'https://github.com/Azure/x',
      subdir: null,
      hash: HASH,
      ref: 'refs/tags/v1.0.0-RC1',
    },
  })
  assert.equal(http.requests[0]?.request.headers?.['disable-module-fetch'], 'true')
})

test('.info with less, and with what makes no sense', async () => {
  const cases: [string, unknown][] = [
    ['{"Version":"v1.0.0-RC1"}', { version: VERSION, time: null, origin: null }],
    ['{"Version":"v1.0.0-RC1","Time":"soon","Origin":7}', { version: VERSION, time: null, origin: null }],
    [
      '{"Version":"v1.0.0-RC1","Origin":{"VCS":1,"Hash":"--upload-pack=x"}}',
      { version: VERSION, time: null, origin: { vcs: null, url: null, subdir: null, hash: null, ref: null } },
    ],
  ]
  for (const [body, expected] of cases) {
    const { proxy } = proxyWith({ [`${FILES}/v1.0.0-!r!c1.info`]: body })
    assert.deepEqual(await proxy.info(MODULE, VERSION), expected)
  }
})

const WRONG_INFO: [string, RegExp][] = [
  ['<!doctype html><title>Sign in</title>', /not JSON, but: <!doctype html>.*Is the address right\?/],
  ['{"Version":"v1.0.1"}', /of version v1\.0\.1/],
  ['{"Version":"master"}', /with version master/],
  ['{"Time":"2024-07-22T12:40:34Z"}', /without a Version/],
  ['[]', /without a Version/],
  ['null', /without a Version/],
]

for (const [body, message] of WRONG_INFO) {
  test(`malformed .info: ${body}`, async () => {
    const { proxy } = proxyWith({ [`${FILES}/v1.0.0-!r!c1.info`]: body })
    await assert.rejects(proxy.info(MODULE, VERSION), { name: 'GomodError', code: 'bad-response', message })
  })
}

test('refusals', async () => {
  const cases: [number, string, string, RegExp][] = [
    [404, 'not found: unknown revision', 'not-found', /unknown revision/],
    [410, 'not found: gone', 'not-found', /gone/],
    [404, 'not found: fetch timed out', 'retry-later', /timed out/],
    [
      403,
      'forbidden: the mirror considers this module to be\u001b[1m malicious\r\n',
      'access-denied',
      /without a reason/,
    ],
    [
      403,
      'forbidden: the Go module mirror considers this module to be malicious\n',
      'blocked',
      /HTTP 403: forb/,
    ],
    [403, 'not allowed', 'access-denied', /without a reason/],
    [403, '<html><title>Blocked</title>by policy of Example Corp', 'access-denied', /network policy/],
    [403, '{"errors":[{"status":403,"message":"Authentication is required"}]}', 'access-denied', /sign in/],
    [
      403,
      'Your client does not have permission to get URL /x from this server',
      'access-denied',
      /from this place/,
    ],
    [403, 'API rate limit exceeded', 'access-denied', /too often/],
    [451, '', 'access-denied', /legal reasons/],
    [407, '', 'unauthorized', /sign in.*HTTP 407/],
    [401, '', 'unauthorized', /sign in.*HTTP 401/],
    [302, '', 'bad-response', /redirects too often.*HTTP 302/],
    [400, 'x'.repeat(5000), 'bad-response', /^.{300,500}…$/],
  ]
  for (const [status, body, code, message] of cases) {
    const { proxy } = proxyWith({ [`${FILES}/v1.0.0-!r!c1.mod`]: { status, body } })
    await assert.rejects(proxy.mod(MODULE, VERSION), { name: 'GomodError', code, message })
  }
})

test('requests to the public mirror ask for cached files only', async () => {
  const base = 'https://proxy.golang.org/cached-only/example.com/m/@v'
  for (const baseUrl of [
    'https://proxy.golang.org',
    'https://proxy.golang.org/',
    'https://proxy.golang.org/cached-only',
  ]) {
    const { proxy } = proxyWith({ [`${base}/v1.0.0.mod`]: { status: 404, body: 'not found' } }, baseUrl)
    await assert.rejects(proxy.mod('example.com/m', 'v1.0.0'), { code: 'not-cached' })
  }
})

test('.mod, .zip and list', async () => {
  const { proxy } = proxyWith({
    [`${FILES}/v1.0.0-!r!c1.mod`]: 'module x\n',
    [`${FILES}/v1.0.0-!r!c1.zip`]: buildZip({ entries: [] }),
    [`${FILES}/list`]: 'v1.0.0\nv1.0.0-RC1 extra\n\nbranch\nv1.0\nv1.0.0',
  })
  assert.equal((await proxy.mod(MODULE, VERSION)).toString(), 'module x\n')
  assert.equal((await proxy.zip(MODULE, VERSION)).length, 22)
  assert.deepEqual(await proxy.list(MODULE), ['v1.0.0', 'v1.0.0-RC1'])
  const pages = proxyWith({
    [`${FILES}/v1.0.0-!r!c1.mod`]: '\n <HTML>',
    [`${FILES}/v1.0.0-!r!c1.zip`]: '<html>',
    [`${FILES}/list`]: '<!doctype html>',
  })
  await assert.rejects(pages.proxy.mod(MODULE, VERSION), { code: 'bad-response', message: /web page/ })
  await assert.rejects(pages.proxy.zip(MODULE, VERSION), { code: 'bad-response', message: /not a zip/ })
  await assert.rejects(pages.proxy.list(MODULE), { code: 'bad-response', message: /web page/ })
})

test('latest', async () => {
  const { proxy } = proxyWith({ 'https://proxy.example/example.com/m/@latest': '{"Version":"v1.2.0"}' })
  assert.equal((await proxy.latest('example.com/m')).version, 'v1.2.0')
})

test('paths and versions that cannot exist are not asked for', async () => {
  const { proxy } = proxyWith({})
  await assert.rejects(proxy.info('../x', 'v1.0.0'), { code: 'invalid-path' })
  await assert.rejects(proxy.mod('example.com/m', '../../v1.0.0'), { code: 'invalid-version' })
  await assert.rejects(proxy.zip('example.com/m', 'v2.0.0'), { code: 'invalid-version' })
  await assert.rejects(proxy.zip('example.com/m', 'master'), { code: 'invalid-version' })
  await assert.rejects(proxy.list('example'), { code: 'invalid-path' })
})

test('addresses that are no proxy', () => {
  for (const baseUrl of ['', 'proxy', 'off', 'ssh://x/y']) {
    assert.throws(() => createProxyClient({ http: fakeHttp({}), baseUrl }), { code: 'malformed' }, baseUrl)
  }
})

test('a proxy may keep its files in a storage elsewhere, which gets no credentials', async () => {
  const seen: string[] = []
  await using storage = await serve((request, response) => {
    seen.push(`${request.url} ${request.headers.authorization ?? 'no credentials'}`)
    response.end('module x\n')
  })
  await using front = await serve((request, response) => {
    assert.match(request.headers.authorization ?? '', /^Basic /)
    response.writeHead(302, { location: `${storage.url}/bucket${request.url}?Signature=abc` }).end()
  })
  await using http = createHttpClient({ userAgent: 'test', allowPrivateHosts: true })
  const proxy = createProxyClient({ http, baseUrl: front.url.replace('http://', 'http://user:secret@') })
  assert.equal((await proxy.mod(MODULE, VERSION)).toString(), 'module x\n')
  assert.deepEqual(seen, ['/bucket/github.com/!azure/x/@v/v1.0.0-!r!c1.mod?Signature=abc no credentials'])
})

const P = 'example.com/m@v1.0.0/'
const SMALL = buildZip({ entries: [{ name: `${P}a.go`, content: 'package a\n' }] })
const LARGE = buildZip({
  entries: Array.from({ length: 3000 }, (_, i) => ({
    name: `${P}dir/file${i}.go`,
    content: `package p${i}\n`,
  })),
})

/** An HTTP server with one zip that it hands out in parts, if `ranges` is set. */
async function serveZip(zip: Buffer, respond: 'ranges' | 'whole' | 'lies') {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const range = request.headers.range ?? ''
    asked.push(range)
    const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? []
    if (respond === 'whole') {
      response.end(zip)
      return
    }
    const start = from === '' ? Math.max(0, zip.length - Number(to)) : Number(from)
    const end = from === '' ? zip.length - 1 : Number(to)
    const told = respond === 'lies' && asked.length > 1 ? start - 1 : start
    response
      .writeHead(206, { 'content-range': `bytes ${told}-${end}/${zip.length}` })
      .end(zip.subarray(start, end + 1))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const http = createHttpClient({ userAgent: 'test', allowPrivateHosts: true, retries: 0 })
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    asked,
    proxy: createProxyClient({ http, baseUrl }),
    [Symbol.asyncDispose]: async () => {
      await http[Symbol.asyncDispose]()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test("a zip's directory: in one request for a small zip, in two for a large one", async () => {
  await using small = await serveZip(SMALL, 'ranges')
  assert.deepEqual(
    (await small.proxy.zipDirectory('example.com/m', 'v1.0.0')).map(({ name, size }) => [name, size]),
    [['a.go', 10]],
  )
  assert.deepEqual(small.asked, ['bytes=-73728'])
  await using large = await serveZip(LARGE, 'ranges')
  assert.equal((await large.proxy.zipDirectory('example.com/m', 'v1.0.0')).length, 3000)
  assert.equal(large.asked.length, 2)
})

test('a server without ranges gives the whole zip; one that gives other ranges is found out', async () => {
  await using whole = await serveZip(LARGE, 'whole')
  assert.equal((await whole.proxy.zipDirectory('example.com/m', 'v1.0.0')).length, 3000)
  assert.equal(whole.asked.length, 1)
  await using lies = await serveZip(LARGE, 'lies')
  await assert.rejects(lies.proxy.zipDirectory('example.com/m', 'v1.0.0'), { code: 'bad-response' })
})

test('a zip of another module', async () => {
  await using server = await serveZip(SMALL, 'ranges')
  await assert.rejects(server.proxy.zipDirectory('example.com/m', 'v1.0.1'), { code: 'malformed' })
})

suite('a folder as a proxy', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'mirrorwatch-proxy-'))
    const put = (file: string, content: string | Buffer) => {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), content)
    }
    put('secret', 'module secret\n')
    put('cache/github.com/!azure/x/@v/list', 'v1.0.0\nv1.1.0\nv2.0.0-pre\n')
    put('cache/github.com/!azure/x/@v/v1.1.0.info', '{"Version":"v1.1.0"}')
    put('cache/github.com/!azure/x/@v/v1.1.0.mod', 'module github.com/Azure/x\n')
    put('cache/example.com/m/@v/v1.0.0.zip', SMALL)
    put('cache/example.com/m/@v/list', '')
    mkdirSync(join(folder, 'cache/example.com/m/@v/v1.0.2.mod'))
    symlinkSync('../../../../secret', join(folder, 'cache/example.com/m/@v/v1.0.0.mod'))
    symlinkSync('v1.0.0.zip', join(folder, 'cache/example.com/m/@v/v1.0.1.mod'))
  })
  after(() => rmSync(folder, { recursive: true }))

  const open = (maxZipBytes = 1e6) =>
    createProxyClient({ http: fakeHttp({}), baseUrl: pathToFileURL(join(folder, 'cache')).href, maxZipBytes })

  test('what is there', async () => {
    const proxy = open()
    assert.equal((await proxy.info(MODULE, 'v1.1.0')).version, 'v1.1.0')
    assert.equal((await proxy.mod(MODULE, 'v1.1.0')).toString(), 'module github.com/Azure/x\n')
    assert.deepEqual(await proxy.list(MODULE), ['v1.0.0', 'v1.1.0', 'v2.0.0-pre'])
    assert.equal((await proxy.latest(MODULE)).version, 'v1.1.0')
    assert.ok((await proxy.zip('example.com/m', 'v1.0.0')).equals(SMALL))
    assert.equal((await proxy.zipDirectory('example.com/m', 'v1.0.0')).length, 1)
  })

  test('what is not, or leads out, or is too large', async () => {
    const proxy = open()
    await assert.rejects(proxy.info(MODULE, 'v1.0.0'), { code: 'not-found' })
    await assert.rejects(proxy.info('example.com/none', 'v1.0.0'), { code: 'not-found' })
    await assert.rejects(proxy.latest('example.com/m'), { code: 'not-found' })
    await assert.rejects(proxy.mod('example.com/m', 'v1.0.2'), { code: 'not-found', message: /not a file/ })
    await assert.rejects(proxy.mod('example.com/m', 'v1.0.0'), { code: 'forbidden-address' })
    await assert.rejects(open(10).zip('example.com/m', 'v1.0.0'), { code: 'too-large' })
    await assert.rejects(open(10).zipDirectory('example.com/m', 'v1.0.0'), { code: 'too-large' })
    assert.ok((await proxy.mod('example.com/m', 'v1.0.1')).equals(SMALL))
  })
})
