import { parseReasons, type Reason } from '@mirrorwatch/detect/finding'
import { SEVERITIES, type Severity } from '@mirrorwatch/detect/severity'
import { sql } from 'kysely'
import type { Db, FindingStatus } from '../database.ts'
import type { HistoryKind } from '../finding-tables.ts'
import type { TimeInput } from '../values.ts'
import { timeText } from '../values.ts'

/** From `from` (included) to `to` (not). */
export interface TimeSpan {
  from: TimeInput
  to: TimeInput
}

/** Returns the condition that a time lies in a span. */
export function within(column: string, { from, to }: TimeSpan): ReturnType<typeof sql<boolean>> {
  const name = sql.ref(column)
  return sql<boolean>`${name} >= ${timeText(from)}::timestamptz and ${name} < ${timeText(to)}::timestamptz`
}

export interface PeriodCount {
  /** Index of the period, from 0. */
  period: number
  severity: Severity
  count: number
}

/** Findings by the period in which they were first seen. `starts` are the starts of the periods; the last ends at `end`. */
export async function countsByPeriod(
  db: Db,
  starts: readonly TimeInput[],
  end: TimeInput,
): Promise<PeriodCount[]> {
  const bounds = starts.map(timeText)
  // Ranks alone are read from the index.
  const { rows } = await sql<{ period: number; rank: number; count: number }>`
    select width_bucket(first_seen_at, ${bounds}::timestamptz[]) - 1 as period,
      severity_rank as rank, count(*) as count
    from finding
    where ${within('first_seen_at', { from: bounds[0] ?? end, to: end })}
    group by 1, severity_rank order by 1, severity_rank`.execute(db)
  return rows.map(({ period, rank, count }) => ({ period, severity: severityOfRank(rank), count }))
}

function severityOfRank(rank: number): Severity {
  return SEVERITIES[rank] ?? 'info'
}

