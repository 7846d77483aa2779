import { sql } from 'kysely'
import type { Db } from '../database.ts'

/** Time to decision, over the latest decisions. */
export interface DecisionTimes {
  /** Decisions that were counted. */
  count: number
  /** Seconds between the first sight of a finding and its first decision: half of them took less, and nine in ten. */
  median: number
  slow: number
}

/** Decisions that the figures are worked out from: the latest ones say how it goes now. */
const LATEST = 2_000

const DECIDED = sql`
  select h.finding_id, min(h.at) as at from (
    select h.finding_id, h.at from finding_history h
    where h.decision_id is not null and h.kind = 'status' and h.to_value in ('confirmed', 'dismissed', 'allowed')
    order by h.decision_id desc limit ${LATEST}) h
  group by h.finding_id`

/** Returns the times between first sight and decision. */
export async function decisionTimes(db: Db): Promise<DecisionTimes> {
  const { rows } = await sql<{ count: number; median: number | null; slow: number | null }>`
    select count(*) as count,
      percentile_cont(0.5) within group (order by extract(epoch from d.at - f.first_seen_at)::float8) as median,
      percentile_cont(0.9) within group (order by extract(epoch from d.at - f.first_seen_at)::float8) as slow
    from (${DECIDED}) d join finding f on f.id = d.finding_id`.execute(db)
  const [row] = rows
  return { count: row?.count ?? 0, median: row?.median ?? 0, slow: row?.slow ?? 0 }
}

export interface RuleOutcome {
  rule: string
  /** Decided findings with a signal of this rule. */
  decided: number
  /** Those of them that were dismissed or allowed. */
  dismissed: number
}

/** Returns how often people dismissed findings with each rule, over the latest decided ones, the most dismissed first. */
export async function ruleOutcomes(db: Db, limit: number): Promise<RuleOutcome[]> {
  const { rows } = await sql<RuleOutcome>`
    select s.rule, count(distinct f.id) as decided,
      count(distinct f.id) filter (where f.status in ('dismissed', 'allowed')) as dismissed
    from (${DECIDED}) d join finding f on f.id = d.finding_id join signal s on s.finding_id = f.id
    where f.status in ('confirmed', 'dismissed', 'allowed') and s.withdrawn_at is null
    group by s.rule order by 3 desc, 2 desc, 1 limit ${limit}`.execute(db)
  return rows
}

export interface RowEstimates {
  modules: number
  versions: number
  inspections: number
  targets: number
}

/** Returns about how many rows the large tables have, as the planner knows it; small ones are counted. */
export async function rowEstimates(db: Db): Promise<RowEstimates> {
  const few = 10_000
  const rowsOf = (table: string): ReturnType<typeof sql<number>> => sql<number>`(
    select case when n.count < ${few} then n.count else greatest(n.count, c.reltuples::bigint) end
    from (select count(*) as count from (select from ${sql.table(table)} limit ${few}) t) n, pg_class c
    where c.oid = to_regclass(${table}))`
  const { rows } = await sql<RowEstimates>`
    select ${rowsOf('module')} as modules, ${rowsOf('version')} as versions, ${rowsOf('inspection')} as inspections,
      ${rowsOf('target')} as targets`.execute(db)
  return rows[0] ?? { modules: 0, versions: 0, inspections: 0, targets: 0 }
}
