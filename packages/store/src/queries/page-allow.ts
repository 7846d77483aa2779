import { sql } from 'kysely'
import type { Db } from '../database.ts'

/** Number of findings that an entry of the allow list explained. */
export interface AllowHits {
  id: number
  /** Findings that it explains now, counted up to {@link MAX_HITS} of all entries together. */
  hits: number
  /** When a finding was last seen with it; null where it never explained one. */
  lastSeenAt: string | null
}

/** Signals that are read: a list of allowed names explains a few thousand findings at most. */
const MAX_HITS = 20_000

/** Returns the hits of every entry that has any. Evidence says who allowed what, when and why. */
export async function allowHits(db: Db): Promise<AllowHits[]> {
  const { rows } = await sql<AllowHits>`
    with hit as (
      select finding_id, evidence, last_seen_at from signal
      where rule = 'honest-allowed' and withdrawn_at is null limit ${MAX_HITS}),
    -- Many names may be allowed at once, with one reason: the name tells them apart.
    named as materialized (
      select h.*, case when h.evidence ->> 'kind' = 'owner' then s.owner else split_part(s.text, E'\\n', 1) end as name
      from hit h join finding_search s on s.finding_id = h.finding_id)
    select a.id, count(*) as hits, max(h.last_seen_at) as "lastSeenAt"
    from named h join allow_entry a on lower(a.module) = h.name and a.kind = h.evidence ->> 'kind'
      and a.author = h.evidence ->> 'who' and a.reason = h.evidence ->> 'why'
      and a.target is not distinct from h.evidence ->> 'target'
      and a.created_at = (h.evidence ->> 'when')::timestamptz
    group by a.id`.execute(db)
  return rows
}
