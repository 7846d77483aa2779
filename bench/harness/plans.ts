import type { Database, Db } from '@mirrorwatch/store/database'
import { preparedSessions } from '@mirrorwatch/store/session'
import { valueTypes } from '@mirrorwatch/store/values'
import type { CompiledQuery } from 'kysely'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { Pool } from 'pg'

/** A query whose plan and time are printed. */
export interface Question {
  name: string
  /** Quantity that the cost grows with: `rows` returned, `period` for a week's findings, `findings` or `all` if it counts all. */
  grows: 'rows' | 'period' | 'findings' | 'targets' | 'all'
  ask: (db: Db) => Promise<unknown>
}

const RUNS = 5
/** A whole table that is read is said from this many rows on; smaller ones are read whole because that is cheapest. */
const BIG_ROWS = 10_000

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows'?: number
  'Actual Loops'?: number
  'Rows Removed by Filter'?: number
  Plans?: Plan[]
}

interface Answer {
  medianMs: number
  /** Tables of which a scan read this many rows without an index. */
  scans: string[]
}

/** Asks every question over a connection of its own, and prints its time and what it reads without an index. */
export async function askAll(url: string, questions: readonly Question[]): Promise<void> {
  const asked: CompiledQuery[] = []
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({
      pool: new Pool({ connectionString: url, types: valueTypes, max: 1, ...preparedSessions() }),
    }),
    log({ query }) {
      // A search asks the planner itself how much it may find.
      if (!query.sql.trimStart().startsWith('explain')) asked.push(query)
    },
  })
  try {
    // What the first question costs because nothing is in memory is the disk's business.
    const [, bare] = await time(() => sql`select 1`.execute(db))
    for (const question of questions) {
      const { medianMs, scans } = await answer(db, question, asked)
      const times = (medianMs / (bare ?? 1)).toFixed(0)
      console.log(
        `${question.name}: ${medianMs.toFixed(1)} ms, ${times} times "select 1"` +
          `${scans.length === 0 ? '' : `; reads without an index: ${scans.join(', ')}`} [${question.grows}]`,
      )
    }
  } finally {
    await db.destroy()
  }
}

async function answer(db: Db, question: Question, asked: CompiledQuery[]): Promise<Answer> {
  asked.length = 0
  await question.ask(db)
  const statements = asked.splice(0)
  const scans = new Set<string>()
  for (const statement of statements) {
    const { rows } = await db.executeQuery<{ 'QUERY PLAN': { Plan: Plan }[] }>({
      ...statement,
      sql: `explain (analyze, format json) ${statement.sql}`,
    })
    for (const { Plan: plan } of rows[0]?.['QUERY PLAN'] ?? [])
      for (const scan of scansOf(plan)) scans.add(scan)
  }
  const [, medianMs] = await time(() => question.ask(db))
  return { medianMs: medianMs ?? 0, scans: [...scans] }
}

/** Fastest and median of a few runs, in milliseconds. */
async function time(ask: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (let run = 0; run < RUNS; run++) {
    const started = performance.now()
    await ask()
    times.push(performance.now() - started)
  }
  times.sort((a, b) => a - b)
  return [times[0] ?? 0, times[Math.floor(RUNS / 2)] ?? 0]
}

function scansOf(plan: Plan): string[] {
  const read =
    ((plan['Actual Rows'] ?? 0) + (plan['Rows Removed by Filter'] ?? 0)) * (plan['Actual Loops'] ?? 1)
  const own =
    plan['Node Type'] === 'Seq Scan' && read >= BIG_ROWS
      ? [`${whole(read)} rows of ${plan['Relation Name'] ?? '?'}`]
      : []
  return [...own, ...(plan.Plans ?? []).flatMap(scansOf)]
}

/** Prints rows and sizes of the tables with more than 1,000 rows. */
export async function tellSizes(db: Db): Promise<void> {
  const { rows } = await sql<{ name: string; rows: number; table: number; indexes: number }>`
    select relname as name, reltuples::int8 as rows, pg_table_size(oid)::int8 as table, pg_indexes_size(oid)::int8 as indexes
    from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and reltuples > 1000
    order by pg_total_relation_size(oid) desc`.execute(db)
  for (const { name, rows: count, table, indexes } of rows) {
    console.log(
      `${name}: ${whole(count)} rows, ${mebibytes(table)} and ${mebibytes(indexes)} of indexes, ` +
        `${Math.round((table + indexes) / count)} bytes a row`,
    )
  }
}

export function whole(count: number): string {
  return Math.round(count).toLocaleString('en-US')
}

export function mebibytes(bytes: number): string {
  return `${whole(bytes / 2 ** 20)} MiB`
}
