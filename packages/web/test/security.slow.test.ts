import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { openRoleDatabases } from '@mirrorwatch/store/connect/roles'
import { buildZip } from '@mirrorwatch/testing/go/zip-builder'
import { insertModules, NOW } from '@mirrorwatch/testing/store/databases'
import { createToken } from '../src/access/tokens.ts'
import type { WebDeps } from '../src/server/serve.ts'
import { startOidcIssuer } from './oidc-issuer.ts'
import { ask, cookieOf, enter, type LabServer, openWebLab, type WebLab } from './web-lab.ts'

suite('the page against strangers', () => {
  let lab: WebLab
  let server: LabServer
  let cookie: string
  before(async () => {
    lab = await openWebLab()
    server = await lab.start()
    cookie = await enter(server)
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
    await lab[Symbol.asyncDispose]()
  })

  /** Sends raw bytes and returns all that comes back until the server closes. */
  async function raw(text: string): Promise<string> {
    const { hostname, port } = new URL(server.url)
    const socket = connect(Number(port), hostname)
    let answer = ''
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
    socket.on('error', () => undefined)
    socket.write(text)
    await once(socket, 'close')
    return answer
  }

  test('a write that another site causes is refused', async () => {
    const post = (headers: Record<string, string>) =>
      ask(`${server.url}/api/v1/findings/1/decision`, {
        method: 'POST',
        headers: { cookie, 'content-type': 'application/json', ...headers },
        body: '{"status":"open","reason":"x"}',
      })
    for (const origin of [
      'https://evil.example',
      'null',
      `${server.url}.evil.example`,
      server.url.replace('http', 'https'),
    ]) {
      assert.equal((await post({ origin })).status, 403, origin)
    }
    assert.equal((await post({})).status, 403)
    assert.equal((await post({ authorization: 'Basic x' })).status, 403)
    assert.equal((await post({ origin: server.url })).status, 404)
  })

  test('a name that is made to lead here is refused, before anything is read', async () => {
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example:80',
      'evil.example:8417',
    ]) {
      const { status } = await ask(server.url, { headers: { host, cookie } })
      assert.ok(status === 421 || status === 400, `${host}: ${status}`)
    }
    assert.equal((await ask(server.url, { headers: { host: 'localhost:8417', cookie } })).status, 200)
  })

  test('static files come from one folder', async () => {
    for (const name of [
      '../assets.ts',
      '..%2fassets.ts',
      '%2e%2e%2fassets.ts',
      '....//assets.ts',
      'mirrorwatch.css%00.js',
      '/etc/passwd',
      'constructor',
      '__proto__',
    ]) {
      const answer = await raw(`GET /assets/${name} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
      assert.match(answer, /^HTTP\/1\.1 (404|401|400|303)/, name)
      assert.ok(!answer.includes('import '), name)
    }
  })

  test('smuggled and malformed requests are refused', async () => {
    const head = `POST /sign-out HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nOrigin: ${server.url}\r\n`
    for (const text of [
      `${head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      `${head}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd`,
      `${head}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
      'GET / HTTP/1.1\r\nConnection: close\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: localhost\r\nX: a\nb: c\r\nConnection: close\r\n\r\n',
      `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`,
    ]) {
      assert.match(await raw(text), /^HTTP\/1\.1 (400|431)/, text.slice(0, 120))
    }
  })

  test('a body beyond the limit is refused, with or without its length', async () => {
    const headers = { cookie, origin: server.url, 'content-type': 'text/plain' }
    const body = 'x'.repeat(9 * 1024 * 1024)
    const withLength = await ask(`${server.url}/api/v1/verify`, {
      method: 'POST',
      headers: { ...headers, 'content-length': String(body.length) },
      body,
    })
    assert.equal(withLength.status, 413)
    const chunked = await ask(`${server.url}/api/v1/verify`, {
      method: 'POST',
      headers: { ...headers, 'transfer-encoding': 'chunked' },
      body,
    })
    assert.equal(chunked.status, 413)
  })

  test('a client that sends its headers slowly is cut off', { timeout: 60_000 }, async () => {
    const began = performance.now()
    const answer = await raw('GET / HTTP/1.1\r\nHost: localhost\r\nX: ')
    const seconds = (performance.now() - began) / 1000
    assert.ok(seconds > 9 && seconds < 50, `${seconds} s`)
    assert.match(answer, /^HTTP\/1\.1 408/)
  })

  test('slow readers and slow writers keep nobody else waiting', { timeout: 60_000 }, async () => {
    const { hostname, port } = new URL(server.url)
    const head = `Host: localhost\r\nCookie: ${cookie}\r\n`
    const slow = Array.from({ length: 120 }, (_, at) => {
      const socket = connect(Number(port), hostname)
      socket.on('error', () => undefined)
      if (at % 3 === 0) socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nX: ')
      else if (at % 3 === 1)
        socket.write(
          `POST /api/v1/verify HTTP/1.1\r\n${head}Origin: ${server.url}\r\nContent-Type: text/plain\r\nContent-Length: 1000000\r\n\r\nx`,
        )
      else {
        socket.pause()
        socket.write(`GET /api/v1/openapi.json HTTP/1.1\r\n${head}\r\n`.repeat(3))
      }
      return socket
    })
    const dripping = setInterval(() => slow.forEach((socket, at) => at % 3 < 2 && socket.write('x')), 200)
    try {
      for (let at = 0; at < 20; at++) {
        const began = performance.now()
        const { status } = await ask(`${server.url}/findings`, { headers: { cookie } })
        assert.equal(status, 200)
        assert.ok(performance.now() - began < 3_000, `request ${at} took ${performance.now() - began} ms`)
      }
    } finally {
      clearInterval(dripping)
      for (const socket of slow) socket.destroy()
    }
  })

  test('a client with hundreds of requests does not delay others', { timeout: 60_000 }, async () => {
    const file = path.join(lab.folder, 'two-tokens')
    const made = ['busy', 'other'].map((name) => createToken(name, 'reader', new Date('2099-01-01')))
    writeFileSync(file, made.map(({ line }) => line).join('\n'))
    await using open = await lab.start({ MIRRORWATCH_WEB_TOKENS_FILE: file })
    const { hostname, port } = new URL(open.url)
    const [busy = '', other = ''] = made.map(({ secret }) => `Bearer ${secret}`)
    const request = `GET /findings HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${busy}\r\n\r\n`
    let answers = 0
    const send = (requests: number): Socket => {
      const socket = connect(Number(port), hostname)
      socket.on('data', (chunk: Buffer) => (answers += chunk.toString().split('HTTP/1.1 200').length - 1))
      socket.on('error', () => undefined)
      socket.write(request.repeat(requests))
      return socket
    }
    for (const { connections, requests } of [
      { connections: 25, requests: 32 },
      { connections: 200, requests: 2 },
    ]) {
      answers = 0
      const sockets = Array.from({ length: connections }, () => send(requests))
      await once(sockets[0] as Socket, 'data')
      const before = answers
      const { status } = await ask(`${open.url}/findings`, { headers: { authorization: other } })
      assert.equal(status, 200)
      const overtaken = `${answers - before} were answered before it, of ${connections} connections`
      assert.ok(answers - before < 80, overtaken)
      for (const socket of sockets) socket.destroy()
    }
    const ahead = send(100)
    await once(ahead, 'close')
    assert.equal((await ask(`${open.url}/findings`, { headers: { authorization: busy } })).status, 200)
  })

  test('only files that a zip lists are served, for any address', async () => {
    const content = 'package a\n'
    const zip = buildZip({ entries: [{ name: 'example.com/m@v1.0.0/a.go', content }] })
    const proxy = {
      zip: () => Promise.resolve(zip),
      zipDirectory: () => Promise.resolve([{ name: 'a.go', size: content.length, crc32: 0 }]),
    }
    const clients = { proxy, verify: { sumdb: null } } as unknown as WebDeps['clients']
    await using zips = await lab.start({}, undefined, clients)
    const [id = 0] = await insertModules(lab.store, 'example.com/m')
    const version = { module_id: id, version: 'v1.0.0', cached_at: NOW, zip_sum: null, gomod_sum: null }
    await lab.store.db.insertInto('version').values(version).execute()
    const headers = { cookie: await enter(zips), accept: 'text/html' }
    const file = (name: string) => ask(`${zips.url}/zips/example.com/m/@v/v1.0.0/${name}`, { headers })
    assert.equal((await file('a.go')).status, 200)
    for (const name of [
      '../a.go',
      '..%2fa.go',
      '%2e%2e/%2e%2e/etc/passwd',
      '%252e%252e/a.go',
      '..%5c..%5cetc%5cpasswd',
      '/etc/passwd',
      '%2fetc%2fpasswd',
      'a.go%00.txt',
      'A.GO',
      '%c0%ae%c0%ae/a.go',
      'a.go/',
      '__proto__',
    ]) {
      const { status, text } = await file(name)
      assert.equal(status, 404, `${name}: ${status}`)
      assert.ok(!text.includes('root:'), name)
    }
  })

  test('every answer forbids inline code, framing and sniffing', async () => {
    for (const where of ['/', '/nowhere', '/sign-in', '/api/v1/findings', '/assets/mirrorwatch.css']) {
      const { headers } = await ask(`${server.url}${where}`, { headers: { cookie, accept: 'text/html' } })
      const policy = String(headers['content-security-policy'])
      assert.match(policy, /default-src 'none'.*frame-ancestors 'none'/, where)
      assert.ok(!/unsafe|https?:|data:|\*/.test(policy), policy)
      assert.equal(headers['x-content-type-options'], 'nosniff', where)
    }
  })

  test('a person signs in at the issuer, with the role of the group', async () => {
    await using issuer = await startOidcIssuer('mirrorwatch')
    await using open = await lab.start({
      MIRRORWATCH_OIDC_ISSUER: issuer.url,
      MIRRORWATCH_OIDC_CLIENT_ID: 'mirrorwatch',
      MIRRORWATCH_OIDC_CLIENT_SECRET: 'secret',
      MIRRORWATCH_PUBLIC_URL: 'http://127.0.0.1:1',
      MIRRORWATCH_AUTH_ROLES: 'security=triage',
    })
    const signIn = async (claims: Record<string, unknown>, change = (back: URL) => back) => {
      issuer.claims = claims
      const begun = await ask(`${open.url}/sign-in/oidc?to=/findings`)
      const issued = await ask(String(begun.headers['location']))
      const back = change(new URL(String(issued.headers['location'])))
      return ask(`${open.url}${back.pathname}${back.search}`, { headers: { cookie: cookieOf(begun) } })
    }
    const ann = { sub: '1', email: 'ann@example.com', email_verified: true, groups: ['security'] }
    const signedIn = await signIn(ann)
    assert.deepEqual([signedIn.status, signedIn.headers['location']], [303, '/findings'])
    const sessions = await lab.store.db
      .selectFrom('web_session')
      .select(['name', 'role', 'via'])
      .where('via', '=', 'oidc')
      .execute()
    assert.deepEqual(sessions, [{ name: 'ann@example.com', role: 'triage', via: 'oidc' }])
    assert.equal((await signIn({ ...ann, groups: ['sales'] })).status, 403)
    assert.equal((await signIn({ ...ann, aud: 'another' })).status, 403)
    assert.equal((await signIn({ ...ann, nonce: 'another' })).status, 403)
    const tampered = (back: URL): URL => {
      back.searchParams.set('state', 'x')
      return back
    }
    assert.equal((await signIn(ann, tampered)).status, 403)
    assert.equal((await ask(`${open.url}/sign-in/oidc/callback?code=x&state=y`)).status, 403)
  })

  test('a token of a reader cannot write, even where the page would let it through', async () => {
    const file = path.join(lab.folder, 'tokens')
    const { secret, line } = createToken('ro', 'reader', new Date('2099-01-01'))
    writeFileSync(file, line)
    await using tokens = await lab.start({ MIRRORWATCH_WEB_TOKENS_FILE: file })
    await using databases = await openRoleDatabases(lab.store)
    const db = databases.reader
    await assert.rejects(db.deleteFrom('allow_entry').execute(), { code: 'refused' })
    await assert.rejects(db.selectFrom('web_session').select('name').execute(), { code: 'refused' })
    assert.deepEqual(await db.selectFrom('allow_entry').select('id').execute(), [])
    await assert.rejects(databases.triage.deleteFrom('finding').execute(), { code: 'refused' })
    assert.equal((await ask(tokens.url, { headers: { authorization: `Bearer ${secret}` } })).status, 200)
  })
})
