import assert from 'node:assert/strict'
import { createServer as createTcpServer } from 'node:net'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { listen, serve } from '@mirrorwatch/testing/http/servers'
import { createHttpClient, type HttpClientOptions } from '../../src/http/client.ts'
import { busyAnswer, parseRetryAfter } from '../../src/http/retry.ts'

function client(options: Partial<HttpClientOptions> = {}) {
  const slept: number[] = []
  const pause = async (ms: number) => void slept.push(ms)
  const http = createHttpClient({
    userAgent: 'test/1',
    allowPrivateHosts: true,
    random: () => 1,
    pause,
    ...options,
  })
  return { http, slept, [Symbol.asyncDispose]: () => http[Symbol.asyncDispose]() }
}

test('an answer of any status, with the user agent and credentials sent', async () => {
  await using server = await serve((request, response) => {
    response.writeHead(404, { 'x-two': ['a', 'b'] })
    response.end(
      `${request.headers['user-agent']} ${request.headers['accept-encoding']} ${request.headers.authorization}`,
    )
  })
  await using c = client()
  const url = server.url.replace('http://', 'http://me:p%40ss@')
  const response = await c.http.request(`${url}/x`, { maxBytes: 1000 })
  assert.equal(response.status, 404)
  assert.equal(response.headers['x-two'], 'a, b')
  assert.equal(response.body.toString(), `test/1 identity Basic ${Buffer.from('me:p@ss').toString('base64')}`)
  assert.equal(response.url.href, `${server.url}/x`)
})

test('HEAD and POST', async () => {
  await using server = await serve((request, response) => {
    response.writeHead(200, request.method === 'HEAD' ? { 'content-length': '123456' } : {})
    request.pipe(response)
  })
  await using c = client()
  const head = await c.http.request(server.url, { method: 'HEAD', maxBytes: 0 })
  assert.equal(head.headers['content-length'], '123456')
  const post = await c.http.request(server.url, { method: 'POST', body: Buffer.from('hi'), maxBytes: 2 })
  assert.equal(post.body.toString(), 'hi')
})

test('bodies over the cap: announced, streamed without end, and inflated', async () => {
  await using server = await serve((request, response) => {
    if (request.url === '/announced') {
      response.writeHead(200, { 'content-length': '5000' }).end(Buffer.alloc(5000))
    } else if (request.url === '/gzip') {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(5_000_000)))
    } else {
      const timer = setInterval(() => response.write(Buffer.alloc(64 * 1024)), 1)
      response.on('close', () => clearInterval(timer))
    }
  })
  await using c = client()
  for (const path of ['/announced', '/endless', '/gzip']) {
    const maxBytes = path === '/announced' ? 4999 : 100_000
    await assert.rejects(c.http.request(server.url + path, { maxBytes }), { code: 'too-large' }, path)
  }
  assert.equal((await c.http.request(`${server.url}/announced`, { maxBytes: 5000 })).body.length, 5000)
})

test('a body that is joined in several turns is what was sent', async () => {
  const sent = Buffer.alloc(40 * 1024 * 1024 + 7)
  for (let at = 0; at + 4 <= sent.length; at += 4) sent.writeUInt32LE(at, at)
  await using server = await serve((_, response) => response.end(sent))
  await using c = client()
  const { body } = await c.http.request(server.url, { maxBytes: sent.length })
  assert.ok(body.equals(sent))
})

test('unrequested gzip is inflated; other encodings and damage are named', async () => {
  await using server = await serve((request, response) => {
    const encoding = request.url === '/br' ? 'br' : 'gzip'
    response.writeHead(200, { 'content-encoding': encoding })
    response.end(request.url === '/ok' ? gzipSync('hello') : 'garbage')
  })
  await using c = client()
  assert.equal((await c.http.request(`${server.url}/ok`, { maxBytes: 100 })).body.toString(), 'hello')
  await assert.rejects(c.http.request(`${server.url}/br`, { maxBytes: 100 }), { code: 'bad-response' })
  await assert.rejects(c.http.request(`${server.url}/bad`, { maxBytes: 100 }), { code: 'bad-response' })
})

test('busy answers are tried again, waiting as asked', async () => {
  const answers: [number, Record<string, string>][] = [
    [503, {}],
    [429, { 'retry-after': '7' }],
    [500, {}],
    [200, {}],
  ]
  await using server = await serve((_, response) => {
    const [status, headers] = answers.shift() ?? [200, {}]
    response.writeHead(status, headers).end('x')
  })
  await using c = client()
  const response = await c.http.request(server.url, { maxBytes: 10 })
  assert.equal(response.status, 200)
  assert.deepEqual(c.slept, [500, 7000 + 1000, 2000])
})

