import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { suite, test } from 'node:test'
import { catchUp } from '@mirrorwatch/pipeline/crawl/crawl'
import { feedWindow } from '@mirrorwatch/pipeline/crawl/feed-window'
import type { Runtime } from '@mirrorwatch/pipeline/service/runtime'
import { locateStage } from '@mirrorwatch/pipeline/stages/locate/locate'
import { lookStage } from '@mirrorwatch/pipeline/stages/look/look'
import { jobId } from '@mirrorwatch/pipeline/work/stage'
import {
  coverage,
  repositoryEvents,
  repositoryState,
  tagEvents,
  tagsOf,
} from '@mirrorwatch/store/queries/repositories'
import { openTestRuntime } from '@mirrorwatch/testing/scan-world'
import { createDatabase, ENGINES, temporaryFolder } from '@mirrorwatch/testing/store/databases'
import type { RepositorySpec, Step } from '@mirrorwatch/world/build/spec'
import { startWorld, type World } from '@mirrorwatch/world/world'
import { sql } from 'kysely'

const START = Date.parse('2026-11-01T00:00:00Z')
const DAY_MS = 86_400_000
const never = new AbortController().signal

/** A repository with three versions of a module in its root and one of a module in a directory. */
function repository(path: string): RepositorySpec {
  const release = (module: string, tag: string, version: string, day: number): Step[] => [
    {
      do: 'commit',
      time: `2026-02-0${day}T10:00:00Z`,
      message: tag,
      files: { 'a.go': `package a // ${day}\n` },
    },
    { do: 'tag', name: tag },
    { do: 'cache', module, version, at: `2026-02-0${day}T11:00:00Z` },
  ]
  return {
    path,
    steps: [
      {
        do: 'commit',
        time: '2026-02-01T09:00:00Z',
        message: 'Begin',
        files: { 'go.mod': `module ${path}\n`, 'sub/go.mod': `module ${path}/sub\n` },
      },
      ...release(path, 'v1.0.0', 'v1.0.0', 1),
      ...release(path, 'v1.1.0', 'v1.1.0', 2),
      ...release(path, 'v1.2.0', 'v1.2.0', 3),
      ...release(`${path}/sub`, 'sub/v1.0.0', 'v1.0.0', 4),
      { do: 'tag', name: 'v9.9.9' },
    ],
  }
}

/** Another repository at the same address. */
function stranger(path: string, tag: string): RepositorySpec {
  const files = { 'go.mod': `module ${path}\n` }
  return {
    path,
    steps: [
      { do: 'commit', time: '2026-11-10T10:00:00Z', message: 'Mine now', files },
      { do: 'tag', name: tag },
    ],
  }
}

/** Runs every due look, and the same jobs once more, at `now`; returns the number of requests to code hosts. */
async function round(runtime: Runtime, world: World, now: Date): Promise<number> {
  const { db, stageDeps } = runtime
  world.requests.clear()
  const due = await lookStage.due({ db, until: now, limit: 100, readBytesPerDay: 0 })
  assert.equal(new Set(due.map(jobId)).size, due.length)
  const deps = { ...stageDeps, clock: () => now }
  for (const { key } of [...due, ...due]) await lookStage.run(deps, key, never)
  return world.requests.matching({ service: 'git' }).length
}

async function eventsSince({ db }: Runtime, id: number): Promise<{ last: number; events: string[] }> {
  const { rows } = await sql<{ id: number; text: string }>`
    select e.id, replace(r.url, 'https://github.com/', '') || ' ' || e.kind || ' ' || e.tag as text
    from repository_event e join repository r on r.id = e.repository_id where e.id > ${id} order by 2`.execute(
    db,
  )
  return { last: Math.max(id, ...rows.map((row) => row.id)), events: rows.map(({ text }) => text.trim()) }
}

