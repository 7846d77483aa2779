import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { after, suite, test } from 'node:test'
import { createLogger } from '@mirrorwatch/pipeline/observe/log'
import { LoopWatch } from '@mirrorwatch/pipeline/observe/loop-watch'
import { createMetrics } from '@mirrorwatch/pipeline/observe/metrics'
import { runScheduler } from '@mirrorwatch/pipeline/service/scheduler'
import { releaseLease, takeLease } from '@mirrorwatch/store/work/lease'
import { passedOn } from '@mirrorwatch/testing/cli'
import { createDatabase, ENGINES, openTestStore } from '@mirrorwatch/testing/store/databases'
import { sql } from 'kysely'

for (const { kind, skip } of ENGINES) {
  suite(`the lease of the scheduler, on ${kind}`, { skip }, () => {
    test('one holds it until it gives it back or its time is over', async (t) => {
      const { store, drop } = await openTestStore(kind)
      t.after(drop)
      const { db } = store
      const taken = await Promise.all(
        ['a', 'b', 'c', 'd'].map((holder) => takeLease(db, { name: 'x', holder }, 60_000)),
      )
      assert.equal(taken.filter(Boolean).length, 1)
      const holder = 'abcd'[taken.indexOf(true)] ?? ''
      assert.equal(await takeLease(db, { name: 'x', holder }, 60_000), true)
      await releaseLease(db, { name: 'x', holder: 'another process' })
      assert.equal(await takeLease(db, { name: 'x', holder: 'e' }, 60_000), false)
      await releaseLease(db, { name: 'x', holder })
      assert.equal(await takeLease(db, { name: 'x', holder: 'e' }, 60_000), true)
      await sql`update lease set until = clock_timestamp()`.execute(db)
      assert.equal(await takeLease(db, { name: 'x', holder: 'f' }, 60_000), true)
      assert.equal(await takeLease(db, { name: 'x', holder: 'e' }, 60_000), false)
      assert.equal(await takeLease(db, { name: 'y', holder: 'e' }, 60_000), true)
    })

    test('a scheduler that loses its lease ends its term', async (t) => {
      const { store, drop } = await openTestStore(kind)
      t.after(drop)
      const stop = new AbortController()
      const deps = {
        db: store.db,
        log: createLogger('silent'),
        metrics: createMetrics(),
        loops: new LoopWatch(),
      }
      const ended = new Promise<unknown>((resolve) => {
        void runScheduler(deps, stop.signal, async (term) => {
          await sql`update lease set holder = 'another', until = clock_timestamp() + interval '1 hour'`.execute(
            store.db,
          )
          await new Promise((aborted) => term.addEventListener('abort', aborted, { once: true }))
          resolve(stop.signal.aborted)
          stop.abort()
        })
      })
      assert.equal(await ended, false)
    })
  })
}

suite('two processes with a scheduler', () => {
  const children: ChildProcess[] = []
  const folder = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-scheduler-'))
  after(() => {
    for (const child of children) child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })

  function start(env: Record<string, string>): {
    child: ChildProcess
    said: string[]
    says(what: string): Promise<void>
  } {
    const file = path.join(import.meta.dirname, 'children/scheduler.ts')
    const child = spawn(process.execPath, [file], {
      env: { ...passedOn(), ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    const said: string[] = []
    const lines = createInterface(child.stdout)
    lines.on('line', (line) => said.push(line))
    return {
      child,
      said,
      async says(what) {
        while (!said.includes(what)) await once(lines, 'line')
      },
    }
  }

  async function take(env: Record<string, string>, signal: NodeJS.Signals): Promise<void> {
    const first = start(env)
    await first.says('begins')
    const second = start(env)
    await second.says('ready')
    assert.deepEqual(second.said, ['ready'])
    first.child.kill(signal)
    await second.says('begins')
    assert.deepEqual(second.said, ['ready', 'begins'])
    second.child.kill('SIGTERM')
    await once(second.child, 'exit')
    assert.deepEqual(second.said, ['ready', 'begins', 'ends'])
  }

  const skip = process.env['DATABASE_URL'] === undefined ? 'DATABASE_URL is not set' : false
  test('the other takes over when the one that runs it is killed', { skip, timeout: 60_000 }, async (t) => {
    const database = await createDatabase()
    t.after(database.drop)
    await take({ DATABASE_URL: database.url, MIRRORWATCH_DATA_DIR: folder }, 'SIGKILL')
  })
})
