import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openQueue } from '@mirrorwatch/pipeline/work/queue/queue'
import { openStore } from '@mirrorwatch/store/connect/connect'
import { installationId } from '@mirrorwatch/store/connect/installation'
import { asAdmin } from '@mirrorwatch/testing/store/databases'
import { assertSame, type Snapshot, snapshot } from '@mirrorwatch/testing/store/snapshot'
import { syntheticSpec } from '@mirrorwatch/world/scenes/synthetic-world'
import { startWorld } from '@mirrorwatch/world/world'
import { type OwnServer, ownPostgres, ownRedis } from './chaos/databases.ts'
import { DISTURBANCES, type Disturbance } from './chaos/disturbances.ts'
import { Fleet } from './chaos/fleet.ts'
import { lookAgain, REPOSITORY_CHANGES, untilSeen } from './chaos/repository-changes.ts'
import { settle, untilMatched } from './chaos/settle.ts'

/**
 * A full run is MIRRORWATCH_CHAOS_VERSIONS=5000 MIRRORWATCH_CHAOS_ROUNDS=3 MIRRORWATCH_CHAOS_OUTAGE_MS=10000; one kind of
 * disturbance after another, each in a separate run, with MIRRORWATCH_CHAOS_STRIKES=3 instead of rounds.
 */
const VERSIONS = Number(process.env['MIRRORWATCH_CHAOS_VERSIONS'] ?? 60)
/** Rounds of all disturbances in one run. */
const ROUNDS = Number(process.env['MIRRORWATCH_CHAOS_ROUNDS'] ?? 1)
/** Repetitions of each disturbance in a separate run; 0: all disturbances in one run. */
const STRIKES = Number(process.env['MIRRORWATCH_CHAOS_STRIKES'] ?? 0)
const SEED = Number(process.env['MIRRORWATCH_SEED'] ?? 1)
const VERSIONS_PER_MODULE = Math.max(5, Math.ceil(VERSIONS / 240))
/**
 * Number of modules that resemble one another, so that every comparison runs. The other modules have unique names, as most in
 * the ecosystem do. If more than twelve projects share a name (eight for a common name), the same-name rule keeps those with
 * the most dependents, and a version is compared with three of them. These three change over time, and old comparisons stay.
 * So here four modules share each name, and all have equally many dependents in the end. A module with more dependents would
 * not be a look-alike during that time.
 */
const SHARING = 20
const SPEC = syntheticSpec({
  modules: Math.ceil(VERSIONS / VERSIONS_PER_MODULE),
  versionsPerModule: VERSIONS_PER_MODULE,
  movedEvery: 7,
  sharing: SHARING,
  originlessEvery: 4,
})
/**
 * Look-alikes alone are always compared in full: how far the inspections of other modules go depends on what the ones before saw,
 * and so on their number.
 */
const CHANGED = SPEC.repositories.slice(1, SHARING + 1)
/** Time for the undisturbed and the disturbed runs on a loaded machine; a full run takes longer. */
const LONGEST_MS = 480_000 * Math.max(1, VERSIONS / 60)
/** Bytes of the disk that gets full. */
const DISK = '48m'

