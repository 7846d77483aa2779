import { test } from 'node:test'
import type { StageDeps } from '../../src/pipeline.ts'
import type { Runtime } from '../../src/service/runtime.ts'
import { runUntilIdle } from '../../src/service/scan.ts'
import { FailedJobs } from '../../src/work/failed-jobs.ts'
import type { OpenQueue } from '../../src/work/queue/types.ts'
import type { Stage } from '../../src/work/stage.ts'

/** A queue and a store that answer, one question after the other, as the test says; the last answer stays. */
async function idleAfter(active: number[], dueRows: number[]): Promise<void> {
  const next = (answers: number[]): number => (answers.length > 1 ? answers.shift() : answers[0]) ?? 0
  const queue = {
    add: () => Promise.resolve(),
    counts: () => Promise.resolve({ match: { waiting: 0, delayed: 0, active: next(active) } }),
  } as unknown as OpenQueue
  const stage = {
    name: 'match',
    due: () =>
      Promise.resolve(
        Array.from({ length: next(dueRows) }, (_, moduleId) => ({
          stage: 'match',
          key: { moduleId, version: '' },
          priority: 1,
        })),
      ),
  } as unknown as Stage<StageDeps>
  const clock = (): Date => new Date()
  const sweepDeps = { db: {}, queue, failedJobs: new FailedJobs(), clock } as unknown as Runtime['sweepDeps']
  const runtime = { clock, queue, sweepDeps, runNow: () => Promise.resolve() }
  await runUntilIdle(runtime, [stage], AbortSignal.timeout(5_000), () => {})
}

test('a stage ends where its last jobs have written their rows and not yet left the queue', async () => {
  await idleAfter([2, 1, 0], [0])
})

test('a stage goes on while something is due', async () => {
  await idleAfter([3, 0], [3, 3, 0])
})