/** Ids of findings first seen in `span` and of this rank or a more severe one, the most severe first. */
export async function newFindingIds(
  db: Db,
  span: TimeSpan,
  maxRank: number,
  limit: number,
): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from finding where ${within('first_seen_at', span)} and severity_rank <= ${maxRank}
    order by severity_rank, first_seen_at, id limit ${limit}`.execute(db)
  return rows.map(({ id }) => id)
}

export interface NewFindingRow {
  id: number
  module: string
  target: string | null
  severity: Severity
  status: FindingStatus
  summary: string
  /** Versions that its signals speak of. */
  versions: string[]
  because: Reason[]
  firstSeen: string
  lastSeen: string
}

/** Returns the same findings as rows for a table. */
export async function newFindingRows(db: Db, span: TimeSpan, limit: number): Promise<NewFindingRow[]> {
  const { rows } = await sql<Omit<NewFindingRow, 'because'> & { because: unknown }>`
    select f.id, m.path as module, f.target, f.severity, f.status, f.summary, f.because,
      array(select distinct version from signal
            where finding_id = f.id and withdrawn_at is null and version <> '' order by version) as versions,
      f.first_seen_at as "firstSeen",
      f.last_seen_at as "lastSeen"
    from (
      select id from finding where ${within('first_seen_at', span)}
      order by severity_rank, first_seen_at, id limit ${limit}) n
    join finding f on f.id = n.id join module m on m.id = f.module_id
    order by f.severity_rank, f.first_seen_at, f.id`.execute(db)
  return rows.map((row) => ({ ...row, because: parseReasons(row.because) }))
}

export interface FindingChange {
  id: number
  module: string
  target: string | null
  severity: Severity
  at: string
  kind: HistoryKind
  from: string | null
  to: string | null
  author: string | null
  reason: string | null
}

/**
 * Returns the changes to findings in `span`: decisions and, for findings from before `span`, changed severities, moved tags
 * and deleted repositories. The most severe come first.
 */
export async function findingChanges(db: Db, span: TimeSpan, limit: number): Promise<FindingChange[]> {
  const { rows } = await sql<FindingChange>`
    select f.id, m.path as module, f.target, f.severity, h.at, h.kind, h.from_value as "from", h.to_value as "to",
      h.author, h.reason
    from finding_history h join finding f on f.id = h.finding_id join module m on m.id = f.module_id
    where ${within('h.at', span)} and (
      h.kind = 'status' or (f.first_seen_at < ${timeText(span.from)}::timestamptz and (
        h.kind = 'severity' or (h.kind = 'signal-added' and h.to_value ~ '^(tag-moved|repository-missing)(@|$)'))))
    order by f.severity_rank, h.at, h.id limit ${limit}`.execute(db)
  return rows
}

export interface WaitingCount {
  severity: Severity
  count: number
  /** First seen: of the one that has waited longest. */
  oldest: string
}

/** Findings that wait for a decision, medium and above. */
export async function waitingCounts(db: Db): Promise<WaitingCount[]> {
  const { rows } = await sql<WaitingCount>`
    select severity, count(*) as count, min(first_seen_at) as oldest from finding
    where status = 'open' and -severity_rank between -2 and 0
    group by severity, severity_rank order by severity_rank`.execute(db)
  return rows
}

export interface WaitingFinding {
  id: number
  module: string
  target: string | null
  severity: Severity
  firstSeen: string
}

/** The most severe of them, the longest waiting first. */
export async function waitingFindings(db: Db, limit: number): Promise<WaitingFinding[]> {
  const { rows } = await sql<WaitingFinding>`
    select f.id, m.path as module, f.target, f.severity, f.first_seen_at as "firstSeen"
    from (
      select id from finding where status = 'open' and severity_rank <= 2
      order by severity_rank, first_seen_at, id limit ${limit}) w
    join finding f on f.id = w.id join module m on m.id = f.module_id
    order by f.severity_rank, f.first_seen_at, f.id`.execute(db)
  return rows
}

export interface CampaignRow {
  id: string
  kind: string | null
  findings: number
  /** Findings that joined the campaign in the span. */
  joined: number
  severity: Severity
  /** A few of its modules. */
  modules: string[]
}

/** Campaigns that grew in `span`. */
export async function activeCampaigns(db: Db, span: TimeSpan, limit: number): Promise<CampaignRow[]> {
  const { rows } = await sql<Omit<CampaignRow, 'severity'> & { rank: number }>`
    with member as (
      select s.evidence ->> 'id' as id, s.evidence ->> 'kind' as kind, s.finding_id, s.first_seen_at, f.severity_rank,
        f.module_id
      from signal s join finding f on f.id = s.finding_id
      where s.rule = 'campaign' and s.withdrawn_at is null and f.status not in ('dismissed', 'allowed')
        and s.first_seen_at < ${timeText(span.to)}::timestamptz and s.evidence ->> 'id' is not null),
    grown as (
      select id, min(kind) as kind, count(distinct finding_id) as findings, min(severity_rank) as rank,
        count(distinct finding_id) filter (where first_seen_at >= ${timeText(span.from)}::timestamptz) as joined
      from member group by id
      having max(first_seen_at) >= ${timeText(span.from)}::timestamptz
      order by rank, joined desc, id limit ${limit})
    select g.id, g.kind, g.findings, g.joined, g.rank,
      array(select distinct m.path from member b join module m on m.id = b.module_id
            where b.id = g.id order by m.path limit 5) as modules
    from grown g order by g.rank, g.joined desc, g.id`.execute(db)
  return rows.map(({ rank, ...row }) => ({ ...row, severity: severityOfRank(rank) }))
}

export interface ImitatedTarget {
  target: string
  total: number
  fresh: number
}

/** Returns the targets with the most undismissed look-alikes of low severity or above. New ones of `span` count first. */
export async function mostImitated(db: Db, span: TimeSpan, limit: number): Promise<ImitatedTarget[]> {
  const { rows } = await sql<ImitatedTarget>`
    select target, count(*) as total, count(*) filter (where ${within('first_seen_at', span)}) as fresh
    from finding where target is not null and severity_rank <= 3 and status not in ('dismissed', 'allowed')
    group by target order by fresh desc, total desc, target limit ${limit}`.execute(db)
  return rows
}
