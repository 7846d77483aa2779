import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FailedJobs } from '../../src/work/failed-jobs.ts'
import type { QueueJob } from '../../src/work/queue/types.ts'
import { QueuedJobs } from '../../src/work/queued-jobs.ts'
import type { StageJob } from '../../src/work/stage.ts'
import { sweep } from '../../src/work/sweep.ts'

/** A queue that holds what was added until the test takes it. */
function fakeQueue() {
  const held = new Map<string, QueueJob>()
  const added: string[][] = []
  return {
    held,
    /** The ids of each addition since the last call. */
    taken: () => added.splice(0).flat(),
    queue: {
      async add(_name: string, jobs: readonly QueueJob[]) {
        added.push(jobs.map(({ dedupId }) => dedupId))
        for (const job of jobs) held.set(job.dedupId, job)
      },
      counts: async (name: string) => ({ [name]: { waiting: held.size, delayed: 0, active: 0 } }),
    },
  }
}

function jobs(...ids: number[]): StageJob[] {
  return ids.map((moduleId) => ({ stage: 'look', key: { moduleId, version: '' }, priority: 1 }))
}

test('a sweep adds what the one before did not, all of it when the queue has lost some, and all every 15 seconds', async () => {
  const { queue, held, taken } = fakeQueue()
  const queued = new QueuedJobs()
  let now = new Date('2026-11-28T10:00:00Z')
  const run = async (...due: number[]): Promise<string[]> => {
    const deps = { queue, failedJobs: new FailedJobs(), clock: () => now, readBytesPerDay: 0 }
    const stage = { name: 'look' as const, due: async () => jobs(...due) }
    assert.equal((await sweep(deps as never, [stage], now, queued)).length, due.length)
    now = new Date(now.getTime() + 5_000)
    return taken()
  }
  assert.deepEqual(await run(1, 2, 3), ['look/1/', 'look/2/', 'look/3/'])
  assert.deepEqual(await run(1, 2, 3), [])
  held.delete('look/1/')
  assert.deepEqual(await run(2, 3, 4), ['look/4/'], 'one was done, one is new')
  held.clear()
  assert.deepEqual(
    await run(2, 3, 4, 5),
    ['look/2/', 'look/3/', 'look/4/', 'look/5/'],
    'the queue was emptied',
  )
  held.delete('look/3/')
  held.set('another', { name: 'look', data: {}, dedupId: 'another' })
  assert.deepEqual(await run(2, 3, 4, 5), [], 'one lost job is not noticed at once while another is new')
  now = new Date(now.getTime() + 60_000)
  assert.deepEqual(await run(2, 3, 4, 5), ['look/2/', 'look/3/', 'look/4/', 'look/5/'])
})

test('jobs that could not be added are added by the next sweep', async () => {
  const { queue, taken } = fakeQueue()
  const queued = new QueuedJobs()
  const now = new Date('2026-11-28T10:00:00Z')
  const stage = { name: 'look' as const, due: async () => jobs(1) }
  const deps = { failedJobs: new FailedJobs(), clock: () => now, readBytesPerDay: 0 }
  const away = { ...queue, add: () => Promise.reject(new Error('away')) }
  await assert.rejects(sweep({ ...deps, queue: away } as never, [stage], now, queued), /away/)
  await sweep({ ...deps, queue } as never, [stage], now, queued)
  assert.deepEqual(taken(), ['look/1/'])
})

test('while the queue holds a long backlog, a sweep reads only the most urgent rows', async () => {
  const { queue, held } = fakeQueue()
  const queued = new QueuedJobs()
  const limits: number[] = []
  const stage = {
    name: 'look' as const,
    async due({ limit }: { limit: number }) {
      limits.push(limit)
      return jobs(...Array.from({ length: limit }, (_, n) => n))
    },
  }
  const now = new Date('2026-11-28T10:00:00Z')
  const deps = { queue, failedJobs: new FailedJobs(), clock: () => now, readBytesPerDay: 0 }
  for (let round = 0; round < 3; round++) {
    await sweep(deps as never, [stage], now, queued)
    if (round === 1) for (const id of [...held.keys()].slice(0, 1_500)) held.delete(id)
  }
  assert.deepEqual(limits, [2_000, 200, 2_000])
})
