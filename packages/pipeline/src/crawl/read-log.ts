import { isGomodError } from '@mirrorwatch/gomod/errors'
import { readCursor } from '@mirrorwatch/store/tables/feed'
import { type SavedSums, saveSums } from '@mirrorwatch/store/tables/sums'
import { type LogHead, saveLogAlarm } from '@mirrorwatch/store/work/log-heads'
import type { StoredWindow } from '@mirrorwatch/store/work/windows'
import type { RecordTile } from '@mirrorwatch/upstream/sumdb/sumdb'
import { TILE_WIDTH } from '@mirrorwatch/upstream/sumdb/sumdb-tiles'
import { inspectionsOfPage } from './ingest.ts'
import { type LogDeps, raiseAlarm } from './log-head.ts'
import { type HeldWindow, recordProgress } from './window.ts'

export interface LogPage extends SavedSums {
  records: number
  /** Number of records that are in the log, but that Go would not accept. */
  skipped: number
  nextRecord: bigint
}

/** Number of tiles fetched at once and saved together: 2,048 records, as many as in a page of the feed. */
const TILES_AT_ONCE = 8n
const WIDTH = BigInt(TILE_WIDTH)

/**
 * Reads the records of a window to its end or the head's, tile by tile, and saves them with the cursor. Proves that every record
 * is in the tree of `head` before saving anything of its tile.
 *
 * @throws PipelineError `distrusted`, after the evidence was stored, or `lease-lost`; GomodError if the log cannot be read.
 */
export async function readLogWindow(
  deps: LogDeps,
  window: StoredWindow,
  head: LogHead,
  { held, signal, onPage }: { held: HeldWindow; signal: AbortSignal; onPage?: (page: LogPage) => void },
): Promise<void> {
  const end = window.until === null || window.until > head.size ? head.size : window.until
  const cursor = await readCursor(deps.db, window.name)
  let next = cursor?.positionMicros ?? window.since
  if (next >= end) await saveEnd(deps, window, held, next)
  while (next < end) {
    signal.throwIfAborted()
    const page = await readTiles(deps, head, next, end, signal)
    const saved = await save(deps, window, page, {
      held,
      head,
      advanced: page.nextRecord - next,
      caughtUp: page.nextRecord >= end,
    })
    next = page.nextRecord
    onPage?.({ ...saved, records: page.records.length, skipped: page.skipped, nextRecord: next })
  }
}

/** Saves the progress when nothing is new. */
async function saveEnd(deps: LogDeps, window: StoredWindow, held: HeldWindow, next: bigint): Promise<void> {
  const finished = window.until !== null && next >= window.until
  await deps.db
    .transaction()
    .execute((trx) => recordProgress(trx, held, { entries: 0, advanced: 0n, caughtUp: true, finished }))
}

interface ReadTiles extends RecordTile {
  nextRecord: bigint
}

async function readTiles(
  deps: LogDeps,
  head: LogHead,
  from: bigint,
  end: bigint,
  signal: AbortSignal,
): Promise<ReadTiles> {
  const first = from / WIDTH
  const bound = (first + TILES_AT_ONCE) * WIDTH
  const nextRecord = bound < end ? bound : end
  const indexes: bigint[] = []
  for (let index = first; index * WIDTH < nextRecord; index++) indexes.push(index)
  const tiles = await Promise.all(indexes.map((index) => provenTile(deps, head, index, signal)))
  const records = tiles
    .flatMap((tile) => tile.records)
    .filter(({ number }) => number >= from && number < nextRecord)
  return { records, skipped: tiles.reduce((sum, tile) => sum + tile.skipped, 0), nextRecord }
}

async function provenTile(
  deps: LogDeps,
  head: LogHead,
  index: bigint,
  signal: AbortSignal,
): Promise<RecordTile> {
  const untrustedTile = await deps.sumdb.fetchRecords(index, head, signal)
  try {
    return await deps.sumdb.proveRecords(untrustedTile, index, head, signal)
  } catch (error) {
    if (!isGomodError(error, 'not-trusted')) throw error
    return raiseAlarm(deps, 'records', error.message, head, untrustedTile)
  }
}

interface SaveContext {
  held: HeldWindow
  head: LogHead
  advanced: bigint
  caughtUp: boolean
}

async function save(
  deps: LogDeps,
  window: StoredWindow,
  { records, nextRecord }: ReadTiles,
  { held, head, advanced, caughtUp }: SaveContext,
): Promise<SavedSums> {
  const now = deps.clock()
  const finished = window.until !== null && nextRecord >= window.until
  return await deps.db.transaction().execute(async (trx) => {
    await recordProgress(trx, held, { entries: records.length, advanced, caughtUp, finished })
    const saved = await saveSums(trx, {
      feed: window.name,
      records,
      nextRecord,
      now,
      schedule: inspectionsOfPage(deps.inspect, now),
      goModDueAt: now,
      goModsOf: deps.countDependents,
    })
    const [first] = saved.contradictions
    if (first !== undefined) {
      const message = `${first.path}@${first.version} is logged with two different hashes`
      const seen = Buffer.from(
        records
          .filter((r) => saved.contradictions.some((c) => c.path === r.path && c.version === r.version))
          .map((r) => `${r.number} ${r.path} ${r.version} ${r.sum} ${r.goModSum}\n`)
          .join(''),
      )
      const alarm = { log: deps.sumdb.name, kind: 'two-sums' as const, message, knownNote: head.note, seen }
      await saveLogAlarm(trx, alarm, now)
    }
    return saved
  })
}
