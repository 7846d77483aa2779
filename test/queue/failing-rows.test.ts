import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { after, before, suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StageDeps } from '@mirrorwatch/pipeline/pipeline'
import { assessStage } from '@mirrorwatch/pipeline/stages/assess/assess'
import { copiesStage } from '@mirrorwatch/pipeline/stages/copies/copies'
import { inspectStage } from '@mirrorwatch/pipeline/stages/inspect/inspect'
import { requireStage } from '@mirrorwatch/pipeline/stages/require/require'
import { FailedJobs } from '@mirrorwatch/pipeline/work/failed-jobs'
import { queueName } from '@mirrorwatch/pipeline/work/queue/queue-names'
import type { Stage, StageKey } from '@mirrorwatch/pipeline/work/stage'
import { sweep } from '@mirrorwatch/pipeline/work/sweep'
import { startWorkers } from '@mirrorwatch/pipeline/work/workers'
import type { DueStage, Trx } from '@mirrorwatch/store/database'
import { askForAssessment, askForCopies, dueRow, finishDue } from '@mirrorwatch/store/work/due'
import { failedInspections, finishInspection, scheduleVersions } from '@mirrorwatch/store/work/schedule'
import { openTestRuntime, type TestRuntime } from '@mirrorwatch/testing/scan-world'
import { insertModules, NOW, temporaryFolder } from '@mirrorwatch/testing/store/databases'

/** More than one sweep asks for. */
const BAD = 2_050
const VERSION = 'v1.0.0'

interface Kind {
  stage: Stage<StageDeps>
  /** Has rows due, the first of them for the longest time. */
  makeDue: (trx: Trx, moduleIds: readonly number[]) => Promise<void>
  /** Marks a row as done, as the stage does. */
  finish: (trx: Trx, moduleId: number) => Promise<void>
}

const KINDS: Kind[] = [
  {
    stage: requireStage,
    async makeDue(trx, ids) {
      const rows = ids.map((id) => ({ stage: 'require' as const, module_id: id, due_at: dueAt(id) }))
      await trx.insertInto('due_work').values(rows).execute()
    },
    finish: (trx, moduleId) => finish(trx, 'require', moduleId),
  },
  {
    stage: inspectStage,
    makeDue: (trx, ids) =>
      scheduleVersions(
        trx,
        ids.map((moduleId) => ({ moduleId, version: VERSION, priority: 1, dueAt: dueAt(moduleId) })),
      ),
    finish: (trx, moduleId) =>
      finishInspection(trx, { moduleId, version: VERSION }, { nextDueAt: null, step: 1 }),
  },
  {
    stage: copiesStage,
    async makeDue(trx, ids) {
      for (const moduleId of ids) await askForCopies(trx, [{ moduleId, version: VERSION }], dueAt(moduleId))
    },
    finish: (trx, moduleId) => finish(trx, 'copies', moduleId, VERSION),
  },
  {
    stage: assessStage,
    async makeDue(trx, ids) {
      for (const id of ids) await askForAssessment(trx, [id], dueAt(id))
    },
    finish: (trx, moduleId) => finish(trx, 'assess', moduleId),
  },
]

async function finish(trx: Trx, stage: DueStage, moduleId: number, version = ''): Promise<void> {
  const row = await dueRow(trx, stage, { moduleId, version })
  if (row !== null) await finishDue(trx, stage, row)
}

function dueAt(moduleId: number): Date {
  return new Date(Date.parse(NOW) + moduleId)
}

suite('more rows than a sweep asks for, all of which fail', () => {
  let opened: TestRuntime
  const dataDir = temporaryFolder()
  before(async () => {
    opened = await openTestRuntime({
      MIRRORWATCH_DATA_DIR: dataDir,
      MIRRORWATCH_INDEX_URL: 'http://127.0.0.1:9/index',
    })
  })
  after(async () => {
    await opened?.runtime.close()
    rmSync(dataDir, { recursive: true, force: true })
  })

  for (const { stage, makeDue, finish } of KINDS) {
    test(`do not block later rows of ${stage.name} in any sweeper`, async () => {
      const { runtime } = opened
      const { db } = runtime.store
      const names = Array.from({ length: BAD + 1 }, (_, n) => `${stage.name}.example.com/m${n}`)
      const ids = await insertModules(runtime.store, ...names)
      const good = ids.at(-1) ?? 0
      await db
        .insertInto('version')
        .values(ids.map((id) => ({ module_id: id, version: VERSION, cached_at: NOW })))
        .execute()
      await db.transaction().execute((trx) => makeDue(trx, ids))
      const done: number[] = []
      const failing: Stage<StageDeps> = {
        ...stage,
        async run(_deps: StageDeps, { moduleId }: StageKey) {
          if (moduleId !== good) throw new TypeError('an unexpected state')
          await db.transaction().execute((trx) => finish(trx, moduleId))
          done.push(moduleId)
        },
      }
      const { queue } = runtime
      const workers = { ...runtime, failedJobs: new FailedJobs(), concurrency: {}, running: new Set<never>() }
      await startWorkers(workers, [failing])
      for (let sweeps = 0; sweeps < 2; sweeps++) {
        // Another process: it knows nothing of what failed in this one.
        await sweep({ ...runtime.sweepDeps, failedJobs: new FailedJobs() }, [failing], new Date())
        for (;;) {
          const { waiting = 0, active = 0 } =
            (await queue.counts(queueName(stage.name)))[queueName(stage.name)] ?? {}
          if (waiting + active === 0) break
          await sleep(50)
        }
      }
      assert.deepEqual(done, [good])
    })
  }

  test('are reported, and do not count as failures of their repositories', async () => {
    const { db } = opened.runtime.store
    const { total, examples } = await failedInspections(db, 1)
    assert.equal(total, BAD)
    assert.match(examples[0]?.lastError ?? '', /an unexpected state/)
    const counted = await db.selectFrom('schedule').select('attempts').where('attempts', '>', 0).execute()
    assert.deepEqual(counted, [])
  })
})
