import assert from 'node:assert/strict'
import { generateKeyPairSync, verify } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { DENY_FORMATS, type Denied } from '@mirrorwatch/notify/writers/deny-list'
import { saveFindings } from '@mirrorwatch/store/tables/findings'
import { insertModules, NOW } from '@mirrorwatch/testing/store/databases'
import { moveTag } from '@mirrorwatch/testing/store/moved-tag'
import { createToken } from '../src/access/tokens.ts'
import { type Answer, ask, enter, type LabServer, openWebLab, type WebLab } from './web-lab.ts'

suite('the API', () => {
  let lab: WebLab
  let server: LabServer
  const tokens = { reader: '', triage: '' }
  const denyKey = generateKeyPairSync('ed25519')
  let now = new Date('2026-11-28T08:00:00Z')

  before(async () => {
    lab = await openWebLab()
    const file = path.join(lab.folder, 'tokens')
    const made = (['reader', 'triage'] as const).map((role) => {
      const { secret, line } = createToken(`a-${role}`, role, new Date('2099-01-01'))
      tokens[role] = secret
      return line
    })
    writeFileSync(file, made.join('\n'))
    const paths = ['github.com/boltdb-go/bolt', 'github.com/x/y', 'github.com/x/z', 'example.com/w']
    for (const id of await insertModules(lab.store, ...paths)) {
      await lab.store.db.transaction().execute((trx) => saveFindings(trx, id, [DRAFT], NOW))
    }
    await lab.store.db
      .insertInto('version')
      .values({
        module_id: 1,
        version: 'v1.3.1',
        cached_at: NOW,
        zip_sum: Buffer.alloc(32, 1),
        gomod_sum: null,
      })
      .execute()
    const key = String(denyKey.privateKey.export({ type: 'pkcs8', format: 'pem' }))
    server = await lab.start({ MIRRORWATCH_WEB_TOKENS_FILE: file, MIRRORWATCH_DENY_KEY: key }, () => now)
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
    await lab[Symbol.asyncDispose]()
  })

  interface Call {
    as?: 'reader' | 'triage' | null
    body?: unknown
    headers?: Record<string, string>
    type?: string
  }

  function call(method: string, where: string, options: Call = {}): Promise<Answer> {
    const { as = 'triage', body, headers = {}, type = 'application/json' } = options
    return ask(`${server.url}/api/v1${where}`, {
      method: method.toUpperCase(),
      headers: {
        ...(as === null ? {} : { authorization: `Bearer ${tokens[as]}` }),
        ...(body === undefined ? {} : { 'content-type': type }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  }
  const json = (answer: Answer): Record<string, unknown> => JSON.parse(answer.text) as Record<string, unknown>

  test('findings come in pages with opaque cursors, and are filtered', async () => {
    const seen: unknown[] = []
    let next: string | null = null
    do {
      const cursor = next === null ? '' : `&cursor=${next}`
      const page = json(await call('get', `/findings?limit=3${cursor}`))
      seen.push(...(page['findings'] as { id: number }[]).map(({ id }) => id))
      next = page['next'] as string | null
    } while (next !== null)
    assert.deepEqual(seen, [4, 3, 2, 1])
    const withEvidence = async (query: string) => {
      const { findings } = json(await call('get', `/findings${query}`)) as {
        findings: { signals: object[] }[]
      }
      return findings.map(({ signals }) => signals.map((signal) => 'evidence' in signal))
    }
    assert.deepEqual(await withEvidence('?limit=1'), [[false]])
    assert.deepEqual(await withEvidence('?limit=1&evidence=true'), [[true]])
    const count = async (query: string) => json(await call('get', `/findings/count?${query}`))['count']
    assert.equal(await count('search=OLTDB-G'), 1)
    assert.equal(await count('owner=github.com/x&status=open,dismissed&severity=low'), 2)
    assert.equal(await count('severity=high'), 0)
    assert.equal(await count('rule=tag-moved&host=example.com&assignee=-'), 1)
    for (const wrong of [
      'severity=worst',
      'status=open,x',
      'limit=0',
      'module=no%20path',
      'cursor=zzz',
      'firstSeenSince=now',
    ]) {
      const refused = await call('get', `/findings?${wrong}`)
      assert.deepEqual(
        [refused.status, refused.headers['content-type']],
        [400, 'application/problem+json'],
        wrong,
      )
    }
  })

  test('a decision holds the ETag, the author is the signed-in person, and the second person gets a conflict', async () => {
    const { headers } = await call('get', '/findings/1')
    const etag = String(headers['etag'])
    assert.equal((await call('get', '/findings/1', { headers: { 'if-none-match': etag } })).status, 304)
    const body = { status: 'dismissed', reason: 'ours', kind: 'own', author: 'mallory' }
    const made = await call('post', '/findings/1/decision', { body, headers: { 'if-match': etag } })
    assert.deepEqual([made.status, json(made)['changed']], [200, [1]])
    const found = json(await call('get', '/findings/1'))
    assert.deepEqual([found['status'], found['decidedBy']], ['dismissed', 'a-triage'])
    const second = await call('post', '/findings/1/decision', {
      body: { status: 'confirmed', reason: 'bad' },
      headers: { 'if-match': etag },
    })
    assert.equal(second.status, 412)
    assert.match(String(json(second)['detail']), /it is dismissed, by a-triage/)
    const undone = await call('post', `/decisions/${String(json(made)['decisionId'])}/undo`)
    assert.deepEqual(json(undone)['restored'], [1])
    assert.equal(json(await call('get', '/findings/1'))['status'], 'open')
    assert.equal(
      (await call('post', '/findings/99/decision', { body: { status: 'open', reason: 'x' } })).status,
      404,
    )
  })

  test('a repeated request with its key changes nothing, another request with that key is refused', async () => {
    const send = (reason: string) =>
      call('post', '/findings/2/decision', {
        body: { status: 'confirmed', reason },
        headers: { 'idempotency-key': 'one' },
      })
    const first = await send('bad')
    assert.deepEqual(json(await send('bad')), json(first))
    const log = json(await call('get', '/decisions?author=a-triage&limit=500'))['decisions'] as {
      reason: string
    }[]
    assert.equal(log.filter(({ reason }) => reason === 'bad').length, 1)
    assert.equal((await send('worse')).status, 422)
  })

  test('one request decides on all findings that match', async () => {
    const body = {
      decision: { status: 'allowed', allow: 'owner', reason: 'partner', until: '2099-01-01' },
      filter: { owner: 'github.com/x', status: 'open' },
    }
    const answer = json(await call('post', '/decisions', { body }))
    assert.deepEqual(answer['changed'], [3])
    const entries = json(await call('get', '/allow'))['entries'] as Record<string, unknown>[]
    assert.deepEqual(
      entries.map(({ module, author, hits, lastHitAt }) => [module, author, hits, lastHitAt]),
      [['github.com/x', 'a-triage', 0, null]],
    )
    for (const wrong of [
      { decision: body.decision },
      { ...body, ids: [1] },
      { ids: [1], decision: { status: 'allowed', reason: 'x' } },
    ]) {
      assert.equal((await call('post', '/decisions', { body: wrong })).status, 400)
    }
  })

  test('a go.sum is compared with the stored hashes', async () => {
    const sum = `h1:${Buffer.alloc(32, 1).toString('base64')}`
    const other = `h1:${Buffer.alloc(32, 2).toString('base64')}`
    const line = (hash: string) =>
      `github.com/boltdb-go/bolt v1.3.1 ${hash}\ngolang.org/x/net v0.1.0 ${hash}\n`
    const good = json(await call('post', '/verify', { body: line(sum), type: 'text/plain' }))
    assert.deepEqual([good['agrees'], good['unknown'], good['lines']], [1, 1, []])
    const bad = json(await call('post', '/verify', { body: line(other), type: 'text/plain' }))
    const [wrong] = bad['lines'] as { module: string; verdict: string; storedSum: string }[]
    assert.deepEqual([wrong?.verdict, wrong?.storedSum], ['sum-disagrees', sum])
    assert.equal((bad['findings'] as unknown[]).length, 1)
    assert.equal((await call('post', '/verify', { body: 'x y\n', type: 'text/plain' })).status, 400)
  })

  test('the watch list marks what it names and what is below it', async () => {
    const body = { paths: ['github.com/boltdb'], reason: 'we build on it', mail: ['ann@example.com'] }
    assert.deepEqual(json(await call('post', '/watch', { body })), { paths: 1 })
    const watched = json(await call('get', '/findings?watched=true'))['findings'] as { id: number }[]
    assert.deepEqual(
      watched.map(({ id }) => id).toSorted((a, b) => a - b),
      [1, 2, 3, 4],
    )
    const one = json(await call('get', '/findings/1'))
    assert.deepEqual(one['watched'], ['github.com/boltdb'])
    assert.equal((await call('post', '/watch', { body: { ...body, channels: ['none'] } })).status, 400)
    assert.equal((await call('post', '/watch', { body: { ...body, paths: ['github.com'] } })).status, 400)
    await call('post', '/watch', { body: { ...body, paths: ['github.com/nobody'] } })
    const listed = json(await call('get', '/watch?limit=1'))
    const rest = json(await call('get', `/watch?limit=1&cursor=${String(listed['next'])}`))
    const hits = [listed, rest].flatMap(
      ({ entries }) => entries as { hits: number; lastHitAt: string | null }[],
    )
    assert.deepEqual(
      hits.map(({ hits: count, lastHitAt }) => [count, lastHitAt === null]),
      [
        [4, false],
        [0, true],
      ],
    )
    assert.equal(rest['next'], null)
    const [entry] = json(await call('get', '/watch'))['entries'] as { id: number }[]
    assert.equal((await call('delete', `/watch/${entry?.id}`)).status, 200)
    assert.deepEqual(json(await call('get', '/findings?watched=true'))['findings'], [])
    assert.equal((await call('delete', `/watch/${entry?.id}`)).status, 404)
  })

  test('a repository comes with its modules and the events of its tags', async () => {
    const url = 'https://github.com/x/y'
    const { db } = lab.store
    const { id } = await db.insertInto('repository').values({ url }).returning('id').executeTakeFirstOrThrow()
    await db.updateTable('module').set({ repository_id: id }).where('path', '=', 'github.com/x/y').execute()
    const moved = { kind: 'tag-moved', tag: 'v1.0.0', from_value: 'a', to_value: 'b' } as const
    await db
      .insertInto('repository_event')
      .values({ ...moved, repository_id: id, first_seen_at: NOW })
      .execute()
    const where = (of: string): string => `/repositories?url=${encodeURIComponent(of)}`
    const { modules, events } = json(await call('get', where(url), { as: 'reader' }))
    assert.deepEqual(modules, ['github.com/x/y'])
    const [event, ...more] = events as Record<string, unknown>[]
    assert.deepEqual(
      [event?.['kind'], event?.['tag'], event?.['from'], event?.['to']],
      ['tag-moved', 'v1.0.0', 'a', 'b'],
    )
    assert.deepEqual(more, [])
    assert.equal((await call('get', where('https://github.com/x/unknown'))).status, 404)
  })

  test('the timeline of a finding, and its page, tell when it was cached and when its tag moved', async () => {
    const { db } = lab.store
    const { id } = await db
      .selectFrom('module')
      .select('id')
      .where('path', '=', 'example.com/w')
      .executeTakeFirstOrThrow()
    const cached = { module_id: id, version: 'v1.0.0', cached_at: '2026-10-01T10:00:00Z' }
    await db.insertInto('version').values(cached).execute()
    await db.transaction().execute((trx) => moveTag(trx, id, 'https://example.com/w'))
    const answer = await call('get', `/findings/${id}/history`, { as: 'reader' })
    const { events, cached: versions } = json(answer) as { events: { tag: string }[]; cached: object[] }
    assert.deepEqual([events.map(({ tag }) => tag), versions.length], [['v1.0.0'], 1])
    await using open = await lab.start()
    const headers = { cookie: await enter(open) }
    const { text } = await ask(`${open.url}/findings/${id}`, { headers })
    const [, timeline = ''] = text.split('id="timeline-title"')
    assert.match(
      timeline,
      /the mirror cached v1\.0\.0.*tag v1\.0\.0 moved from a{12} to b{12} \(still a{12} on /s,
    )
  })

  test('the deny list is dated, signed, and unchanged for an hour', async () => {
    const list = (format = '', headers = {}) => call('get', `/deny${format}`, { as: 'reader', headers })
    const first = await list()
    const { at, modules } = json(first) as { at: string; modules: Denied[] }
    assert.deepEqual(
      modules.map(({ module, version, finding }) => [module, version, finding]),
      [['github.com/x/y', null, 2]],
    )
    const etag = String(first.headers['etag'])
    assert.equal((await list('', { 'if-none-match': etag })).status, 304)
    for (const name of ['json', 'athens', 'artifactory'] as const) {
      const { text, headers } = await list(`?format=${name}`)
      assert.equal(text, DENY_FORMATS[name].write(modules, new Date(at)))
      const signature = Buffer.from(String(headers['x-mirrorwatch-signature']), 'base64')
      assert.ok(verify(null, Buffer.from(text), denyKey.publicKey, signature))
    }
    now = new Date(now.getTime() + 3_600_000)
    const later = await list('', { 'if-none-match': etag })
    assert.equal(later.status, 200)
    assert.ok(String(json(later)['at']) > at)
    const denied = async () => json(await list())['modules'] as Denied[]
    const decide = (status: string) =>
      call('post', '/findings/3/decision', { body: { status, reason: 'looked at it' } })
    await decide('confirmed')
    assert.deepEqual(
      (await denied()).map(({ module }) => module),
      ['github.com/x/y', 'github.com/x/z'],
    )
    await decide('open')
    assert.equal((await denied()).length, 1)
    const unsigned = await lab.start({ MIRRORWATCH_WEB_TOKENS_FILE: path.join(lab.folder, 'tokens') })
    const headers = { authorization: `Bearer ${tokens.reader}` }
    const answer = await ask(`${unsigned.url}/api/v1/deny`, { headers })
    await unsigned[Symbol.asyncDispose]()
    assert.deepEqual([answer.status, 'x-mirrorwatch-signature' in answer.headers], [200, false])
  })

  test('questions about names and modules are answered from the store', async () => {
    assert.deepEqual(json(await call('post', '/match', { body: { paths: ['not a path'] } })), {
      candidates: [],
      invalid: ['not a path'],
    })
    const module = json(await call('get', '/modules?path=github.com/boltdb-go/bolt'))
    assert.equal((module['findings'] as unknown[]).length, 1)
    const versions = json(await call('get', '/versions?module=github.com/boltdb-go/bolt'))['versions'] as {
      version: string
    }[]
    assert.deepEqual(
      versions.map(({ version }) => version),
      ['v1.3.1'],
    )
    assert.match(String(json(await call('get', '/reports/2026-W47'))['text']), /2026/)
  })
})

const DRAFT = {
  target: 'github.com/boltdb/bolt',
  severity: 'medium' as const,
  summary: 'looks like it',
  because: [],
  signals: [{ rule: 'tag-moved' as const, version: 'v1.0.0', evidence: { cached: 'a', now: null } }],
}
