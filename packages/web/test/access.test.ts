import assert from 'node:assert/strict'
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { sql } from 'kysely'
import { readLink } from '../src/access/link-file.ts'
import { createToken } from '../src/access/tokens.ts'
import { createAnnouncer } from '../src/server/announce.ts'
import { ask, cookieOf, enter, openWebLab, type WebLab } from './web-lab.ts'

const HTML = { accept: 'text/html' }

suite('who may enter', () => {
  let lab: WebLab
  let tokensFile: string
  before(async () => {
    lab = await openWebLab()
    tokensFile = path.join(lab.folder, 'tokens')
    writeFileSync(tokensFile, '# tokens\n\n')
  })
  after(() => lab[Symbol.asyncDispose]())

  function addToken(name: string, role: 'reader' | 'triage', expiresAt = new Date('2099-01-01')): string {
    const { secret, line } = createToken(name, role, expiresAt)
    appendFileSync(tokensFile, `${line}\n`)
    return secret
  }

  test('a one-time link works once, and the next one is another', async () => {
    await using server = await lab.start()
    const link = server.link()
    assert.equal((await ask(link, { method: 'HEAD' })).status, 204)
    const first = await ask(link)
    assert.equal(first.status, 303)
    assert.match(String(first.headers['set-cookie']), /; HttpOnly; SameSite=Lax$/)
    assert.notEqual(server.link(), link)
    assert.equal((await ask(link)).status, 403)
    const page = await ask(server.url, { headers: { cookie: cookieOf(first), ...HTML } })
    assert.equal(page.status, 200)
  })

  test('the link is kept for its owner alone, and shown on a terminal alone', async () => {
    const dataDir = path.join(lab.folder, '.mirrorwatch')
    const file = path.join(dataDir, 'web-link')
    {
      await using server = await lab.start()
      assert.equal(readFileSync(file, 'utf8'), `${server.link()}\n`)
      assert.equal(statSync(file).mode & 0o777, 0o600)
      await enter(server)
      assert.equal(readLink(dataDir), server.link())
    }
    assert.equal(readLink(dataDir), null)
    const url = 'http://127.0.0.1:8417/enter?code=secret'
    const shown = (isTTY: boolean, isOneTime = true): string => {
      const lines: string[] = []
      const announce = createAnnouncer({ isTTY, write: (text) => lines.push(text) })
      announce(url, isOneTime)
      announce(`${url}2`, isOneTime)
      return lines.join('')
    }
    assert.equal(shown(true), `The page: ${url}\n`)
    assert.equal(shown(false, false), `The page: ${url}\n`)
    assert.equal(
      shown(false),
      'The page: http://127.0.0.1:8417. "mirrorwatch web link" prints the link that opens it.\n',
    )
  })

  test('without a session a browser goes to the sign-in, a program gets 401', async () => {
    await using server = await lab.start()
    const page = await ask(`${server.url}/findings?x=1`, { headers: HTML })
    assert.deepEqual([page.status, page.headers['location']], [303, '/sign-in?to=%2Ffindings%3Fx%3D1'])
    const api = await ask(`${server.url}/api/v1/findings`, { headers: HTML })
    assert.deepEqual([api.status, api.headers['content-type']], [401, 'application/problem+json'])
    const forged = await ask(server.url, {
      headers: { cookie: 'mirrorwatch-1=x; __Host-mirrorwatch=x', ...HTML },
    })
    assert.equal(forged.status, 303)
  })

  test('a session ends by sign-out, and after twelve hours', async () => {
    let now = new Date('2026-11-24T20:00:00Z')
    await using server = await lab.start({}, () => now)
    const headers = { cookie: await enter(server), origin: server.url }
    assert.equal((await ask(server.url, { headers })).status, 200)
    now = new Date('2026-11-25T08:00:01Z')
    assert.equal((await ask(server.url, { headers })).status, 401)
    const cookie = await enter(server)
    await ask(`${server.url}/sign-out`, { method: 'POST', headers: { ...headers, cookie } })
    assert.equal((await ask(server.url, { headers: { cookie } })).status, 401)
    const { rows } = await sql<{
      n: number
    }>`select count(*)::int as n from web_session where expires_at < ${now.toISOString()}`.execute(
      lab.store.db,
    )
    assert.equal(rows[0]?.n, 0)
  })

  test('a token opens the API, and a session until it is taken away', async () => {
    const secret = addToken('ann', 'triage')
    await using server = await lab.start({ MIRRORWATCH_WEB_TOKENS_FILE: tokensFile })
    const bearer = (token: string) => ask(server.url, { headers: { authorization: `Bearer ${token}` } })
    assert.equal((await bearer(secret)).status, 200)
    assert.equal((await bearer(`${secret.slice(0, -1)}x`)).status, 401)
    assert.equal((await bearer(addToken('old', 'triage', new Date('2020-01-01')))).status, 401)
    const used = await lab.store.db.selectFrom('token_use').select('name').execute()
    assert.deepEqual(used, [{ name: 'ann' }])
    assert.equal((await ask(`${server.url}/enter?code=x`)).status, 401)

    const signedIn = await ask(`${server.url}/sign-in`, {
      method: 'POST',
      headers: { origin: server.url, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ token: secret, to: '//evil.example' }).toString(),
    })
    assert.deepEqual([signedIn.status, signedIn.headers['location']], [303, '/'])
    const headers = { cookie: cookieOf(signedIn) }
    assert.equal((await ask(server.url, { headers })).status, 200)
    writeFileSync(tokensFile, '# none\n')
    assert.equal((await ask(server.url, { headers })).status, 401)
    assert.equal((await bearer(secret)).status, 401)
  })

  test('after ten failures an address waits', async () => {
    let now = new Date('2026-11-24T20:00:00Z')
    const secret = addToken('bob', 'reader')
    await using server = await lab.start({ MIRRORWATCH_WEB_TOKENS_FILE: tokensFile }, () => now)
    const bearer = (token: string) => ask(server.url, { headers: { authorization: `Bearer ${token}` } })
    for (let at = 0; at < 10; at++) assert.equal((await bearer('wrong')).status, 401)
    const refused = await bearer(secret)
    assert.deepEqual([refused.status, refused.headers['retry-after']], [429, '300'])
    now = new Date('2026-11-24T20:05:00Z')
    assert.equal((await bearer(secret)).status, 200)
  })

  test('a proxy names the person, once, from its network alone', async () => {
    const env = {
      MIRRORWATCH_AUTH_PROXY_HEADER: 'X-Forwarded-User',
      MIRRORWATCH_AUTH_PROXY_GROUPS_HEADER: 'X-Forwarded-Groups',
      MIRRORWATCH_AUTH_ROLES: 'security=triage,staff=reader',
    }
    await using trusting = await lab.start({ ...env, MIRRORWATCH_AUTH_PROXY_NETWORKS: '127.0.0.0/8' })
    const as = async (headers: Record<string, string | string[]>, url = trusting.url) => {
      const { status, text } = await ask(url, { headers: { ...headers, ...HTML } })
      return status === 200 ? (/Signed in as [^,]+, \w+/.exec(text)?.[0] ?? 'in') : status
    }
    const security = { 'x-forwarded-user': 'ann', 'x-forwarded-groups': 'staff, security' }
    assert.notEqual(await as(security), 303)
    assert.equal(await as({ 'x-forwarded-user': 'ann' }), 303)
    assert.equal(await as({ ...security, 'x-forwarded-user': ['ann', 'root'] }), 303)
    assert.equal(await as({ ...security, 'x-forwarded-groups': ['staff', 'security'] }), 303)
    assert.equal(await as({ ...security, 'x-forwarded-user': 'an n' }), 303)
    await using other = await lab.start({ ...env, MIRRORWATCH_AUTH_PROXY_NETWORKS: '10.0.0.0/8' })
    assert.equal(await as(security, other.url), 303)
  })

  test('other machines are let in only where they can sign in', async () => {
    const listen = { MIRRORWATCH_WEB_LISTEN: '0.0.0.0:0' }
    await assert.rejects(lab.start(listen), { code: 'bad-config', message: /no way to sign in/ })
    const withTokens = { ...listen, MIRRORWATCH_WEB_TOKENS_FILE: tokensFile }
    await assert.rejects(lab.start(withTokens), {
      code: 'bad-config',
      message: /MIRRORWATCH_PUBLIC_URL is not set/,
    })
    const missing = { MIRRORWATCH_WEB_TOKENS_FILE: '/nonexistent' }
    await assert.rejects(lab.start(missing), { code: 'bad-config', message: /ENOENT/ })
    await using server = await lab.start({ ...withTokens, MIRRORWATCH_PUBLIC_URL: 'https://mw.example' })
    const at = (host: string) => ask(server.url, { headers: { host } })
    assert.equal((await at('mw.example')).status, 401)
    assert.equal((await at('attacker.example')).status, 421)
    const signedIn = await ask(`${server.url}/sign-in`, {
      method: 'POST',
      headers: {
        host: 'mw.example',
        origin: 'https://mw.example',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: `token=${addToken('eve', 'reader')}`,
    })
    assert.match(
      String(signedIn.headers['set-cookie']),
      /^__Host-mirrorwatch=[\w-]+; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
    assert.equal(signedIn.headers['strict-transport-security'], 'max-age=31536000')
  })
})
