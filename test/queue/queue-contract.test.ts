import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, afterEach, before, suite, test } from 'node:test'
import { openQueue } from '@mirrorwatch/pipeline/work/queue/queue'
import type {
  ActiveJob,
  JobHandler,
  OpenQueue,
  QueueConfig,
  QueueJob,
} from '@mirrorwatch/pipeline/work/queue/types'
import { createDatabase, openTestStore } from '@mirrorwatch/testing/store/databases'

interface Engine {
  kind: QueueConfig['kind']
  skip: string | false
  open: () => Promise<{ config: QueueConfig; drop: () => Promise<void> }>
}

const nothing = (): Promise<void> => Promise.resolve()

const ENGINES: Engine[] = [
  {
    kind: 'redis',
    skip: process.env['REDIS_URL'] === undefined ? 'REDIS_URL is not set' : false,
    open: () =>
      Promise.resolve({
        config: {
          kind: 'redis',
          url: process.env['REDIS_URL'] ?? '',
          prefix: `mirrorwatch-test-${process.pid}`,
        },
        drop: nothing,
      }),
  },
  {
    kind: 'postgres',
    skip: process.env['DATABASE_URL'] === undefined ? 'DATABASE_URL is not set' : false,
    async open() {
      const { url, drop } = await createDatabase()
      return { config: { kind: 'postgres', poolConfig: { connectionString: url } }, drop }
    },
  },
  {
    kind: 'embedded',
    skip: false,
    async open() {
      const { store, drop } = await openTestStore('embedded')
      return { config: { kind: 'embedded', poolConfig: store.poolConfig }, drop }
    },
  },
]

/** Records the jobs that a handler receives, and resolves once it has received a given number. */
function recorder(work: JobHandler = nothing) {
  const jobs: ActiveJob[] = []
  const waiting: { count: number; resolve: () => void }[] = []
  const handler: JobHandler = async (job, signal) => {
    jobs.push(job)
    for (const each of waiting) if (jobs.length >= each.count) each.resolve()
    await work(job, signal)
  }
  const seen = (count: number): Promise<void> =>
    new Promise((resolve) => {
      if (jobs.length >= count) resolve()
      else waiting.push({ count, resolve })
    })
  return { jobs, handler, seen }
}

function job(id: string | number, more: Partial<QueueJob> = {}): QueueJob {
  return { name: 'look', data: { id }, dedupId: `look/${id}/v1.0.0`, ...more }
}

const ids = (jobs: ActiveJob[]): unknown[] => jobs.map(({ data }) => (data as { id: unknown }).id)

