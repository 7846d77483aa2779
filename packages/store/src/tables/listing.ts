import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'
import type { Trx } from '../database.ts'
import type { TimeInput } from '../values.ts'
import { timeText } from '../values.ts'
import { askForAssessment } from '../work/due.ts'
import { lockPages, saveCursor } from './feed.ts'

export interface Listing {
  /** Name of the cursor of the round. */
  feed: string
  /** Versions of this stretch that the complete feed has and the default one has not. */
  missing: readonly { path: string; version: string }[]
  /** Versions that both have. */
  listed: readonly { path: string; version: string }[]
  /** Position at which the round continues, in microseconds since 1970. */
  nextMicros: bigint
}

export interface SavedListing {
  takenDown: { path: string; version: string }[]
  /** Were taken down, and are there again. */
  back: number
}

/**
 * Notes what was taken down, with the time at which that was noticed, and has the modules judged again. A version that is
 * listed again loses the mark. Idempotent.
 */
export async function saveListing(trx: Trx, listing: Listing, now: TimeInput): Promise<SavedListing> {
  await lockPages(trx)
  const gone = await sql<{ id: number; path: string; version: string }>`
    update version t set taken_down_at = ${timeText(now)}::timestamptz
    from (select * from ${stored(listing.missing)} where v.taken_down_at is null offset 0) s
    where t.ctid = s.ctid
    returning s.id, s.path, s.version`.execute(trx)
  const back = await sql<{ id: number }>`
    update version t set taken_down_at = null
    from (select * from ${stored(listing.listed)} where v.taken_down_at is not null offset 0) s
    where t.ctid = s.ctid
    returning s.id`.execute(trx)
  await askForAssessment(trx, [...new Set([...gone.rows, ...back.rows].map(({ id }) => id))], now)
  await saveCursor(
    trx,
    listing.feed,
    { positionMicros: listing.nextMicros, seenAtPosition: [] },
    listing.missing.length + listing.listed.length,
  )
  return { takenDown: gone.rows.map(({ path, version }) => ({ path, version })), back: back.rows.length }
}

/** Joins `rows` to the stored versions, one key lookup per row, as in sums.ts. */
function stored(rows: readonly { path: string; version: string }[]): RawBuilder<unknown> {
  return sql`
    unnest(${rows.map((r) => r.path)}::text[], ${rows.map((r) => r.version)}::text[]) as r (path, version)
    cross join lateral (select id from module where path = r.path offset 0) m
    cross join lateral (
      select ctid, taken_down_at from version where module_id = m.id and version = r.version offset 0
    ) v`
}
