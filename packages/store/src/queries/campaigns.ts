import { SEVERITIES, type Severity } from '@mirrorwatch/detect/severity'
import { sql } from 'kysely'
import type { Db } from '../database.ts'

export interface Campaign {
  id: string
  findings: number
  /** Findings that wait for a decision. */
  open: number
  /** The highest of its findings. */
  severity: Severity
  firstSeen: string
  lastSeen: string
}

/** Campaigns of one list. */
const MAX_CAMPAIGNS = 500

/** Returns the campaigns, the latest first. */
export async function listCampaigns(db: Db): Promise<Campaign[]> {
  const { rows } = await sql<Omit<Campaign, 'severity'> & { rank: number }>`
    select s.evidence ->> 'id' as id, count(*) as findings,
      count(*) filter (where f.status in ('open', 'investigating')) as open, min(f.severity_rank) as rank,
      min(s.first_seen_at) as "firstSeen", max(s.first_seen_at) as "lastSeen"
    from signal s join finding f on f.id = s.finding_id
    where s.rule = 'campaign' and s.withdrawn_at is null
    group by 1 order by max(s.first_seen_at) desc, 1 limit ${MAX_CAMPAIGNS}`.execute(db)
  return rows.map(({ rank, ...campaign }) => ({ ...campaign, severity: SEVERITIES[rank] ?? 'info' }))
}
