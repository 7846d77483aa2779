import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { readConfig } from '@mirrorwatch/pipeline/config/config'
import { createLogger } from '@mirrorwatch/pipeline/observe/log'
import { createMetrics } from '@mirrorwatch/pipeline/observe/metrics'
import { openRoleDatabases, type RoleDatabases } from '@mirrorwatch/store/connect/roles'
import { createAccess } from '../src/access/access.ts'
import { createToken } from '../src/access/tokens.ts'
import type { WebContext } from '../src/context.ts'
import { createApp } from '../src/server/app.ts'
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

  test('every page and API route but the sign-in is closed to strangers', async () => {
    const open = [/^\/sign-in/, /^\/sign-out$/, /^\/enter$/, /^\/assets\//, /^\/healthz$/, /\*$/]
    const { databases, clock } = { databases: {} as RoleDatabases, clock: () => new Date() }
    const context = {
      config: readConfig({}, lab.folder),
      log: createLogger('silent'),
      clock,
      databases,
      clients: {} as WebContext['clients'],
      metrics: createMetrics(),
    }
    const app = createApp(
      context,
      createAccess(context, 1, () => undefined),
    )
    const routes = app.routes.filter(
      ({ method, path: where }) => method !== 'ALL' && !open.some((each) => each.test(where)),
    )
    assert.ok(routes.length > 40, `${routes.length}`)
    for (const { method, path: where } of routes) {
      const url = `${server.url}${where.replaceAll(/:\w+(\{[^}]*\})?/g, '1')}`
      const { status } = await ask(url, { method, headers: { origin: server.url } })
      assert.ok(status === 401 || status === 303, `${method} ${where}: ${status}`)
    }
  })

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
