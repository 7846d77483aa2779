import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { test } from 'node:test'
import { catchUp } from '@mirrorwatch/pipeline/crawl/crawl'
import { feedWindow } from '@mirrorwatch/pipeline/crawl/feed-window'
import { baselineStage } from '@mirrorwatch/pipeline/stages/baseline/baseline'
import { inspectStage } from '@mirrorwatch/pipeline/stages/inspect/inspect'
import { locateStage } from '@mirrorwatch/pipeline/stages/locate/locate'
import { lookStage } from '@mirrorwatch/pipeline/stages/look/look'
import { ALL_MODULES, type Stage } from '@mirrorwatch/pipeline/work/stage'
import { inspectionsOf } from '@mirrorwatch/store/tables/inspections'
import { moduleByPath } from '@mirrorwatch/store/tables/modules'
import { openTestRuntime } from '@mirrorwatch/testing/scan-world'
import { temporaryFolder } from '@mirrorwatch/testing/store/databases'
import type { OriginStyle, RepositorySpec } from '@mirrorwatch/world/build/spec'
import { startWorld } from '@mirrorwatch/world/world'
import { sql } from 'kysely'

const never = new AbortController().signal

/** A module of two versions. With `moved`, the tag of the second names a commit of that time by now. */
function repository(path: string, origin: OriginStyle, moved: string | null): RepositorySpec {
  const files = (text: string): Record<string, string> => ({
    'go.mod': `module ${path}\n`,
    'a.go': `package a // ${text}\n`,
  })
  return {
    path,
    steps: [
      { do: 'commit', time: '2021-02-01T10:00:00Z', message: 'One', files: files('1') },
      { do: 'tag', name: 'v1.0.0' },
      { do: 'cache', module: path, version: 'v1.0.0', at: '2021-02-01T11:00:00Z', origin },
      { do: 'commit', time: '2021-03-01T10:00:00Z', message: 'Two', files: files('2') },
      { do: 'tag', name: 'v1.1.0' },
      { do: 'cache', module: path, version: 'v1.1.0', at: '2021-03-01T11:00:00Z', origin },
      ...(moved === null
        ? []
        : ([
            { do: 'commit', time: moved, message: 'Rewritten', files: files('3') },
            { do: 'tag', name: 'v1.1.0', message: 'annotated' },
          ] as const)),
    ],
  }
}

const HONEST = 'github.com/wren/honest'
const BY_RECORD = 'github.com/wren/record'
const BY_TIME = 'github.com/wren/time'
const BACKDATED = 'github.com/wren/backdated'

test('a tag rewritten before the first look is found by its time or by the mirror’s record, one request a version', async () => {
  await using made = new AsyncDisposableStack()
  const world = made.use(
    await startWorld({
      repositories: [
        repository(HONEST, 'full', null),
        repository(BY_RECORD, 'full', '2021-03-01T10:30:00Z'),
        repository(BY_TIME, 'none', '2024-03-01T10:30:00Z'),
        repository(BACKDATED, 'none', '2021-03-01T10:30:00Z'),
      ],
    }),
  )
  const folder = temporaryFolder()
  made.defer(() => rm(folder, { recursive: true, force: true }))
  const { runtime } = await openTestRuntime({ ...world.env, MIRRORWATCH_DATA_DIR: folder })
  made.defer(() => runtime.close())
  const { db, stageDeps } = runtime
  const feed = {
    feedUrl: runtime.config.feedName,
    isPublic: false,
    sinceMicros: null,
    untilMicros: null,
    nowMicros: 0n,
  }
  await catchUp(runtime.ingestDeps, feedWindow(feed), { signal: never })
  const scheduled = await sql`select from schedule`.execute(db)
  assert.equal(scheduled.rows.length, 0, 'old versions are not inspected for their own sake')
  await locateStage.run(stageDeps, ALL_MODULES, never)
  const runDue = async (stage: Stage<typeof stageDeps>): Promise<number> => {
    const due = await stage.due({ db, until: new Date(), limit: 100, readBytesPerDay: 0 })
    for (const { key } of due) await stage.run(stageDeps, key, never)
    return due.length
  }
  assert.equal(await runDue(lookStage), 4)
  world.requests.clear()

  assert.equal(await runDue(baselineStage), 4)
  assert.equal(world.requests.matching({ service: 'proxy', path: /\.info$/ }).length, 8)
  assert.equal(await runDue(baselineStage), 0, 'a repository is checked once')
  const { rows } = await sql<{ text: string }>`
    select m.path || '@' || s.version as text from schedule s join module m on m.id = s.module_id order by 1`.execute(
    db,
  )
  assert.deepEqual(
    rows.map(({ text }) => text),
    [`${BY_RECORD}@v1.1.0`, `${BY_TIME}@v1.1.0`],
  )

  await runDue(inspectStage)
  for (const [path, younger, cached] of [
    [BY_RECORD, false, true],
    [BY_TIME, true, false],
  ] as const) {
    const [inspection] = await inspectionsOf(db, (await moduleByPath(db, path))?.id ?? 0)
    assert.equal(inspection?.verdict, 'tag-moved')
    assert.equal(inspection.facts?.younger !== null, younger, path)
    assert.equal(inspection.facts?.cachedCommit != null, cached, path)
  }
  const left = await sql`select from schedule where due_at is not null`.execute(db)
  assert.equal(left.rows.length, 0, 'the next look tells when to inspect again')
})
