import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { createHmac, timingSafeEqual } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { readConfig } from '@mirrorwatch/pipeline/config/config'
import type { Store } from '@mirrorwatch/store/connect/connect'
import { saveFindings } from '@mirrorwatch/store/tables/findings'
import { watchPaths } from '@mirrorwatch/store/watch/entries'
import { aFinding, campaignOf } from '@mirrorwatch/testing/findings/findings'
import { openTestStore, type TestStore } from '@mirrorwatch/testing/store/databases'
import { createHttpClient } from '@mirrorwatch/upstream/http/client'
import { alertContent } from '../src/alerts/content.ts'
import { type AlertDeps, sendDueAlerts } from '../src/alerts/send.ts'
import { post, signatureOf } from '../src/alerts/webhook.ts'
import type { Delivered } from '../src/delivery/deliver.ts'

const SEEN = '2026-11-24T12:00:00.000000Z'
const NOW = new Date('2026-11-24T12:10:00Z')
const SECRET = 'a secret of some length'
const PAY_SECRET = 'another-secret-of-some-length'

const folder = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-alerts-'))
const received: { url: string; headers: IncomingHttpHeaders; body: string }[] = []
let answer = 204
const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    received.push({
      url: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    })
    response.writeHead(answer, answer === 302 ? { location: '/elsewhere' } : {}).end()
  })
})
// The same tests run on Postgres from a file of their own.
const engine = process.env['MIRRORWATCH_TEST_ENGINE'] === 'postgres' ? 'postgres' : 'embedded'
let own: TestStore
let store: Store
let config: ReturnType<typeof readConfig>

before(async () => {
  own = await openTestStore(engine)
  store = own.store
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  config = readConfig(
    {
      MIRRORWATCH_WEBHOOK_URL: `http://127.0.0.1:${port}/hook`,
      MIRRORWATCH_WEBHOOK_SECRET: SECRET,
    },
    folder,
  )
})

after(async () => {
  await own.drop()
  await new Promise<void>((resolve) => server.close(() => resolve()))
  rmSync(folder, { recursive: true, force: true })
})

async function found(module: string, campaign: string, severity: 'high' | 'medium' = 'high'): Promise<void> {
  const { id } = await store.db
    .insertInto('module')
    .values({ path: module, first_cached_at: SEEN, last_cached_at: SEEN })
    .returning('id')
    .executeTakeFirstOrThrow()
  const signals = [{ rule: 'campaign' as const, version: null, evidence: campaignOf(campaign) }]
  await store.db
    .transaction()
    .execute((trx) =>
      saveFindings(
        trx,
        id,
        [{ target: null, severity, summary: 'naïve <!channel>', signals, because: [] }],
        SEEN,
      ),
    )
}

const clock = (): Date => NOW

function alertsAt(deps: AlertDeps, now: Date): Promise<Delivered> {
  return sendDueAlerts({ ...deps, clock: () => now })
}

