import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, suite, test } from 'node:test'
import { requireStage } from '@mirrorwatch/pipeline/stages/require/require'
import { openStore, type Store } from '@mirrorwatch/store/connect/connect'
import { passedOn } from '@mirrorwatch/testing/cli'
import {
  createDatabase,
  insertModules,
  type TestDatabase,
  temporaryFolder,
} from '@mirrorwatch/testing/store/databases'

const MODULES = 20
const AT_ONCE = requireStage.concurrency
const main = path.join(import.meta.dirname, '../apps/worker/src/main.ts')

suite('a worker that receives a stop signal', { timeout: 120_000 }, () => {
  const dataDir = temporaryFolder()
  /** Null: in the embedded store, which takes longer to start. */
  let database: TestDatabase | null = null
  const children: ChildProcess[] = []
  let proxy: Awaited<ReturnType<typeof startHoldingProxy>>

  before(async () => {
    proxy = await startHoldingProxy()
    if (process.env['DATABASE_URL'] !== undefined) database = await createDatabase()
    await withStore(seed)
  })
  after(async () => {
    for (const child of children) child.kill('SIGKILL')
    await proxy?.close()
    await database?.drop()
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 })
  })

  async function withStore<T>(work: (store: Store) => Promise<T>): Promise<T> {
    await using store = await openStore({
      dataDir,
      ...(database === null ? {} : { databaseUrl: database.url }),
    })
    return await work(store)
  }

  function startWorker() {
    const child = spawn(process.execPath, [main], {
      env: {
        ...passedOn(),
        ...(database === null ? {} : { DATABASE_URL: database.url }),
        MIRRORWATCH_DATA_DIR: dataDir,
        MIRRORWATCH_PROXY_URL: proxy.url,
        MIRRORWATCH_SUMDB_URL: 'off',
        MIRRORWATCH_ALLOW_PRIVATE_HOSTS: '127.0.0.1',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: tmpdir(),
    })
    children.push(child)
    const ended = once(child, 'exit')
    const lines = createInterface(child.stderr)
    const stops = new Promise<void>((resolve) => {
      lines.on('line', (line) => line.includes('finishing running jobs') && resolve())
    })
    return { child, ended, stops }
  }

  test('by a first signal ends the jobs that run, begins none, and exits with 0', async () => {
    const { child, ended, stops } = startWorker()
    await proxy.holds(AT_ONCE)
    child.kill('SIGTERM')
    await stops
    proxy.release()
    assert.deepEqual(await ended, [0, null])
    assert.equal(proxy.asked.size, AT_ONCE)
    assert.deepEqual(await withStore(read), [...proxy.asked].toSorted())
  })

  test('by a second signal exits with 130 at once, and what ran is due as before', async () => {
    const done = await withStore(read)
    const { child, ended, stops } = startWorker()
    await proxy.holds(AT_ONCE)
    child.kill('SIGTERM')
    await stops
    child.kill('SIGTERM')
    // The jobs have no answers yet, nor the ten seconds that they would be given.
    assert.deepEqual(await ended, [130, null])
    proxy.release()
    assert.deepEqual(await withStore(read), done)
  })
})

/** Inserts modules whose go.mod files are due to be read. */
async function seed(store: Store): Promise<void> {
  const paths = Array.from({ length: MODULES }, (_, i) => `quiet.example/m${i}`)
  const ids = await insertModules(store, ...paths)
  const long = '2020-01-01T00:00:00Z'
  const versions = ids.map((id) => ({ module_id: id, version: 'v1.0.0', cached_at: long }))
  await store.db.insertInto('version').values(versions).execute()
  await store.db
    .insertInto('due_work')
    .values(ids.map((id) => ({ stage: 'require' as const, module_id: id, due_at: long })))
    .execute()
}

/** Paths of the modules whose go.mod was read. */
async function read({ db }: Store): Promise<string[]> {
  const due = await db.selectFrom('due_work').select('module_id').where('stage', '=', 'require').execute()
  const rows = await db.selectFrom('module').select('path').where('latest_version', 'is not', null).execute()
  assert.equal(rows.length + due.length, MODULES)
  return rows.map((row) => row.path).toSorted()
}

/** Starts a module proxy that holds requests for go.mod files until the test releases them. */
async function startHoldingProxy() {
  const asked = new Set<string>()
  let held: (() => void)[] = []
  const server = createServer((request, response) => {
    const [, module] = /(quiet\.example\/m\d+)\/@v\/v1\.0\.0\.mod$/.exec(request.url ?? '') ?? []
    if (module === undefined) return response.writeHead(404).end()
    asked.add(module)
    held.push(() => response.end(`module ${module}\n`))
    return server.emit('held')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async holds(count: number): Promise<void> {
      while (held.length < count) await once(server, 'held')
    },
    release(): void {
      for (const answer of held) answer()
      held = []
    },
    async close(): Promise<void> {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