for (const { kind, skip, open } of ENGINES) {
  suite(`the queue on ${kind}`, { skip }, () => {
    let config: QueueConfig
    let drop: () => Promise<void>
    let name: string
    let errors: Error[] = []
    let opened: OpenQueue[] = []
    let count = 0

    before(async () => {
      ;({ config, drop } = await open())
    })
    after(() => drop())
    afterEach(async () => {
      await Promise.all(opened.map((queue) => queue.close({ deadlineMs: 0 })))
      opened = []
      errors = []
      const last = await openQueue(config)
      await last.obliterate(name)
      await last.close()
    })

    /** Opens a new queue on the first call in a test, and joins it on further calls. */
    async function openOne(): Promise<OpenQueue> {
      if (opened.length === 0) name = `contract-${count++}`
      const queue = await openQueue(config, { onError: (error) => errors.push(error) })
      opened.push(queue)
      return queue
    }

    /** Resolves once nothing waits or runs. */
    async function drained(queue: OpenQueue): Promise<void> {
      for (;;) {
        const counts = (await queue.counts(name))[name]
        if (counts?.waiting === 0 && counts.active === 0 && counts.delayed === 0) return
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    }

    test('every job runs once, with its name and data and a signal', async () => {
      const queue = await openOne()
      let signalled = true
      const { jobs, handler, seen } = recorder((_, signal) => {
        signalled &&= signal instanceof AbortSignal && !signal.aborted
        return nothing()
      })
      await queue.add(name, [job(1), job(2, { name: 'other', data: { id: 2, path: 'github.com/x/ü"\\' } })])
      await queue.work(name, handler, { concurrency: 1 })
      await seen(2)
      await queue.add(name, [job(3)])
      await seen(3)
      await drained(queue)
      assert.deepEqual(ids(jobs), [1, 2, 3])
      assert.deepEqual(
        jobs.map((each) => [each.name, each.attempt]),
        [
          ['look', 1],
          ['other', 1],
          ['look', 1],
        ],
      )
      assert.deepEqual(jobs[1]?.data, { id: 2, path: 'github.com/x/ü"\\' })
      assert.ok(signalled)
      assert.deepEqual(errors, [])
    })

    test('a job is there once, whether it waits or runs, and can be added again when it is done', async () => {
      const queue = await openOne()
      const release = Promise.withResolvers<void>()
      const { jobs, handler, seen } = recorder(() => release.promise)
      await queue.add(name, [job(1), job(1), job(2)])
      await queue.add(name, [job(1), job(2)])
      assert.deepEqual((await queue.counts(name))[name], { waiting: 2, delayed: 0, active: 0 })
      await queue.work(name, handler, { concurrency: 2 })
      await seen(2)
      await queue.add(name, [job(1), job(2)])
      assert.deepEqual((await queue.counts())[name], { waiting: 0, delayed: 0, active: 2 })
      release.resolve()
      await drained(queue)
      await queue.add(name, [job(1)])
      await seen(3)
      assert.deepEqual(ids(jobs).slice(2), [1])
    })

    test('what is more urgent runs first', async () => {
      const queue = await openOne()
      const { jobs, handler, seen } = recorder()
      await queue.add(name, [
        job('late', { priority: 9 }),
        job('soon', { priority: 1 }),
        job('now', { priority: 0 }),
      ])
      await queue.work(name, handler, { concurrency: 1 })
      await seen(3)
      assert.deepEqual(ids(jobs), ['now', 'soon', 'late'])
    })

    test('a job that throws is reported, not repeated, and may be added again', async () => {
      const queue = await openOne()
      const { jobs, handler, seen } = recorder((each) =>
        each.name === 'bad' ? Promise.reject(new Error('no luck')) : nothing(),
      )
      await queue.add(name, [job(1, { name: 'bad' }), job(2)])
      await queue.work(name, handler, { concurrency: 1 })
      await seen(2)
      await drained(queue)
      assert.deepEqual(
        errors.map((error) => error.message),
        ['no luck'],
      )
      await queue.add(name, [job(1)])
      await seen(3)
      assert.deepEqual(ids(jobs), [1, 2, 1])
    })

    test('no more jobs run at once than asked for', async () => {
      const queue = await openOne()
      let running = 0
      let most = 0
      const { handler, seen } = recorder(async () => {
        most = Math.max(most, ++running)
        await new Promise((resolve) => setTimeout(resolve, 5))
        running -= 1
      })
      await queue.add(
        name,
        Array.from({ length: 24 }, (_, at) => job(at)),
      )
      await queue.work(name, handler, { concurrency: 4 })
      await seen(24)
      await drained(queue)
      assert.equal(most, 4)
    })

    test('several workers share the jobs, each job running once', async () => {
      const queues = [await openOne(), await openOne()]
      const { jobs, handler, seen } = recorder()
      for (const queue of queues) await queue.work(name, handler, { concurrency: 3 })
      const all = Array.from({ length: 1_200 }, (_, at) => job(at))
      // More than one chunk, and both add the same.
      await Promise.all(queues.map((queue) => queue.add(name, all)))
      await seen(1_200)
      await drained(queues[0] as OpenQueue)
      assert.ok(new Set(ids(jobs)).size === 1_200)
      // A job that was done before the other's add reached it may run again: that is allowed. Two at once are not.
      assert.ok(jobs.every((each) => each.attempt === 1))
      assert.deepEqual(errors, [])
    })

    test('a queue whose workers were closed begins no job, and takes new ones', async () => {
      const queue = await openOne()
      const release = Promise.withResolvers<void>()
      const { jobs, handler, seen } = recorder(() => release.promise)
      await queue.add(name, [job(1), job(2)])
      await queue.work(name, handler, { concurrency: 1 })
      await seen(1)
      const closed = queue.closeWorkers()
      release.resolve()
      await queue.add(name, [job(3)])
      await closed
      assert.deepEqual((await queue.counts(name))[name], { waiting: 2, delayed: 0, active: 0 })
      assert.deepEqual(ids(jobs), [1])
    })

    test('closing waits for what runs', async () => {
      const queue = await openOne()
      const { handler, seen } = recorder(async () => {
        await new Promise((resolve) => setTimeout(resolve, 100))
        finished = true
      })
      let finished = false
      await queue.work(name, handler, { concurrency: 1 })
      await queue.add(name, [job(1), job(2)])
      await seen(1)
      await queue.close({ deadlineMs: 10_000 })
      assert.ok(finished)
      const next = await openOne()
      assert.equal((await next.counts(name))[name]?.waiting, 1)
    })

    test('what still runs at the deadline is aborted, is no error, and can be added again', async () => {
      const queue = await openOne()
      const { handler, seen } = recorder(
        (_, signal) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(new Error('aborted')))
          }),
      )
      await queue.work(name, handler, { concurrency: 1 })
      await queue.add(name, [job(1)])
      await seen(1)
      await queue.close({ deadlineMs: 20 })
      assert.deepEqual(errors, [])
      const next = await openOne()
      const again = recorder()
      await next.work(name, again.handler, { concurrency: 1 })
      await next.add(name, [job(1)])
      await again.seen(1)
    })

    test('the job of a worker that was killed is run again by another', async () => {
      const queue = await openOne()
      await queue.add(name, [job(1)])
      const script = new URL('./children/hanging-worker.ts', import.meta.url).pathname
      const child = spawn(process.execPath, [script, JSON.stringify(config), name, '500'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      await once(child.stdout, 'data')
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
      const { jobs, handler, seen } = recorder()
      await queue.work(name, handler, { concurrency: 1, lockMs: 500 })
      await seen(1)
      assert.deepEqual([ids(jobs), jobs[0]?.attempt], [[1], 2])
    })

    test('a queue that was emptied looks empty and takes the same jobs again', async () => {
      const queue = await openOne()
      await queue.add(name, [job(1), job(2)])
      await queue.obliterate(name)
      assert.deepEqual((await queue.counts(name))[name], { waiting: 0, delayed: 0, active: 0 })
      const { jobs, handler, seen } = recorder()
      await queue.work(name, handler, { concurrency: 1 })
      await queue.add(name, [job(1), job(2)])
      await seen(2)
      assert.deepEqual(ids(jobs), [1, 2])
    })

    test('nothing is left of jobs that are done', async () => {
      const queue = await openOne()
      const { handler, seen } = recorder()
      await queue.work(name, handler, { concurrency: 8 })
      await queue.add(
        name,
        Array.from({ length: 50 }, (_, at) => job(at)),
      )
      await seen(50)
      await drained(queue)
      assert.deepEqual((await queue.counts(name))[name], { waiting: 0, delayed: 0, active: 0 })
    })
  })
}
