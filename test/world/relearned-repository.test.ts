import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { test } from 'node:test'
import { catchUp } from '@mirrorwatch/pipeline/crawl/crawl'
import { feedWindow } from '@mirrorwatch/pipeline/crawl/feed-window'
import { locateStage } from '@mirrorwatch/pipeline/stages/locate/locate'
import { lookStage } from '@mirrorwatch/pipeline/stages/look/look'
import type { Stage } from '@mirrorwatch/pipeline/work/stage'
import { openTestRuntime } from '@mirrorwatch/testing/scan-world'
import { temporaryFolder } from '@mirrorwatch/testing/store/databases'
import type { RepositorySpec } from '@mirrorwatch/world/build/spec'
import { startWorld } from '@mirrorwatch/world/world'
import { sql } from 'kysely'

const MODULE = 'tern.example/kit'
const FIRST = 'github.com/tern/kit'
const SECOND = 'github.com/plover/kit'
const DAY_MS = 86_400_000

function repository(path: string): RepositorySpec {
  return {
    path,
    steps: [
      {
        do: 'commit',
        time: '2026-02-01T10:00:00Z',
        message: path,
        files: { 'go.mod': `module ${MODULE}\n` },
      },
      { do: 'tag', name: 'v1.0.0' },
    ],
  }
}

test('a module’s repository is looked up again monthly, and at once if it is gone', async () => {
  await using made = new AsyncDisposableStack()
  const pages = [{ root: MODULE, vcs: 'git', url: `https://${FIRST}` }]
  const world = made.use(await startWorld({ repositories: [repository(FIRST), repository(SECOND)], pages }))
  await world.changes.change(FIRST, [
    { do: 'cache', module: MODULE, version: 'v1.0.0', at: '2026-02-01T11:00:00Z' },
  ])
  const folder = temporaryFolder()
  made.defer(() => rm(folder, { recursive: true, force: true }))
  const start = Date.parse('2026-11-01T00:00:00Z')
  let day = 0
  const now = (): Date => new Date(start + day * DAY_MS)
  const { runtime } = await openTestRuntime({ ...world.env, MIRRORWATCH_DATA_DIR: folder }, 'warn', now)
  made.defer(() => runtime.close())
  const { db, stageDeps } = runtime
  const { signal } = new AbortController()
  const feed = { isPublic: false, sinceMicros: null, untilMicros: null, nowMicros: 0n }
  await catchUp(runtime.ingestDeps, feedWindow({ feedUrl: runtime.config.feedName, ...feed }), { signal })
  const run = async (stage: Stage<typeof stageDeps>): Promise<number> => {
    let jobs = 0
    for (;;) {
      const due = await stage.due({ db, until: now(), limit: 10, readBytesPerDay: 0 })
      if (due.length === 0) return jobs
      for (const { key } of due) await stage.run(stageDeps, key, signal)
      jobs += due.length
    }
  }
  const known = async (): Promise<{ url: string | null; inspections: number }> => {
    const { rows } = await sql<{ url: string | null; inspections: number }>`
      select r.url, (select count(*) from schedule s where s.module_id = m.id and s.due_at <= ${now().toISOString()}::timestamptz)
        as inspections
      from module m left join repository r on r.id = m.repository_id where m.path = ${MODULE}`.execute(db)
    return rows[0] ?? assert.fail('the module is not known')
  }
  assert.equal(await run(locateStage), 2, 'the path says nothing, the page does')
  assert.deepEqual(await known(), { url: `https://${FIRST}`, inspections: 0 })
  await run(lookStage)
  await sql`insert into schedule (module_id, version, priority) select id, 'v1.0.0', 5 from module`.execute(
    db,
  )

  world.changes.changePage(MODULE, `https://${SECOND}`)
  day = 29
  assert.equal(await run(locateStage), 0)
  day = 30
  assert.equal(await run(locateStage), 1)
  assert.deepEqual(await known(), { url: `https://${SECOND}`, inspections: 1 })

  await run(lookStage)
  world.changes.changePage(MODULE, `https://${FIRST}`)
  world.changes.deleteRepository(SECOND)
  day = 34
  await run(lookStage)
  assert.equal(await run(locateStage), 1, 'it is gone: the page is asked at once')
  assert.equal((await known()).url, `https://${FIRST}`)

  world.faults.add({ service: 'page', kind: { do: 'status', status: 404 } })
  world.mirror.blocked.add(MODULE)
  day = 64
  assert.equal(await run(locateStage), 1)
  assert.equal((await known()).url, `https://${FIRST}`, 'what was known stays where nothing says more')
})
