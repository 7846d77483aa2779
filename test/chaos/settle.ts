import { setTimeout as sleep } from 'node:timers/promises'
import { modulePathFault } from '@mirrorwatch/gomod/paths/module-path'
import { isValid } from '@mirrorwatch/gomod/paths/semver'
import { STAGES } from '@mirrorwatch/pipeline/pipeline'
import { queueName } from '@mirrorwatch/pipeline/work/queue/queue-names'
import type { OpenQueue } from '@mirrorwatch/pipeline/work/queue/types'
import { ALL_MODULES } from '@mirrorwatch/pipeline/work/stage'
import { enqueue } from '@mirrorwatch/pipeline/work/sweep'
import type { Db } from '@mirrorwatch/store/database'
import type { World } from '@mirrorwatch/world/world'
import { sql } from 'kysely'
import type { Fleet } from './fleet.ts'

const ASK_EVERY_MS = 250
/** Time without progress after which the remaining work must be waiting for a retry. */
const STUCK_MS = 20_000

/**
 * Waits until no work is left, and advances the clock by a month. In that time failed work is retried after minutes, and
 * dependents are counted every hour. The next inspection looks more closely at versions that were inspected before their
 * module was watched, and at versions that could not be listed because the mirror answered garbage. Unwatched modules, which
 * would be most of the work, are not inspected again.
 *
 * @throws Error if work is left in the end
 */
export async function settle(db: Db, queue: OpenQueue, world: World, fleet: Fleet): Promise<void> {
  const left = (): Promise<Left> => leftToDo(db, queue, world)
  await untilQuiet(left)
  await fleet.stop()
  await sql`update schedule set due_at = now() where last_error_code is not null`.execute(db)
  await sql`update code_reading set due_at = now() where due_at is not null`.execute(db)
  await sql`update due_work set due_at = now() where stage = 'require'`.execute(db)
  await fleet.started()
  await untilQuiet(left)
  await enqueue(queue, [{ stage: 'targets', key: ALL_MODULES, priority: 1 }])
  await untilQuiet(left)
  await sql`
    update schedule set due_at = now() where due_at is not null
      and (module_id in (select module_id from candidate)
           or module_id in (select module.id from module join target on target.path = module.path)
           or not exists (select from fingerprint
                          where fingerprint.module_id = schedule.module_id and fingerprint.version = schedule.version))`.execute(
    db,
  )
  await untilQuiet(left)
  const inTheEnd = await left()
  if (inTheEnd.total > 0) {
    const log = fleet.logged.slice(-20).join('\n')
    throw new Error(`left to do in the end: ${JSON.stringify(inTheEnd)}\n${log}`)
  }
}

/**
 * Waits until every module of the feed was matched once. Which candidates a module gets depends on the targets that are known
 * at that moment, disturbed or not, so that only what comes after it can be compared row for row; a scan, whose stages wait
 * for each other, is killed before it too (kill-scan.test.ts).
 */
export async function untilMatched(db: Db, world: World): Promise<void> {
  const versions = listedVersions(world)
  for (;;) {
    const { rows } = await sql<{ left: number }>`
      select ${versions}::int - (select count(*) from version)
        + (select count(*) from module where matched_at is null) as left`.execute(db)
    if ((rows[0]?.left ?? 1) <= 0) return
    await sleep(ASK_EVERY_MS)
  }
}

async function untilQuiet(leftNow: () => Promise<Left>): Promise<void> {
  let last = ''
  let since = Date.now()
  let quiet = 0
  while (quiet < 3 && Date.now() - since < STUCK_MS) {
    const left = await leftNow()
    quiet = left.total === 0 ? quiet + 1 : 0
    const now = JSON.stringify(left)
    if (now !== last) since = Date.now()
    last = now
    await sleep(ASK_EVERY_MS)
  }
}

interface Left {
  total: number
}

async function leftToDo(db: Db, queue: OpenQueue, world: World): Promise<Left> {
  const versions = listedVersions(world)
  const { rows } = await sql<Record<string, number>>`
    select greatest(0, ${versions}::int - (select count(*) from version)) as "inFeed",
           (select count(*) from module where matched_at is null) as unmatched,
           (select count(*) from due_work where stage = 'require' and due_at <= now()) as "goMods",
           (select count(*) from target where matched_backwards_at is null) as targets,
           (select count(*) from schedule where due_at <= now()) as inspections,
           (select count(*) from code_reading where due_at <= now()) as readings,
           (select count(*) from due_work where stage = 'assess') as assessments`.execute(db)
  const queued = Object.values(await queue.counts(...STAGES.map(({ name }) => queueName(name))))
    .map(({ waiting, active, delayed }) => waiting + active + delayed)
    .reduce((sum, count) => sum + count, 0)
  const left: Record<string, number> = { ...rows[0], queued }
  return { ...left, total: Object.values(left).reduce((sum, count) => sum + count, 0) }
}

/** Counts the versions that the feed lists, without malformed lines. */
function listedVersions(world: World): number {
  const listed = world.feed
    .page(0n, world.feed.size, true)
    .filter(({ path, version }) => modulePathFault(path) === null && isValid(version))
  return new Set(listed.map(({ path, version }) => `${path}@${version}`)).size
}
