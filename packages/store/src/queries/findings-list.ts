import {
  parseReasons,
  parseSignal,
  type Reason,
  type Signal,
  type UnreadableSignal,
} from '@mirrorwatch/detect/finding'
import type { Severity } from '@mirrorwatch/detect/severity'
import { sql } from 'kysely'
import type { Db, FindingStatus } from '../database.ts'
import type { HistoryKind } from '../finding-tables.ts'
import { STREAM_PAGE } from '../limits.ts'
import { conditionsOf, type FindingFilter, isFrequent, severityRange, whereAll } from './finding-filter.ts'

export type { FindingFilter } from './finding-filter.ts'

export type StoredSignal = (Signal | UnreadableSignal) & SignalTimes

interface SignalTimes {
  firstSeenAt: string
  lastSeenAt: string
  /** Null while it holds. */
  withdrawnAt: string | null
}

export interface Finding {
  id: number
  moduleId: number
  module: string
  target: string | null
  severity: Severity
  /** The severity for sorting: 0 critical … 4 info. */
  severityRank: number
  status: FindingStatus
  summary: string
  /** Why the severity is what it is: the row that decided, then the honest explanations. */
  because: Reason[]
  firstSeenAt: string
  lastSeenAt: string
  changedAt: string
  decidedBy: string | null
  decidedAt: string | null
  decisionReason: string | null
  /** Reason from the short list of dismissals. */
  decisionKind: string | null
  /** When the decision ends; null: it holds for good. */
  decisionUntil: string | null
  /** Assignee. */
  assignee: string | null
  /** When the severity rose above the one that was decided on; null where the decision stands. */
  newEvidenceAt: string | null
  /** Those that hold now first, then the withdrawn ones. */
  signals: StoredSignal[]
}

/** Position at which a page of findings ended. */
export interface FindingPosition {
  severityRank: number
  changedAt: string
  id: number
}

export interface FindingPage {
  findings: Finding[]
  /** Give it as `after` for the next page; null where this was the last. */
  next: FindingPosition | null
}

type FindingRow = Omit<Finding, 'signals' | 'because'> & { because: unknown }

/** Findings, most severe first, then the latest change first; `limit` a page. `withoutSignals` leaves their signals empty. */
export async function listFindings(
  db: Db,
  filter: FindingFilter,
  page: { limit: number; after?: FindingPosition | null; withoutSignals?: boolean },
): Promise<FindingPage> {
  const conditions = conditionsOf(filter, await isFrequent(db, filter.search))
  const { after } = page
  if (filter.severities !== undefined) conditions.push(severityRange(filter.severities))
  if (after !== undefined && after !== null) {
    conditions.push(sql`
      (-f.severity_rank, f.changed_at, f.id)
        < (-${after.severityRank}::int, ${after.changedAt}::timestamptz, ${after.id}::bigint)`)
  }
  const { rows } = await sql<FindingRow>`
    select ${COLUMNS}
    from finding f join module m on m.id = f.module_id
    ${whereAll(conditions)}
    order by -f.severity_rank desc, f.changed_at desc, f.id desc
    limit ${page.limit + 1}`.execute(db)
  const shown = rows.slice(0, page.limit)
  const last = shown.at(-1)
  const next = rows.length <= page.limit || last === undefined ? null : positionOf(last)
  const findings = page.withoutSignals === true ? shown.map(withNoSignals) : await withSignals(db, shown)
  return { findings, next }
}

const COLUMNS = sql`
  f.id, f.module_id as "moduleId", m.path as module, f.target, f.severity, f.severity_rank as "severityRank",
  f.status, f.summary, f.because, f.first_seen_at as "firstSeenAt", f.last_seen_at as "lastSeenAt",
  f.changed_at as "changedAt", f.decided_by as "decidedBy", f.decided_at as "decidedAt",
  f.decision_reason as "decisionReason", f.decision_kind as "decisionKind", f.decision_until as "decisionUntil",
  f.assignee, f.new_evidence_at as "newEvidenceAt"`

function positionOf(row: FindingRow): FindingPosition {
  return { severityRank: row.severityRank, changedAt: row.changedAt, id: row.id }
}

