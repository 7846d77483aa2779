import type { Severity } from '@mirrorwatch/detect/severity'
import { sql } from 'kysely'
import type { Db, FindingStatus } from '../database.ts'

/** Rows of the big tables up to which they are counted; above it the planner's estimate is as good and costs nothing. */
const COUNT_UP_TO = 100_000

interface Count {
  count: number
  /** False where it is the database's estimate. */
  exact: boolean
}

export interface StoreStats {
  modules: Count
  versions: Count
  unmatched: Count
  candidates: Count
  scheduled: Count
  inspections: Count
  targets: Count
  pendingAssessments: Count
  findings: { severity: Severity; status: FindingStatus; count: number }[]
  /** Size of the whole database, including the queue's tables. */
  databaseBytes: number
}

const ANYTHING = sql<boolean>`true`

/** Counts the store's rows, for `doctor` and progress. Reads a bounded number of rows even of large tables. */
export async function storeStats(db: Db): Promise<StoreStats> {
  const size = await sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`.execute(db)
  return {
    modules: await countRows(db, 'module'),
    versions: await countRows(db, 'version'),
    unmatched: await countAtMost(db, 'module', sql<boolean>`matched_at is null`),
    candidates: await countRows(db, 'candidate'),
    scheduled: await countRows(db, 'schedule'),
    inspections: await countRows(db, 'inspection'),
    targets: await countRows(db, 'target'),
    pendingAssessments: await countAtMost(db, 'due_work', sql<boolean>`stage = 'assess'`),
    findings: await findingCounts(db),
    databaseBytes: size.rows[0]?.bytes ?? 0,
  }
}

/** Exact for small tables, the database's estimate for big ones. */
async function countRows(db: Db, table: string): Promise<Count> {
  const counted = await countAtMost(db, table, ANYTHING)
  if (counted.exact) return counted
  const { rows } = await sql<{ estimate: number }>`
    select c.reltuples::bigint as estimate from pg_class c where c.oid = to_regclass(${table})`.execute(db)
  return { count: Math.max(rows[0]?.estimate ?? 0, counted.count), exact: false }
}

/** Stops counting at {@link COUNT_UP_TO}. */
async function countAtMost(
  db: Db,
  table: string,
  condition: ReturnType<typeof sql<boolean>>,
): Promise<Count> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (select from ${sql.table(table)} where ${condition} limit ${COUNT_UP_TO + 1}) t
  `.execute(db)
  const count = rows[0]?.count ?? 0
  return { count, exact: count <= COUNT_UP_TO }
}

async function findingCounts(db: Db): Promise<StoreStats['findings']> {
  return db
    .selectFrom('finding')
    .select((eb) => ['severity', 'status', eb.fn.countAll<number>().as('count')])
    .groupBy(['severity', 'status', 'severity_rank'])
    .orderBy('severity_rank')
    .orderBy('status')
    .execute()
}
