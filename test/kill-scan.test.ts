import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openStore } from '@mirrorwatch/store/connect/connect'
import { findRedis } from '@mirrorwatch/testing/services'
import { createDatabase } from '@mirrorwatch/testing/store/databases'
import { assertSame, type Snapshot, snapshot } from '@mirrorwatch/testing/store/snapshot'
import { startWorld, type World } from '@mirrorwatch/world/world'
import { Redis } from 'ioredis'

/** Kills per mode. A full run is MIRRORWATCH_KILLS=20; the short one keeps a test run short. */
const KILLS = Number(process.env['MIRRORWATCH_KILLS'] ?? 2)
const SEED = Number(process.env['MIRRORWATCH_SEED'] ?? 1)

const main = path.join(import.meta.dirname, '../apps/cli/src/main.ts')
const databaseUrl = process.env['DATABASE_URL']

suite('a scan that is killed again and again', () => {
  let world: World
  let undisturbed: Snapshot
  const folders: string[] = []

  before(async () => {
    world = await startWorld('demo')
    const folder = await newFolder()
    const child = startScan({ MIRRORWATCH_DATA_DIR: folder })
    assert.notEqual(await exitOf(child), 2)
    undisturbed = await snapshotOf({ dataDir: folder })
    assert.ok((undisturbed['findings']?.length ?? 0) > 5)
    assert.deepEqual(undisturbed['pending'], [])
  })
  after(async () => {
    await world?.close()
    for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  })

  test('ends as before, and not as a failure, where a second scan has nothing left to do', async () => {
    const [folder = ''] = folders
    assert.equal(await exitOf(startScan({ MIRRORWATCH_DATA_DIR: folder })), 1)
    assertSame(await snapshotOf({ dataDir: folder }), undisturbed)
  })

  test(`ends the same after ${KILLS} kills, on the embedded store`, async () => {
    const folder = await newFolder()
    await killAndFinish({ MIRRORWATCH_DATA_DIR: folder }, async () => {})
    assertSame(await snapshotOf({ dataDir: folder }), undisturbed)
  })

  test(`ends the same after ${KILLS} kills with Redis wiped in between, on Postgres and Redis`, {
    skip: databaseUrl === undefined ? 'DATABASE_URL is not set' : false,
  }, async (t) => {
    await using redis = await findRedis({})
    if (redis.url === null) return t.skip(redis.missing ?? '')
    const database = await createDatabase()
    t.after(database.drop)
    const folder = await newFolder()
    await using client = disposable(new Redis(redis.url))
    const env = { DATABASE_URL: database.url, REDIS_URL: redis.url, MIRRORWATCH_DATA_DIR: folder }
    await killAndFinish(env, async () => void (await client.redis.flushall()))
    assertSame(await snapshotOf({ databaseUrl: database.url, dataDir: folder }), undisturbed)
  })

  function startScan(env: Record<string, string>): ChildProcess {
    const { PATH = '' } = process.env
    return spawn(process.execPath, [main, 'scan', '--json'], {
      env: { PATH, ...world.env, ...env },
      stdio: 'ignore',
      cwd: tmpdir(),
    })
  }

  async function killAndFinish(env: Record<string, string>, between: () => Promise<void>): Promise<void> {
    const random = randomFrom(SEED)
    for (let kill = 0; kill < KILLS; kill++) {
      const child = startScan(env)
      const ended = exitOf(child)
      await Promise.race([sleep(800 + random() * 12_000), ended])
      child.kill('SIGKILL')
      await ended
      await between()
    }
    assert.notEqual(await exitOf(startScan(env)), 2)
  }

  async function newFolder(): Promise<string> {
    const folder = await mkdtemp(path.join(tmpdir(), 'mirrorwatch-kill-'))
    folders.push(folder)
    return folder
  }
})

async function snapshotOf(options: Parameters<typeof openStore>[0]): Promise<Snapshot> {
  await using store = await openStore(options)
  return await snapshot(store.db)
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const [code] = (await once(child, 'exit')) as [number | null]
  return code
}

function disposable(redis: Redis): { redis: Redis } & AsyncDisposable {
  return { redis, [Symbol.asyncDispose]: async () => void (await redis.quit()) }
}

/** A small linear congruential generator: the same moments for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}