function withNoSignals(row: FindingRow): Finding {
  return { ...row, because: parseReasons(row.because), signals: [] }
}

async function withSignals(db: Db, rows: readonly FindingRow[]): Promise<Finding[]> {
  const signals = new Map<number, StoredSignal[]>(rows.map((row) => [row.id, []]))
  if (rows.length > 0) {
    const stored = await sql<SignalRow>`
      select finding_id as "findingId", rule, version, evidence, first_seen_at as "firstSeenAt",
             last_seen_at as "lastSeenAt", withdrawn_at as "withdrawnAt"
      from signal where finding_id = any(${rows.map((row) => row.id)}::bigint[])
      order by finding_id, withdrawn_at is not null, rule, version`.execute(db)
    for (const { findingId, rule, version, evidence, ...times } of stored.rows) {
      const signal = parseSignal(rule, version === '' ? null : version, evidence)
      signals.get(findingId)?.push({ ...signal, ...times })
    }
  }
  return rows.map((row) => ({
    ...row,
    because: parseReasons(row.because),
    signals: signals.get(row.id) ?? [],
  }))
}

interface SignalRow extends SignalTimes {
  findingId: number
  rule: string
  version: string
  evidence: unknown
}

export async function findingById(db: Db, id: number): Promise<Finding | null> {
  const { rows } = await sql<FindingRow>`
    select ${COLUMNS} from finding f join module m on m.id = f.module_id where f.id = ${id}`.execute(db)
  const [finding] = await withSignals(db, rows)
  return finding ?? null
}

/** Those of `ids` that exist, in the order of `ids`. */
export async function findingsByIds(db: Db, ids: readonly number[]): Promise<Finding[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<FindingRow>`
    select ${COLUMNS} from finding f join module m on m.id = f.module_id
    where f.id = any(${ids}::bigint[])`.execute(db)
  const byId = new Map((await withSignals(db, rows)).map((finding) => [finding.id, finding]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

export interface HistoryEntry {
  at: string
  kind: HistoryKind
  from: string | null
  to: string | null
  author: string | null
  reason: string | null
}

/** All changes of a finding, oldest first. */
export async function findingHistory(db: Db, id: number): Promise<HistoryEntry[]> {
  return db
    .selectFrom('finding_history')
    .select(['at', 'kind', 'from_value as from', 'to_value as to', 'author', 'reason'])
    .where('finding_id', '=', id)
    .orderBy('id')
    .execute()
}

/** Returns the ids of the findings that match `filter`, at most `limit`. */
export async function matchingIds(db: Db, filter: FindingFilter, limit: number): Promise<number[]> {
  const conditions = conditionsOf(filter)
  const { rows } = await sql<{ id: number }>`
    select f.id from finding f join module m on m.id = f.module_id ${whereAll(conditions)}
    order by f.id limit ${limit}`.execute(db)
  return rows.map(({ id }) => id)
}

/** Counts the findings that match `filter`, up to `atMost`; one more than that says that there are more. */
export async function countFindings(db: Db, filter: FindingFilter, atMost = 1_000): Promise<number> {
  const conditions = conditionsOf(filter)
  if (filter.severities !== undefined) conditions.push(severityRange(filter.severities))
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (
      select from finding f join module m on m.id = f.module_id ${whereAll(conditions)} limit ${atMost + 1}) found`.execute(
    db,
  )
  return rows[0]?.count ?? 0
}

/** Yields every finding that matches `filter`, ordered by id. Each comes exactly once, even if findings change during the export. */
export async function* exportFindings(
  db: Db,
  filter: FindingFilter = {},
  pageSize: number = STREAM_PAGE,
): AsyncGenerator<Finding> {
  let after = 0
  for (;;) {
    const { rows } = await sql<FindingRow>`
      select ${COLUMNS}
      from finding f join module m on m.id = f.module_id
      ${whereAll([sql`f.id > ${after}`, ...conditionsOf(filter)])}
      order by f.id limit ${pageSize}`.execute(db)
    yield* await withSignals(db, rows)
    const last = rows.at(-1)
    if (last === undefined || rows.length < pageSize) return
    after = last.id
  }
}
