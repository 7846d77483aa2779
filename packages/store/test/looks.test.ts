import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import type { TestStore } from '@mirrorwatch/testing/store/databases'
import { ENGINES, later, openTestStore } from '@mirrorwatch/testing/store/databases'
import { sql } from 'kysely'
import { moduleEvents } from '../src/queries/repositories.ts'
import { saveTagChanges } from '../src/repositories/events.ts'
import { dueRepositories, repositoryToLook } from '../src/repositories/looks.ts'
import { repositoryByUrl, saveModuleRepositories } from '../src/repositories/repositories.ts'
import { savePage } from '../src/tables/feed.ts'
import { moduleByPath } from '../src/tables/modules.ts'
import { upsertTargets } from '../src/tables/targets.ts'
import { finishInspection, scheduleOf } from '../src/work/schedule.ts'

const HOUR_S = 3_600
const DAY_S = 24 * HOUR_S
const PSEUDO = 'v0.0.0-20260101120000-0123456789ab'

for (const { kind, skip } of ENGINES) {
  suite(`looks in the store on ${kind}`, { skip }, () => {
    let own: TestStore
    before(async () => {
      own = await openTestStore(kind)
    })
    after(() => own.drop())
    beforeEach(() => own.reset())

    /** The feed brings versions cached at `seconds`. */
    async function list(seconds: number, versions: readonly (readonly [path: string, version: string])[]) {
      const timestampMicros = BigInt(Date.parse(later(seconds))) * 1000n
      const entries = versions.map(([path, version]) => ({ path, version, timestampMicros }))
      const cursor = { positionMicros: timestampMicros, seenAtPosition: [] }
      const schedule = { dueAt: later(seconds), priority: 5 }
      await own.tx((trx) => savePage(trx, { feed: 'index', entries, cursor, schedule }))
    }

    async function locate(path: string, seconds: number): Promise<number> {
      const moduleId = (await moduleByPath(own.store.db, path))?.id ?? 0
      const url = `https://${path}`
      await own.tx((trx) => saveModuleRepositories(trx, [{ moduleId, url, tagPrefix: '' }], later(seconds)))
      return (await repositoryByUrl(own.store.db, url))?.id ?? 0
    }

    async function set(id: number, pace: number, dueAt: string): Promise<void> {
      await sql`update repository set pace = ${pace}, due_at = ${dueAt}::timestamptz where id = ${id}`.execute(
        own.store.db,
      )
    }

    test('those that are due are ordered by how late they are for their pace, so that none starves', async () => {
      const { db } = own.store
      const paths = ['hourly', 'daily', 'round', 'slow', 'later'].map((name) => `example.com/${name}`)
      await list(
        -100 * DAY_S,
        paths.map((path) => [path, 'v1.0.0']),
      )
      const ids: number[] = []
      for (const path of paths) ids.push(await locate(path, 0))
      const [hourly = 0, daily = 0, round = 0, slow = 0, notYet = 0] = ids
      await set(hourly, 0, later(-HOUR_S)) // late by all of its interval
      await set(daily, 1, later(-12 * HOUR_S)) // by half
      await set(round, 2, later(-4 * DAY_S)) // by more than all
      await set(slow, 2, later(-6 * HOUR_S)) // by a twelfth
      await set(notYet, 0, later(1))
      assert.deepEqual(await dueRepositories(db, later(0), 10), [round, hourly, daily, slow])
      assert.deepEqual(await dueRepositories(db, later(0), 2), [round, hourly])
      assert.equal((await dueRepositories(db, later(2), 10)).length, 5)
    })

    test('of the events of a module the first and the last are read, however many lie between', async () => {
      const { db } = own.store
      await list(0, [['example.com/busy', 'v1.0.0']])
      const id = await locate('example.com/busy', 0)
      await sql`
        insert into repository_event (repository_id, kind, tag, from_value, to_value, first_seen_at)
        select ${id}::bigint, 'tag-moved', 'v1.0.0', n::text, (n + 1)::text, ${later(0)}::timestamptz
        from generate_series(1, 1200) n`.execute(db)
      const moduleId = (await moduleByPath(db, 'example.com/busy'))?.id ?? 0
      const from = (await moduleEvents(db, moduleId)).map((event) => Number(event.from))
      assert.deepEqual([from.length, from[0], from[499], from[500], from.at(-1)], [1_000, 1, 500, 701, 1_200])
    })

    test('a version of the last day hastens its repository where it has a tag', async () => {
      const { db } = own.store
      const [tagged, pseudo] = ['example.com/tagged', 'example.com/pseudo']
      await list(-100 * DAY_S, [
        [tagged, 'v1.0.0'],
        [pseudo, 'v1.0.0'],
      ])
      const ids = [await locate(tagged, 0), await locate(pseudo, 0)]
      for (const id of ids) await set(id, 2, later(2 * DAY_S))
      await list(10, [
        [tagged, 'v1.1.0'],
        [pseudo, PSEUDO],
      ])
      const state = async (id: number) => {
        const row = await repositoryToLook(db, id, later(20))
        return [row?.pace, row?.dueAt, row?.youngestVersionAt]
      }
      assert.deepEqual(await state(ids[0] ?? 0), [0, later(10 + HOUR_S), later(10)])
      assert.deepEqual(await state(ids[1] ?? 0), [2, later(2 * DAY_S), later(-100 * DAY_S)])
      const dayLater = await repositoryToLook(db, ids[0] ?? 0, later(2 * DAY_S))
      assert.equal(dayLater?.youngestVersionAt, null)
    })

    test('the repository of a new module is looked at before those of a backlog', async () => {
      const { db } = own.store
      await list(-100 * DAY_S, [['example.com/old', 'v1.0.0']])
      const old = await locate('example.com/old', 0)
      await list(0, [['example.com/new', PSEUDO]])
      const young = await locate('example.com/new', 1)
      assert.deepEqual(await dueRepositories(db, later(60), 10), [young, old])
    })

    test('a tag that changes while its version is inspected has it inspected once more', async () => {
      const { db } = own.store
      await list(-100 * DAY_S, [['example.com/a', 'v1.0.0']])
      const repositoryId = await locate('example.com/a', 0)
      const key = { moduleId: (await moduleByPath(db, 'example.com/a'))?.id ?? 0, version: 'v1.0.0' }
      const begun = await scheduleOf(db, key)
      const change = { kind: 'tag-moved', tag: 'v1.0.0', from: 'a', to: 'b' } as const
      const between = { lastSeenAt: later(0), firstSeenAt: later(10) }
      await own.tx((trx) => saveTagChanges(trx, repositoryId, [change], between))
      const next = { nextDueAt: null, step: 1, priority: 6, asked: begun?.asked ?? -1 }
      await own.tx((trx) => finishInspection(trx, key, next))
      const asked = await scheduleOf(db, key)
      assert.deepEqual([asked?.dueAt, asked?.priority], [later(-100 * DAY_S), 1])
      await own.tx((trx) => finishInspection(trx, key, { ...next, asked: asked?.asked ?? -1 }))
      const done = await scheduleOf(db, key)
      assert.deepEqual([done?.dueAt, done?.priority], [null, 6])
    })

    test('only targets that many depend on are looked at daily', async () => {
      const { db } = own.store
      const paths = ['example.com/popular', 'example.com/used']
      await list(
        -100 * DAY_S,
        paths.map((path) => [path, 'v1.0.0']),
      )
      const rows = paths.map((path, at) => ({ path, dependents: [100, 99][at] ?? 0 }))
      await own.tx((trx) => upsertTargets(trx, rows, 'crawl', later(0)))
      const watched: unknown[] = []
      for (const path of paths)
        watched.push((await repositoryToLook(db, await locate(path, 0), later(0)))?.watched)
      assert.deepEqual(watched, [true, false])
    })
  })
}
