// Runs the queries of the service, its reports and its users on a store with as many rows as after years of operation, and
// checks the query plans. Run: npm run bench:scale [-- versions [findings]]
// Needs a Postgres (DATABASE_URL), in which it creates and drops a separate database of about 320 bytes per version.

import { PAGE_SIZE } from '@mirrorwatch/pipeline/crawl/ingest'
import { openStore } from '@mirrorwatch/store/connect/connect'
import type { Database, Db } from '@mirrorwatch/store/database'
import { savePage } from '@mirrorwatch/store/tables/feed'
import { valueTypes } from '@mirrorwatch/store/values'
import { createDatabase, temporaryFolder } from '@mirrorwatch/testing/store/databases'
import type { CompiledQuery } from 'kysely'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { Pool } from 'pg'
import { fill, NOW } from './scale-fill.ts'
import { QUESTIONS, type Question, viewQuestions } from './scale-queries.ts'

const VERSIONS = Number(process.argv[2] ?? 6_000_000)
const FINDINGS = Number(process.argv[3] ?? 1_000_000)
const RUNS = 5
const PAGES = 50
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

async function main(): Promise<void> {
  const database = await createDatabase()
  try {
    await using store = await openStore({ databaseUrl: database.url, dataDir: temporaryFolder() })
    const started = performance.now()
    await fill(store.db, { versions: VERSIONS, findings: FINDINGS }, (what) =>
      console.error(`${Math.round((performance.now() - started) / 1000)} s: ${what}`),
    )
    await tellSizes(store.db)
    await savePages(store.db)
    await askAll(database.url)
  } finally {
    await database.drop()
  }
}

async function tellSizes(db: Db): Promise<void> {
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

/** Pages of the feed as they come every day: new versions of modules that are spread over the whole table. */
async function savePages(db: Db): Promise<void> {
  const { rows } = await sql<{ modules: number }>`select max(id) as modules from module`.execute(db)
  const modules = rows[0]?.modules ?? 0
  const times: number[] = []
  for (let page = 0; page < PAGES; page++) {
    const entries = Array.from({ length: PAGE_SIZE }, (_, at) => {
      const module = 1 + (((page * PAGE_SIZE + at) * 7_919_993) % modules)
      return {
        path: `github.com/owner${module % 450_001}/repository-${module}`,
        version: `v2.${page}.0`,
        timestampMicros: BigInt(Date.parse(NOW)) * 1000n + BigInt(page * PAGE_SIZE + at),
      }
    })
    const cursor = { positionMicros: entries.at(-1)?.timestampMicros ?? 0n, seenAtPosition: [] }
    const started = performance.now()
    await db
      .transaction()
      .execute((trx) => savePage(trx, { feed: 'bench', entries, cursor, schedule: null, goModDueAt: NOW }))
    times.push(performance.now() - started)
  }
  times.sort((a, b) => a - b)
  const median = times[PAGES / 2] ?? 0
  console.log(
    `a page of ${whole(PAGE_SIZE)} new versions: median ${median.toFixed(0)} ms, slowest ${times.at(-1)?.toFixed(0)} ms, ` +
      `${whole((PAGE_SIZE * 1000) / median)} entries/s`,
  )
}

async function askAll(url: string): Promise<void> {
  const asked: CompiledQuery[] = []
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool: new Pool({ connectionString: url, types: valueTypes, max: 1 }) }),
    log({ query }) {
      asked.push(query)
    },
  })
  try {
    // What the first question costs because nothing is in memory is the disk's business.
    const [, bare] = await time(() => sql`select 1`.execute(db))
    for (const question of [...QUESTIONS, ...(await viewQuestions(db))]) {
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

function whole(count: number): string {
  return Math.round(count).toLocaleString('en-US')
}

function mebibytes(bytes: number): string {
  return `${whole(bytes / 2 ** 20)} MiB`
}

await main()