for (const { kind, skip } of ENGINES) {
  suite(`looks at repositories, on ${kind}`, { skip }, () => {
    test('find what changed between rounds, once, with one request a repository', async () => {
      await using made = new AsyncDisposableStack()
      const paths = ['a', 'b', 'c', 'd', 'e'].map((name) => `github.com/Wren/${name}`)
      const [a = '', b = '', c = '', d = '', e = ''] = paths
      const world = made.use(await startWorld({ repositories: paths.map(repository) }))
      const folder = temporaryFolder()
      made.defer(() => rm(folder, { recursive: true, force: true }))
      const database = kind === 'postgres' ? await createDatabase() : null
      if (database !== null) made.defer(database.drop)
      const url: Record<string, string> = database === null ? {} : { DATABASE_URL: database.url }
      const { runtime } = await openTestRuntime({ ...world.env, ...url, MIRRORWATCH_DATA_DIR: folder })
      made.defer(() => runtime.close())
      const window = { isPublic: false, sinceMicros: null, untilMicros: null, nowMicros: 0n }
      await catchUp(runtime.ingestDeps, feedWindow({ feedUrl: runtime.config.feedName, ...window }), {
        signal: never,
      })
      const [all] = await locateStage.due({
        db: runtime.db,
        until: new Date(),
        limit: 10,
        readBytesPerDay: 0,
      })
      assert.ok(all)
      await locateStage.run(runtime.stageDeps, all.key, never)
      const { db } = runtime
      const [{ count }] = (await sql<{ count: number }>`select count(*) as count from repository`.execute(db))
        .rows as [{ count: number }]
      assert.equal(count, 5, 'two modules of one repository share it')
      await sql`update schedule set due_at = null`.execute(db)
      await sql`delete from due_work`.execute(db)
      const at = (days: number): Date => new Date(START + days * DAY_MS)
      await sql`update repository set due_at = ${at(0).toISOString()}`.execute(db)

      let last = 0
      const expectRound = async (
        days: number,
        requests: number | null,
        expected: string[],
      ): Promise<void> => {
        const asked = await round(runtime, world, at(days))
        assert.equal(asked, requests ?? asked)
        const seen = await eventsSince(runtime, last)
        last = seen.last
        assert.deepEqual(seen.events, expected)
      }
      await expectRound(0, 5, [])
      await expectRound(4, 5, [])

      await world.changes.moveTag(a, 'v1.1.0', {
        time: '2026-11-05T10:00:00Z',
        files: { 'a.go': 'package a // x\n' },
      })
      await world.changes.moveTag(a, 'sub/v1.0.0', {
        time: '2026-11-05T11:00:00Z',
        files: { 'a.go': 'package a // y\n' },
      })
      await world.changes.moveTag(a, 'v9.9.9', { time: '2026-11-05T12:00:00Z', files: {} })
      await world.changes.deleteTag(b, 'v1.0.0')
      world.changes.deleteRepository(c)
      world.changes.renameRepository(d, 'github.com/wren/renamed')
      // Three answer one request each, the deleted one two, the one that redirects four.
      await expectRound(8, 9, [
        'wren/a tag-moved sub/v1.0.0',
        'wren/a tag-moved v1.1.0',
        'wren/b tag-vanished v1.0.0',
        'wren/c gone',
        'wren/d moved',
      ])
      const { rows: due } = await sql<{ text: string }>`
        select m.path || '@' || s.version as text from schedule s join module m on m.id = s.module_id
        where s.due_at is not null and s.priority = 1 order by 1`.execute(db)
      assert.deepEqual(
        due.map(({ text }) => text),
        [`${a}/sub@v1.0.0`, `${a}@v1.1.0`, `${b}@v1.0.0`],
      )

      await world.changes.replaceRepository(stranger(c, 'v1.2.0'))
      world.changes.deleteRepository(e)
      await expectRound(12, null, [
        'wren/c reborn',
        'wren/c tag-moved v1.2.0',
        'wren/c tag-vanished sub/v1.0.0',
        'wren/c tag-vanished v1.0.0',
        'wren/c tag-vanished v1.1.0',
        'wren/e gone',
      ])
      world.changes.restoreRepository(e)
      await expectRound(13.5, 1, ['wren/e returned'])
      // An account that was deleted and registered again between two looks.
      await world.changes.replaceRepository(stranger(b, 'v1.1.0'))
      await expectRound(16, null, [
        'wren/b reborn',
        'wren/b tag-moved v1.1.0',
        'wren/b tag-vanished sub/v1.0.0',
        'wren/b tag-vanished v1.2.0',
      ])
      assert.deepEqual(world.requests.unexpected(), [])

      const facts = await repositoryState(db, c)
      assert.equal(facts, null, 'an address has a scheme')
      const known = await repositoryState(db, `https://${c}.git`)
      assert.deepEqual([known?.state, known?.tags, known?.modules], ['present', 1, [c, `${c}/sub`]])
      assert.deepEqual([...(await tagsOf(db, known?.id ?? 0)).keys()], ['v1.2.0'])
      const events = await repositoryEvents(db, known?.id ?? 0, 10)
      const [newest] = events
      assert.deepEqual(
        events.map(({ kind }) => kind),
        ['tag-moved', 'tag-vanished', 'tag-vanished', 'tag-vanished', 'reborn', 'gone'],
      )
      assert.equal(newest?.firstSeenAt, '2026-11-13T00:00:00.000000Z')
      // The look that found the repository gone did not see its tags.
      assert.equal(newest.lastSeenAt, '2026-11-05T00:00:00.000000Z')
      assert.equal((await tagEvents(db, { limit: 3, beforeId: newest.id })).length, 3)
      const { repositories, seen, gone, modules, locatedModules, largestHost } = await coverage(db)
      assert.deepEqual(
        [repositories, seen, gone, modules, locatedModules, largestHost],
        [5, 5, 0, 10, 10, 'github.com'],
      )
    })
  })
}