/** Written from docs/operations.md alone. */
function verifies(secret: string, header: string, body: string): boolean {
  const [, seconds, hex] = /^t=(\d+),v1=([0-9a-f]+)$/.exec(header) ?? []
  const expected = createHmac('sha256', Buffer.from(secret, 'utf8'))
    .update(Buffer.concat([Buffer.from(`${seconds}.`), Buffer.from(body)]))
    .digest()
  const given = Buffer.from(hex ?? '', 'hex')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

test('recipients of a watch entry get mail about what it names, from its severity on', async () => {
  await using http = createHttpClient({ userAgent: 'test', allowPrivateHosts: ['127.0.0.1'], retries: 0 })
  const sent: string[] = []
  const mailer = {
    from: 'mw@example.com',
    send: async ({ to, text }: { to?: unknown; text?: unknown }) => {
      sent.push(`${(to as { address: string }).address} ${String(text).includes('watched')}`)
    },
  } as unknown as AlertDeps['mailer']
  const quiet = { ...config, webhook: null }
  const deps = { db: store.db, config: quiet, mailer, http, clock }
  await found('watched.example/a/b', 'w1', 'medium')
  await found('other.example/a/b', 'w2', 'medium')
  assert.deepEqual(await alertsAt(deps, NOW), { sent: [], failed: [] })
  const request = {
    source: null,
    channels: [] as string[],
    reason: 'ours',
    author: 'ann',
    via: 'api',
    minSeverity: 'medium',
  } as const
  const watch = (paths: string[], mail: string[], minSeverity: 'medium' | 'high' = 'medium') =>
    store.db.transaction().execute((trx) => watchPaths(trx, { ...request, paths, mail, minSeverity }, NOW))
  await watch(['watched.example/a'], ['Ann@example.com'])
  await watch(['watched.example/a/b'], ['bob@example.com'], 'high')
  await alertsAt(deps, NOW)
  await alertsAt(deps, new Date(NOW.getTime() + 60_000))
  assert.deepEqual(sent, ['ann@example.com true'])

  const hook = config.webhook?.url ?? ''
  const channels = readConfig(
    { MIRRORWATCH_ALERT_CHANNELS: `# ours\nchat slack ${hook}-chat\npay webhook ${hook}-pay ${PAY_SECRET}` },
    folder,
  ).channels
  await found('watched.example/c/d', 'w3', 'medium')
  await store.db
    .transaction()
    .execute((trx) =>
      watchPaths(
        trx,
        { ...request, paths: ['watched.example/c'], mail: [], channels: ['chat', 'pay', 'gone'] },
        NOW,
      ),
    )
  const done = await alertsAt({ ...deps, mailer: null, config: { ...quiet, channels } }, NOW)
  assert.deepEqual(done.sent.map(({ channel, recipient }) => `${channel} ${recipient}`).toSorted(), [
    'slack chat',
    'webhook pay',
  ])
  const calls = received.splice(0)
  assert.deepEqual(calls.map(({ url }) => url).toSorted(), ['/hook-chat', '/hook-pay'])
  const paid = calls.find(({ url }) => url === '/hook-pay')
  assert.ok(verifies(PAY_SECRET, String(paid?.headers['x-mirrorwatch-signature']), paid?.body ?? ''))
  for (const wrong of [
    'a.b slack https://x.example',
    'a webhook https://x.example',
    'a slack ftp://x',
    'a mail x',
  ])
    assert.throws(() => readConfig({ MIRRORWATCH_ALERT_CHANNELS: wrong }, folder), { code: 'bad-config' })
})

test('a campaign is one alert, signed as documented, tried again after a redirect, and sent once', async () => {
  await using http = createHttpClient({ userAgent: 'test', allowPrivateHosts: ['127.0.0.1'], retries: 0 })
  const deps = { db: store.db, config, mailer: null, http, clock }
  await found('evil.example/a', 'c1')
  await found('evil.example/b', 'c1')
  answer = 302
  const first = await alertsAt(deps, NOW)
  assert.equal(first.failed.length, 1)
  assert.match(first.failed[0]?.lastError ?? '', /answered 302/)
  answer = 204
  const later = new Date(NOW.getTime() + 6 * 60_000)
  assert.equal((await alertsAt(deps, later)).sent.length, 1)
  assert.equal((await alertsAt(deps, later)).sent.length, 0)
  assert.deepEqual(
    received.map(({ url }) => url),
    ['/hook', '/hook'],
    'the redirect was not followed',
  )
  const [one, two] = received
  assert.ok(one && two)
  assert.equal(one.headers['x-mirrorwatch-id'], two.headers['x-mirrorwatch-id'])
  const signature = String(two.headers['x-mirrorwatch-signature'])
  assert.ok(verifies(SECRET, signature, two.body))
  assert.ok(!verifies(SECRET, signature, `${two.body} `))
  assert.ok(!verifies(`${SECRET}!`, signature, two.body))
  const { count, group } = JSON.parse(two.body) as { count: number; group: string }
  assert.deepEqual({ count, group }, { count: 2, group: 'campaign:c1' })
})

test('new versions do not hold an alert back: it comes two minutes after the severity was reached', async () => {
  await using http = createHttpClient({ userAgent: 'test', allowPrivateHosts: ['127.0.0.1'], retries: 0 })
  const start = NOW.getTime() + 3_600_000
  const { id } = await store.db
    .insertInto('module')
    .values({ path: 'evil.example/busy', first_cached_at: SEEN, last_cached_at: SEEN })
    .returning('id')
    .executeTakeFirstOrThrow()
  const sentAfter: number[] = []
  for (let seconds = 0; seconds <= 300; seconds += 45) {
    const now = new Date(start + seconds * 1000)
    const signals = Array.from({ length: 1 + seconds / 45 }, (_, minor) => ({
      rule: 'sum-disagrees' as const,
      version: `v1.${minor}.0`,
      evidence: { zip: 'h1:a=', signed: 'h1:b=' },
    }))
    // The first version alone is only medium.
    const severity = seconds === 0 ? ('medium' as const) : ('high' as const)
    await store.db
      .transaction()
      .execute((trx) =>
        saveFindings(trx, id, [{ target: null, severity, summary: 'x', signals, because: [] }], now),
      )
    const { sent } = await alertsAt({ db: store.db, config, mailer: null, http, clock }, now)
    if (sent.length > 0) sentAfter.push(seconds)
  }
  assert.deepEqual(sentAfter, [180], 'high from second 45 on, two minutes are over at 165')
})

test('what joins a campaign waits a day; a private address is refused', async () => {
  await using http = createHttpClient({ userAgent: 'test', retries: 0 })
  const deps = { db: store.db, config, mailer: null, http, clock }
  await found('evil.example/c', 'c1')
  const soon = new Date(NOW.getTime() + 3_600_000)
  assert.deepEqual(await alertsAt(deps, soon), { sent: [], failed: [] })
  const nextDay = new Date(NOW.getTime() + 25 * 3_600_000)
  const { failed } = await alertsAt(deps, nextDay)
  assert.match(failed[0]?.lastError ?? '', /not a public address/)
})

test('chat cannot be made to mention people or to show another link', () => {
  const at = SEEN
  const finding = aFinding({
    id: 7,
    module: 'evil.example/<!channel>/@here',
    target: '<https://evil.example|github.com/boltdb/bolt>',
    summary: '&<!everyone>\u202e\u200b '.repeat(400),
  })
  const alert = { id: 1, key: 'campaign:c1', createdAt: at, count: 12, findingIds: [7] }
  const { slack, text, subject, json } = alertContent(alert, [finding], null)
  const { text: chat } = JSON.parse(slack) as { text: string }
  assert.doesNotMatch(chat, /[<>\u202e\u200b]/)
  assert.doesNotMatch(chat, /&(?!amp;|lt;|gt;)/)
  assert.match(chat, /&lt;!channel&gt;/)
  assert.ok(chat.length <= 4_000, `${chat.length} characters`)
  assert.doesNotMatch(text, /https:\/\/|evil\.example/)
  assert.match(text, /… and 11 more\./)
  assert.match(subject, /^mirrorwatch: 12 findings up to critical, campaign c1$/)
  assert.equal((JSON.parse(json) as { findings: { module: string }[] }).findings[0]?.module, finding.module)
})

test('errors do not tell the address of a webhook, which is a secret', async () => {
  await using http = createHttpClient({ userAgent: 'test', allowPrivateHosts: ['127.0.0.1'], retries: 0 })
  const { port } = server.address() as { port: number }
  answer = 503
  const url = `http://name:word@127.0.0.1:${port}/services/T00/B00/geheim?key=auch-geheim`
  await assert.rejects(post(http, url, '{}', {}), ({ message }: Error) => {
    return /could not be reached: .*503/.test(message) && !/geheim|T00|word/.test(message)
  })
  await using guarded = createHttpClient({ userAgent: 'test', retries: 0 })
  await assert.rejects(post(guarded, url, '{}', {}), ({ message }: Error) => !/geheim|T00|word/.test(message))
})

/** Written from docs/operations.md alone, by which a receiver checks what comes. */
const PYTHON = `
import hashlib, hmac, sys
secret, header, now, body = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.stdin.buffer.read()
fields = dict(part.split("=", 1) for part in header.split(","))
mac = hmac.new(secret.encode(), fields["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
fresh = abs(now - int(fields["t"])) <= 300
print("taken" if hmac.compare_digest(mac, fields["v1"]) and fresh else "refused")
`

const noPython = spawnSync('python3', ['--version']).status === 0 ? false : 'there is no python3'

test('another language verifies the signature from the documentation', { skip: noPython }, () => {
  const body = JSON.stringify({ text: 'naïve \u2028 <!channel>' })
  const header = signatureOf(SECRET, body, NOW)
  const seconds = NOW.getTime() / 1000
  const python = (...[secret, now, input]: [string, number, string]): string =>
    execFileSync('python3', ['-c', PYTHON, secret, header, String(now), ''], { input })
      .toString()
      .trim()
  assert.equal(python(SECRET, seconds + 299, body), 'taken')
  assert.equal(python(SECRET, seconds + 301, body), 'refused')
  assert.equal(python(SECRET, seconds - 301, body), 'refused')
  assert.equal(python(SECRET, seconds, `${body} `), 'refused')
  assert.equal(python(`${SECRET}!`, seconds, body), 'refused')
})
