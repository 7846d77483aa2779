import {
  parseReasons,
  parseSignal,
  type Reason,
  type Signal,
  type UnreadableSignal,
} from '@mirrorwatch/detect/finding'
import type { Severity } from '@mirrorwatch/detect/severity'
import { type RawBuilder, sql } from 'kysely'
import type { Db, FindingStatus } from '../database.ts'
import type { HistoryKind } from '../finding-tables.ts'
import { STREAM_PAGE } from '../limits.ts'
import { conditionsOf, type FindingFilter, IS_WATCHED, severityRange, whereAll } from './finding-filter.ts'
import { hasText, isWalked, MAX_LOOKED_AT } from './search.ts'

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
  /**
   * True where the list was read in its order to find a text that many have: such a page may be shorter than asked for, even
   * empty, before the last.
   */
  walked: boolean
}

type FindingRow = Omit<Finding, 'signals' | 'because'> & { because: unknown }

/** Findings, most severe first, then the latest change first; `limit` a page. `withoutSignals` leaves their signals empty. */
export async function listFindings(
  db: Db,
  filter: FindingFilter,
  page: { limit: number; after?: FindingPosition | null; withoutSignals?: boolean },
): Promise<FindingPage> {
  const { limit, after = null, withoutSignals = false } = page
  const { search, ...others } = filter
  const inOrder = search !== undefined && (await isWalked(db, search))
  const rows = inOrder
    ? await walkedRows(db, others, { after, holds: hasText(search), limit: limit + 1, lookAt: MAX_LOOKED_AT })
    : await foundRows(db, filter, after, limit + 1)
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const isFull = rows.length > limit && last !== undefined
  const next = isFull ? positionOf(last) : inOrder ? await endOfWalk(db, others, after) : null
  return {
    findings: withoutSignals ? shown.map(withNoSignals) : await withSignals(db, shown),
    next,
    walked: inOrder,
  }
}

async function foundRows(
  db: Db,
  filter: FindingFilter,
  after: FindingPosition | null,
  limit: number,
): Promise<FindingRow[]> {
  if (filter.watched === true) {
    const { watched: _, ...others } = filter
    const first = await walkedRows(db, others, { after, holds: IS_WATCHED, limit, lookAt: LOOKED_AT_FIRST })
    if (first.length === limit) return first
  }
  const { rows } = await sql<FindingRow>`
    select ${COLUMNS} from finding f join module m on m.id = f.module_id
    ${whereAll(conditionsBelow(filter, after))} ${ORDER} limit ${limit}`.execute(db)
  return rows
}

/** Findings that are looked at for watched ones: where many are watched they have a page of them, else those are collected. */
const LOOKED_AT_FIRST = 5_000

/** A walk through a list in its order. */
interface Walk {
  after: FindingPosition | null
  /** Condition over `finding f` that is tested one by one. */
  holds: RawBuilder<unknown>
  limit: number
  lookAt: number
}

/** Looks at the next findings in the order of the list and returns the first for which a condition holds. */
async function walkedRows(db: Db, filter: FindingFilter, walk: Walk): Promise<FindingRow[]> {
  const { rows } = await sql<FindingRow>`
    select ${COLUMNS}
    from ${walked(filter, walk)} w
    join finding f on f.id = w.id
    join module m on m.id = f.module_id
    ${ORDER}`.execute(db)
  return rows
}

/** The next findings in the order of the list, of which the first. The index has all that a search for a text reads. */
function walked(filter: FindingFilter, { after, holds, limit, lookAt }: Walk): RawBuilder<unknown> {
  return sql`(
    select id from (
      select f.id, f.search_text from finding f
      ${whereAll(conditionsBelow(filter, after))} ${ORDER} limit ${lookAt}) f
    where ${holds} limit ${limit})`
}

/** Returns the last position that {@link walkedRows} looks at; null where the list ends before. */
async function endOfWalk(
  db: Db,
  filter: FindingFilter,
  after: FindingPosition | null,
): Promise<FindingPosition | null> {
  const { rows } = await sql<FindingPosition>`
    select f.severity_rank as "severityRank", f.changed_at as "changedAt", f.id from finding f
    ${whereAll(conditionsBelow(filter, after))} ${ORDER} offset ${MAX_LOOKED_AT - 1} limit 1`.execute(db)
  return rows[0] ?? null
}

const ORDER = sql`order by -f.severity_rank desc, f.changed_at desc, f.id desc`

function conditionsBelow(filter: FindingFilter, after: FindingPosition | null): RawBuilder<unknown>[] {
  const conditions = conditionsOf(filter)
  if (filter.severities !== undefined) conditions.push(severityRange(filter.severities))
  if (after !== null) {
    conditions.push(sql`
      (-f.severity_rank, f.changed_at, f.id)
        < (-${after.severityRank}::int, ${after.changedAt}::timestamptz, ${after.id}::bigint)`)
  }
  return conditions
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
    select f.id from finding f ${whereAll(conditions)} order by f.id limit ${limit}`.execute(db)
  return rows.map(({ id }) => id)
}

export interface FindingCount {
  count: number
  /** True if there are more, or may be. */
  more: boolean
}

/** Counts the findings that match `filter`, up to `atMost`. A text that many have is counted among the first of the list. */
export async function countFindings(db: Db, filter: FindingFilter, atMost = 1_000): Promise<FindingCount> {
  const { search, ...others } = filter
  const inOrder = search !== undefined && (await isWalked(db, search))
  // With signals to look at, Postgres would read every finding; in the list's order it meets enough of them soon.
  const order = filter.rules === undefined ? sql`` : ORDER
  const found = inOrder
    ? walked(others, { after: null, holds: hasText(search), limit: atMost + 1, lookAt: MAX_LOOKED_AT })
    : sql`(select from finding f ${whereAll(conditionsBelow(filter, null))} ${order} limit ${atMost + 1})`
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from ${found} found`.execute(db)
  const count = rows[0]?.count ?? 0
  const isOpen = inOrder && (await endOfWalk(db, others, null)) !== null
  return { count: Math.min(count, atMost), more: count > atMost || isOpen }
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
