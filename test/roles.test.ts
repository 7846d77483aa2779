import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { catchUp } from '@mirrorwatch/pipeline/crawl/crawl'
import { feedWindow } from '@mirrorwatch/pipeline/crawl/feed-window'
import { STAGES } from '@mirrorwatch/pipeline/pipeline'
import { migrateQueue } from '@mirrorwatch/pipeline/work/queue/postgres'
import { sweep } from '@mirrorwatch/pipeline/work/sweep'
import { openStore, type Store } from '@mirrorwatch/store/connect/connect'
import { triage } from '@mirrorwatch/store/decisions/decide'
import { allow } from '@mirrorwatch/store/tables/allow'
import { askForAssessment } from '@mirrorwatch/store/work/due'
import { openTestRuntime } from '@mirrorwatch/testing/scan-world'
import {
  asAdmin,
  createDatabase,
  insertModules,
  type TestDatabase,
} from '@mirrorwatch/testing/store/databases'
import { syntheticSpec } from '@mirrorwatch/world/scenes/synthetic-world'
import { startWorld } from '@mirrorwatch/world/world'
import { sql } from 'kysely'

const skip = process.env['DATABASE_URL'] === undefined ? 'DATABASE_URL is not set' : false

suite('the roles of workers and of people who triage', { skip }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-roles-'))
  const logins: string[] = []
  let database: TestDatabase
  let owner: Store

  before(async () => {
    database = await createDatabase()
    owner = await openStore({ databaseUrl: database.url, dataDir: folder })
    await migrateQueue(owner.poolConfig)
  })
  after(async () => {
    await owner.close()
    await database.drop()
    for (const login of logins)
      await asAdmin(process.env['DATABASE_URL'] ?? '', `drop role if exists ${login}`)
    rmSync(folder, { recursive: true, force: true })
  })

  /** Creates a login user in `role`. */
  async function loginIn(role: string): Promise<string> {
    const name = `mw_test_${randomBytes(6).toString('hex')}`
    logins.push(name)
    await asAdmin(database.url, `create role ${name} login password 'secret' in role ${role}`)
    const url = new URL(database.url)
    url.username = name
    url.password = 'secret'
    return url.href
  }

  async function refused(store: Store, statement: string): Promise<void> {
    const failed = sql.raw(statement).execute(store.db)
    await assert.rejects(failed, /permission denied|must be owner/, statement)
  }

  test('a worker runs the whole pipeline on tables that its owner has made', async () => {
    await using world = disposable(
      await startWorld(syntheticSpec({ modules: 6, versionsPerModule: 2, movedEvery: 3 })),
    )
    const url = await loginIn('mirrorwatch_worker')
    const opened = await openTestRuntime({ ...world.it.env, DATABASE_URL: url, MIRRORWATCH_DATA_DIR: folder })
    const { runtime, logged } = opened
    const ended = new Set<string>()
    try {
      const window = feedWindow({
        feedUrl: runtime.config.indexUrl,
        isPublic: false,
        sinceMicros: null,
        untilMicros: null,
        nowMicros: 0n,
      })
      await catchUp(runtime.ingestDeps, window, { signal: AbortSignal.timeout(60_000) })
      await runtime.startWorkers(STAGES, (stage, error) => {
        if (error === null) ended.add(stage.name)
      })
      while (ended.size < STAGES.length) {
        await sweep(runtime.sweepDeps, STAGES, runtime.clock())
        await sleep(200)
      }
    } finally {
      await runtime.close(1_000)
    }
    assert.doesNotMatch(logged.join(''), /permission denied|must be owner/)
  })

  test('a worker can neither make, change nor drop tables, nor decide, nor delete findings', async () => {
    await using store = await openStore({ databaseUrl: await loginIn('mirrorwatch_worker'), dataDir: folder })
    for (const statement of [
      'drop table module',
      'alter table module add column x int',
      'truncate version',
      'create table x (y int)',
      'create schema x',
      'drop schema bullmq cascade',
      'drop table bullmq.job',
      'delete from finding',
      'delete from finding_history',
      "update finding_history set reason = 'x'",
      "update finding set status = 'dismissed'",
      "update finding set decided_by = 'x'",
      "insert into allow_entry (kind, module, reason, author, created_at) values ('path', 'x', 'r', 'a', now())",
      'delete from allow_entry',
      'delete from kysely_migration',
      'delete from delivery',
      'create role x',
    ]) {
      await refused(store, statement)
    }
  })

  test('a person who triages decides and allows names, and can do nothing else', async () => {
    const [moduleId = 0] = await insertModules(owner, 'example.com/found')
    const { rows } = await sql<{ id: number }>`
      insert into finding (module_id, severity, summary, first_seen_at, last_seen_at, changed_at)
      values (${moduleId}, 'high', '', now(), now(), now()) returning id`.execute(owner.db)
    const id = rows[0]?.id ?? assert.fail('no finding')
    await using store = await openStore({ databaseUrl: await loginIn('mirrorwatch_triage'), dataDir: folder })
    const decision = { status: 'dismissed', author: 'ann', reason: 'known' } as const
    const entry = {
      kind: 'path',
      module: 'example.com/x',
      target: null,
      reason: 'ours',
      author: 'ann',
      expiresAt: null,
    } as const
    await store.db.transaction().execute(async (trx) => {
      assert.deepEqual(await triage(trx, id, decision, new Date()), { changed: true })
      await allow(trx, entry)
      await askForAssessment(trx, [moduleId])
    })
    for (const statement of [
      "update finding set severity = 'info'",
      "update finding set summary = 'x'",
      'delete from finding',
      "insert into finding (module_id, severity, summary, first_seen_at, last_seen_at, changed_at) values (1, 'low', '', now(), now(), now())",
      'delete from finding_history',
      "update finding_history set author = 'x'",
      'delete from signal',
      'delete from due_work',
      'update module set dependents = 0',
      'delete from schedule',
      "insert into lease values ('x', 'y', now(), now())",
      'truncate finding',
      'drop table allow_entry',
      'create table x (y int)',
      'select * from bullmq.job',
    ]) {
      await refused(store, statement)
    }
  })

  test('a reader reads and writes nothing', async () => {
    await using store = await openStore({ databaseUrl: await loginIn('mirrorwatch_reader'), dataDir: folder })
    await sql`select * from open_findings`.execute(store.db)
    await sql`select * from lease`.execute(store.db)
    for (const statement of [
      "update finding set status = 'open'",
      'delete from allow_entry',
      'drop view open_findings',
    ]) {
      await refused(store, statement)
    }
  })
})

function disposable<T extends { close(): Promise<void> }>(it: T): { it: T } & AsyncDisposable {
  return { it, [Symbol.asyncDispose]: () => it.close() }
}