test('when retries are used up, or the wait is too long, the caller learns how long', async () => {
  await using server = await serve((request, response) => {
    response.writeHead(
      request.url === '/long' ? 429 : 502,
      request.url === '/long' ? { 'retry-after': '3600' } : {},
    )
    response.end('busy\n\u0007\u001b[31mnow')
  })
  await using c = client({ retries: 2 })
  await assert.rejects(c.http.request(server.url, { maxBytes: 100 }), {
    code: 'retry-later',
    message: /HTTP 502: busy \[31mnow$/,
  })
  assert.equal(c.slept.length, 2)
  await assert.rejects(c.http.request(`${server.url}/long`, { maxBytes: 100 }), {
    code: 'retry-later',
    retryAfterMs: 3_600_000,
  })
  assert.equal(c.slept.length, 2)
})

test('501 is an answer', async () => {
  await using server = await serve((_, response) => void response.writeHead(501).end())
  await using c = client()
  assert.equal((await c.http.request(server.url, { maxBytes: 1 })).status, 501)
})

test('a refused, a cut and a silent connection', async () => {
  await using cut = await serve((_, response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('only this', () => response.destroy())
  })
  await using silent = await serve(() => undefined)
  await using trickle = await serve((_, response) => {
    response.writeHead(200)
    const timer = setInterval(() => response.write('.'), 5)
    response.on('close', () => clearInterval(timer))
  })
  await using c = client({ retries: 1, timeoutMs: 200 })
  const closed = await serve(() => undefined)
  await closed[Symbol.asyncDispose]()
  await assert.rejects(c.http.request(closed.url, { maxBytes: 1 }), {
    code: 'retry-later',
    message: /ECONNREFUSED/,
  })
  await assert.rejects(c.http.request(cut.url, { maxBytes: 1000 }), { code: 'retry-later' })
  await assert.rejects(c.http.request(silent.url, { maxBytes: 1 }), {
    code: 'retry-later',
    message: /timed out/,
  })
  await assert.rejects(c.http.request(trickle.url, { maxBytes: 1000 }), {
    code: 'retry-later',
    message: /timed out/,
  })
  assert.equal(c.slept.length, 4)
})

test('what is not HTTP is not tried again', async () => {
  await using server = await listen(createTcpServer((socket) => void socket.end('SSH-2.0-OpenSSH_9.2\r\n')))
  await using c = client()
  await assert.rejects(c.http.request(server.url, { maxBytes: 1 }), { code: 'bad-response' })
  assert.deepEqual(c.slept, [])
})

test("the caller's signal ends everything, with its own reason", async () => {
  await using silent = await serve(() => undefined)
  await using c = client()
  const controller = new AbortController()
  const waiting = c.http.request(silent.url, { maxBytes: 1, signal: controller.signal })
  setTimeout(() => controller.abort(new Error('stop')), 20)
  await assert.rejects(waiting, /^Error: stop$/)
})

test('redirects: returned, followed up to the limit, checked, credentials dropped', async () => {
  const seen: string[] = []
  await using other = await serve((request, response) => {
    seen.push(`${request.method} ${request.headers.authorization ?? 'no credentials'}`)
    response.end('other')
  })
  await using server = await serve((request, response) => {
    const target = {
      '/a': '/b',
      '/b': '/c',
      '/to-other': other.url,
      '/loop': '/loop',
      '/bad': 'http://[',
      '/file': 'file:///etc/passwd',
    }[request.url ?? '']
    response.writeHead(target === undefined ? 200 : 302, target === undefined ? {} : { location: target })
    response.end(request.url)
  })
  await using c = client()
  const get = (path: string, maxRedirects: number, allowRedirect?: (from: URL, to: URL) => boolean) =>
    c.http.request(server.url + path, {
      maxBytes: 100,
      maxRedirects,
      headers: { authorization: 'secret' },
      ...(allowRedirect ? { allowRedirect } : {}),
    })
  assert.equal((await get('/a', 0)).status, 302)
  assert.equal((await get('/a', 1)).headers.location, '/c')
  const followed = await get('/a', 5)
  assert.deepEqual([followed.status, followed.url.pathname, followed.body.toString()], [200, '/c', '/c'])
  assert.equal((await get('/to-other', 1)).body.toString(), 'other')
  assert.deepEqual(seen, ['GET no credentials'])
  assert.equal((await get('/loop', 1000)).status, 302)
  await assert.rejects(get('/bad', 1), { code: 'bad-response' })
  await assert.rejects(get('/file', 1), { code: 'forbidden-address' })
  await assert.rejects(
    get('/a', 1, () => false),
    { code: 'forbidden-address' },
  )
})

test('private addresses: literal, behind a name, and behind a redirect', async () => {
  let requests = 0
  await using server = await serve((_, response) => {
    requests++
    response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end()
  })
  const resolve = async () => [{ address: '127.0.0.1', family: 4 }]
  await using strict = client({ allowPrivateHosts: false, resolve })
  for (const url of [server.url, 'http://[::1]:1/', `http://localhost.example:${server.port}/`]) {
    await assert.rejects(strict.http.request(url, { maxBytes: 1 }), { code: 'forbidden-address' }, url)
  }
  assert.equal(requests, 0)
  await using lenient = client({ allowPrivateHosts: [server.host] })
  await assert.rejects(lenient.http.request(server.url, { maxBytes: 1, maxRedirects: 1 }), {
    code: 'forbidden-address',
    message: /169\.254\.169\.254 is not a public address: link-local/,
  })
  assert.equal(requests, 1)
})

test('one private address among public ones is enough to refuse a name', async () => {
  const resolve = async () => [
    { address: '8.8.8.8', family: 4 },
    { address: '::1', family: 6 },
  ]
  await using c = client({ allowPrivateHosts: false, resolve })
  await assert.rejects(c.http.request('http://mixed.example/', { maxBytes: 1 }), {
    code: 'forbidden-address',
  })
})

test('names that do not exist, and what is no URL', async () => {
  const resolve = () =>
    Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND gone.example'), { code: 'ENOTFOUND' }))
  await using c = client({ allowPrivateHosts: false, resolve })
  await assert.rejects(c.http.request('https://gone.example/', { maxBytes: 1 }), {
    code: 'retry-later',
    message: /ENOTFOUND/,
  })
  assert.deepEqual(c.slept, [])
  await assert.rejects(c.http.request('not a url', { maxBytes: 1 }), { code: 'malformed' })
})

test('the rate limiter counts each hop and learns of throttling', async () => {
  const calls: string[] = []
  const rateLimiter = {
    acquire: async (host: string) => void calls.push(`acquire ${host}`),
    throttled: async (host: string, ms = 0) => void calls.push(`throttled ${host} ${ms}`),
  }
  await using server = await serve((request, response) => {
    if (request.url === '/busy') response.writeHead(429, { 'retry-after': '120' }).end()
    else response.writeHead(302, { location: '/busy' }).end()
  })
  await using c = client({ rateLimiter })
  await assert.rejects(c.http.request(server.url, { maxBytes: 1, maxRedirects: 1 }), { code: 'retry-later' })
  assert.deepEqual(calls, [
    `acquire ${server.host}`,
    `acquire ${server.host}`,
    `throttled ${server.host} 120000`,
  ])
})

test('which answers are tried again, and which of them are about our pace', () => {
  const now = Date.UTC(2026, 10, 24, 12, 0, 0)
  const busy = (status: number, headers = {}) => busyAnswer(status, headers, now)
  for (const status of [200, 301, 401, 403, 404, 410, 501, 505]) assert.equal(busy(status), null)
  assert.deepEqual(busy(500), { throttled: false, retryAfterMs: undefined })
  assert.deepEqual(busy(502, { 'retry-after': '3' }), { throttled: true, retryAfterMs: 3000 })
  assert.deepEqual(busy(503), { throttled: true, retryAfterMs: undefined })
  assert.deepEqual(busy(429, { 'retry-after': '5' }), { throttled: true, retryAfterMs: 5000 })
  assert.deepEqual(busy(403, { 'retry-after': '60' }), { throttled: true, retryAfterMs: 60_000 })
  const reset = String(now / 1000 + 90)
  const spent = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }
  assert.deepEqual(busy(403, spent), { throttled: true, retryAfterMs: 90_000 })
  assert.equal(busy(403, { 'x-ratelimit-remaining': '12', 'x-ratelimit-reset': reset }), null)
  assert.deepEqual(busy(429, { ...spent, 'x-ratelimit-reset': 'soon' }), {
    throttled: true,
    retryAfterMs: undefined,
  })
})

test('Retry-After', () => {
  const now = Date.UTC(2026, 10, 24, 12, 0, 0)
  assert.equal(parseRetryAfter(undefined, now), undefined)
  assert.equal(parseRetryAfter('120', now), 120_000)
  assert.equal(parseRetryAfter('Tue, 24 Nov 2026 12:00:30 GMT', now), 30_000)
  assert.equal(parseRetryAfter('Tue, 24 Nov 2026 11:00:00 GMT', now), 0)
  assert.equal(parseRetryAfter('99999999999999', now), 86_400_000)
  for (const nonsense of ['', '-5', '1.5', 'soon', 'May 2026'])
    assert.equal(parseRetryAfter(nonsense, now), undefined)
})
