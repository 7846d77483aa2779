import type { Db, Trx } from '@mirrorwatch/store/database'
import { readCursor } from '@mirrorwatch/store/tables/feed'
import { addWindows, lockPlanning, type StoredWindow, windowsOf } from '@mirrorwatch/store/work/windows'
import type { FeedWindow } from './feed-window.ts'

/**
 * Creates the windows of a feed: one without an end, which is followed, and, if the past is wanted, one for each month before
 * it. Changes no existing window, so any crawler may call it at any time; an earlier `backfillMicros` adds months before the
 * first one.
 */
export async function planFeed(
  db: Db,
  feed: string,
  follow: FeedWindow,
  backfillMicros: bigint | null,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockPlanning(trx)
    await addWindows(trx, feed, [await followed(trx, follow)])
    if (backfillMicros === null) return
    const [known] = await windowsOf(trx, feed, 'backfill')
    const [open] = await windowsOf(trx, feed, 'follow')
    const end = known?.since ?? open?.since ?? 0n
    await addWindows(trx, feed, stretches(feed, 'backfill', months(backfillMicros, end)))
  })
}

/** Returns the followed window. A feed followed before windows existed has an unknown start, so its past ends at the cursor. */
async function followed(trx: Trx, follow: FeedWindow): Promise<StoredWindow> {
  const cursor = await readCursor(trx, follow.name)
  const since = cursor?.positionMicros ?? follow.sinceMicros ?? 0n
  return { name: follow.name, kind: 'follow', since, until: null }
}

/** Creates the windows of a checksum database: records from `since` on are followed, each `chunk` before is one window. */
export async function planLog(
  db: Db,
  log: string,
  follow: { since: bigint; backfills: boolean },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockPlanning(trx)
    await addWindows(trx, log, [{ name: log, kind: 'log-follow', since: follow.since, until: null }])
    if (!follow.backfills) return
    const [known] = await windowsOf(trx, log, 'log-backfill')
    const [open] = await windowsOf(trx, log, 'log-follow')
    const end = known?.since ?? open?.since ?? 0n
    await addWindows(trx, log, stretches(log, 'log-backfill', chunks(end)))
  })
}

function stretches(feed: string, kind: StoredWindow['kind'], bounds: readonly bigint[]): StoredWindow[] {
  return bounds.slice(1).map((until, at) => {
    const since = bounds[at] ?? 0n
    return { name: `${feed}?${kind}=${since}-${until}`, kind, since, until }
  })
}

/** Returns `since`, the first days of the months after it, and `until`; nothing if the range is empty. */
function months(since: bigint, until: bigint): bigint[] {
  if (since >= until) return []
  const bounds = [since]
  const first = new Date(Number(since / 1000n))
  for (let month = 1; ; month++) {
    const next = BigInt(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + month, 1)) * 1000n
    if (next >= until) return [...bounds, until]
    bounds.push(next)
  }
}

/** Number of records in one window: 1,024 tiles, some minutes at the public database's rate. */
const CHUNK = 262_144n

function chunks(until: bigint): bigint[] {
  if (until <= 0n) return []
  const bounds: bigint[] = []
  for (let at = 0n; at < until; at += CHUNK) bounds.push(at)
  return [...bounds, until]
}
