import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { readConfig } from '@mirrorwatch/pipeline/config/config'
import { createLogger } from '@mirrorwatch/pipeline/observe/log'
import { createMetrics } from '@mirrorwatch/pipeline/observe/metrics'
import { saveFindings } from '@mirrorwatch/store/tables/findings'
import { mirrorwatch, type Ran } from '@mirrorwatch/testing/cli'
import { insertModules, NOW, openTestStore, type TestStore } from '@mirrorwatch/testing/store/databases'
import { moveTag } from '@mirrorwatch/testing/store/moved-tag'
import { serveWeb, type WebDeps, type WebServer } from '@mirrorwatch/web/server/serve'

suite('commands that ask a server', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-server-'))
  let own: TestStore
  let server: WebServer
  let env: Record<string, string>

  before(async () => {
    own = await openTestStore('embedded')
    const [id = 0] = await insertModules(own.store, 'github.com/boltdb-go/bolt')
    await own.tx((trx) => saveFindings(trx, id, [DRAFT], NOW))
    const version = { module_id: id, version: 'v1.0.0', cached_at: '2026-10-01T10:00:00Z' }
    await own.store.db.insertInto('version').values(version).execute()
    await own.tx((trx) => moveTag(trx, id, 'https://github.com/boltdb-go/bolt'))
    const file = path.join(folder, 'tokens')
    const made = await mirrorwatch(['token', 'ann', '--role', 'triage', '--file', file], { cwd: folder })
    assert.equal(made.code, 0, made.stderr)
    const config = readConfig(
      { MIRRORWATCH_WEB_LISTEN: '127.0.0.1:0', MIRRORWATCH_WEB_TOKENS_FILE: file },
      folder,
    )
    const started = await serveWeb({
      config,
      store: own.store,
      clients: {} as WebDeps['clients'],
      log: createLogger('silent'),
      metrics: createMetrics(),
      onLink: () => undefined,
    })
    server = started ?? assert.fail('no server')
    env = { MIRRORWATCH_SERVER: server.url, MIRRORWATCH_TOKEN: made.stdout.trim() }
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
    await own.drop()
    rmSync(folder, { recursive: true, force: true })
  })

  const run = (...args: string[]): Promise<Ran> => mirrorwatch(args, { cwd: folder, env })

  test('findings are listed, shown, decided on and exported', async () => {
    const listed = await run('findings', 'list', '--severity', 'medium', '--json')
    assert.deepEqual([listed.code, listed.stderr], [1, ''])
    assert.equal((JSON.parse(listed.stdout) as { module: string }).module, 'github.com/boltdb-go/bolt')
    const decided = await run('findings', 'triage', '1', 'dismissed', '--reason', 'ours')
    assert.deepEqual([decided.code, decided.stderr], [0, '#1 is dismissed now.\n'])
    const shown = await run('findings', 'show', '1')
    assert.match(shown.stdout, /status open → dismissed, by ann: ours/)
    const happened = shown.stdout.slice(shown.stdout.indexOf('History'))
    assert.match(
      happened.replaceAll(/\s+/g, ' '),
      /mirror cached v1\.0\.0 .*tag v1\.0\.0 moved from a{12} to b{12} \(still a{12} on 2026-11-01 10:00 UTC\).*dismissed/,
    )
    const json = JSON.parse((await run('findings', 'show', '1', '--json')).stdout) as { events: object[] }
    assert.equal(json.events.length, 1)
    const exported = await run('findings', 'export', '--format', 'csv', '--status', 'dismissed')
    assert.match(exported.stdout, /github\.com\/boltdb-go\/bolt/)
    await run('findings', 'triage', '1', 'confirmed', '--reason', 'bad')
    const denied = await run('findings', 'export', '--format', 'athens')
    assert.match(
      denied.stdout,
      /mode = "sync"\ndownload "github\.com\/boltdb-go\/bolt" \{\n {2}mode = "none"\n\}\n$/,
    )
    const narrowed = await run('findings', 'export', '--format', 'athens', '--status', 'open')
    assert.deepEqual([narrowed.code, narrowed.stdout], [2, ''])
    assert.match(narrowed.stderr, /takes no filter/)
    const none = await run('findings', 'list', '--status', 'open')
    assert.deepEqual([none.code, none.stdout], [0, ''])
    const missing = await run('findings', 'show', '99')
    assert.equal(missing.code, 2)
    assert.match(missing.stderr, /There is no finding 99/)
  })

  test('lists are kept, also from files', async () => {
    assert.equal((await run('allow', 'add', 'owner', 'go.uber.org', '--reason', 'a vendor')).code, 0)
    assert.match((await run('allow', 'list')).stdout, /^1 {2}owner uber\.org|owner go\.uber\.org/)
    assert.equal((await run('allow', 'remove', '1')).code, 0)
    writeFileSync(path.join(folder, 'go.mod'), 'module example.com/m\n\nrequire github.com/a/b v1.0.0\n')
    const added = await run('watch', 'add', 'github.com/our-company', 'go.mod', '--reason', 'ours')
    assert.deepEqual([added.code, added.stderr], [0, '2 paths are watched.\n'])
    const listed = await run('watch', 'list')
    assert.match(listed.stdout, /github\.com\/a\/b {2}\(ann, from go\.mod, never matched\): ours/)
    assert.match((await run('findings', 'list', '--author', 'x')).stderr, /unknown option/)
    assert.equal((await run('watch', 'remove', '1')).code, 0)
    assert.match((await run('watch', 'remove', '1')).stderr, /There is no watch entry 1/)
  })

  test('a wrong token, another server and an author are explained', async () => {
    const wrong = { ...env, MIRRORWATCH_TOKEN: `mw_${'x'.repeat(43)}` }
    const refused = await mirrorwatch(['findings', 'list'], { cwd: folder, env: wrong })
    assert.deepEqual([refused.code, refused.stdout], [2, ''])
    assert.match(refused.stderr, /This token is not valid/)
    const away = { ...env, MIRRORWATCH_SERVER: 'http://127.0.0.1:9' }
    assert.match((await mirrorwatch(['watch', 'list'], { cwd: folder, env: away })).stderr, /does not answer/)
    const author = await run('findings', 'triage', '1', 'open', '--reason', 'x', '--author', 'bob')
    assert.match(author.stderr, /--author has no effect with MIRRORWATCH_SERVER/)
  })
})

const DRAFT = {
  target: 'github.com/boltdb/bolt',
  severity: 'medium' as const,
  summary: 'looks like it',
  because: [],
  signals: [{ rule: 'tag-moved' as const, version: 'v1.0.0', evidence: { cached: 'a', now: null } }],
}