suite('a service with two workers that is disturbed', { timeout: LONGEST_MS }, () => {
  let redis: OwnServer
  let postgres: OwnServer
  let undisturbed: Snapshot
  let missing: string | null = null
  const cleanups: (() => unknown)[] = []

  before(async () => {
    const [ownR, ownP] = [await ownRedis(), await ownPostgres()]
    for (const own of [ownR, ownP])
      if (typeof own !== 'string') cleanups.push(() => own[Symbol.asyncDispose]())
    if (typeof ownR === 'string' || typeof ownP === 'string') {
      missing = [ownR, ownP].filter((own) => typeof own === 'string').join('; ')
      return
    }
    redis = ownR
    postgres = ownP
    const started = performance.now()
    undisturbed = (await run([], 0)).rows
    const seconds = (performance.now() - started) / 1000
    undisturbedSeconds = seconds
    assert.ok((undisturbed['findings']?.length ?? 0) > 5)
    assert.deepEqual(undisturbed['pending'], [])
    const kinds = new Set((undisturbed['events'] as { kind: string }[]).map(({ kind }) => kind))
    assert.deepEqual([...kinds].sort(), [
      'gone',
      'reborn',
      'returned',
      'tag-moved',
      'tag-returned',
      'tag-vanished',
    ])
  })
  after(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup()
  })
  let undisturbedSeconds = 0

  for (const [name, disturbances] of plans()) {
    test(`${name}: ends as the undisturbed one`, { timeout: LONGEST_MS }, async (t) => {
      if (missing !== null) return t.skip(missing)
      const { rows, logged, unexpected } = await run(disturbances, undisturbedSeconds)
      assertSame(rows, undisturbed)
      if (process.env['MIRRORWATCH_CHAOS_LOG'] !== undefined) for (const line of logged) t.diagnostic(line)
      assert.ok(mostRepeated(logged) <= disturbances.length + 1, 'the log says what happened once')
      assert.deepEqual(unexpected, [])
    })
  }

  /** Runs the service from nothing to the end, and returns what it left. */
  async function run(disturbances: readonly Disturbance[], seconds: number): Promise<Ended> {
    // A new world: it changes during the run.
    await using world = await startWorld(SPEC)
    const database = `chaos_${cleanups.length}_${Math.round(performance.now())}`
    const url = new URL(postgres.url)
    await asAdmin(url, `create database ${database}`)
    url.pathname = `/${database}`
    const disk = await smallDisk()
    const env = {
      ...world.env,
      DATABASE_URL: url.href,
      REDIS_URL: redis.url,
      MIRRORWATCH_DATA_DIR: disk.folder,
      MIRRORWATCH_LOG_LEVEL: 'info',
    }
    await using store = await openStore({ databaseUrl: url.href, dataDir: disk.folder })
    const prefix = `mirrorwatch-${await installationId(store.db)}`
    await using queue = await openQueue({ kind: 'redis', url: redis.url, prefix })
    await using fleet = new Fleet(env)
    const random = randomFrom(SEED)
    await fleet.started()
    await untilMatched(store.db, world)
    const half = Math.ceil(disturbances.length / 2)
    for (const [at, some] of [disturbances.slice(0, half), disturbances.slice(half)].entries()) {
      await untilSeen(store.db)
      await REPOSITORY_CHANGES[at]?.(world, CHANGED)
      await lookAgain(store.db)
      for (const { needsOwnDisk, strike } of some) {
        if (needsOwnDisk === true && !disk.own) continue
        await sleep((random() * seconds * 900) / disturbances.length)
        await strike({ world, fleet, redis, postgres, folder: disk.folder, ownDisk: disk.own, random })
      }
    }
    await untilSeen(store.db)
    await settle(store.db, queue, world, fleet)
    await fleet.stop()
    return {
      rows: await snapshot(store.db, { history: false }),
      logged: fleet.warnings(),
      unexpected: world.requests.unexpected(),
    }
  }

  /** Creates a folder on a separate disk if this user may mount one. */
  async function smallDisk(): Promise<{ folder: string; own: boolean }> {
    const folder = await mkdtemp(path.join(tmpdir(), 'mirrorwatch-chaos-'))
    let own = true
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK}`, 'tmpfs', folder], { stdio: 'ignore' })
    } catch {
      own = false
    }
    cleanups.push(async () => {
      if (own) execFileSync('umount', [folder])
      await rm(folder, { recursive: true, force: true })
    })
    return { folder, own }
  }
})

interface Ended {
  rows: Snapshot
  logged: string[]
  unexpected: unknown[]
}

function plans(): [string, Disturbance[]][] {
  if (STRIKES === 0) {
    const random = randomFrom(SEED)
    const all = Array.from({ length: ROUNDS }, () => DISTURBANCES.toSorted(() => random() - 0.5)).flat()
    return [[`each disturbance ${ROUNDS} times`, all]]
  }
  return DISTURBANCES.map((disturbance) => [
    `${disturbance.name}, ${STRIKES} times`,
    Array.from({ length: STRIKES }, () => disturbance),
  ])
}

/** Returns the count of the message that one process logged most often, ignoring numbers and files. */
function mostRepeated(logged: readonly string[]): number {
  const counts = new Map<string, number>()
  for (const line of logged) {
    const { pid, msg, err } = JSON.parse(line) as { pid: number; msg: string; err?: { message: string } }
    const kind = `${pid} ${`${msg} ${err?.message ?? ''}`.replace(/\/\S+|\d+/g, '#')}`
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return Math.max(0, ...counts.values())
}

/** A small linear congruential generator: the same moments for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}
