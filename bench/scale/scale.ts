// Runs the queries of the service, its reports and its users on a store with as many rows as after years of operation, and
// checks the query plans. Run: npm run bench:scale [-- versions [findings]]
// Needs a Postgres (DATABASE_URL), in which it creates and drops a separate database of about 320 bytes per version. With
// `--database URL`, that database is filled if it is empty, and kept. `--only queries`, or a part of the names of pages, asks
// these alone, `--runs N` so often each.

import { parseArgs } from 'node:util'
import { PAGE_SIZE } from '@mirrorwatch/pipeline/crawl/ingest'
import { openStore } from '@mirrorwatch/store/connect/connect'
import type { Db } from '@mirrorwatch/store/database'
import { savePage } from '@mirrorwatch/store/tables/feed'
import { createDatabase, temporaryFolder } from '@mirrorwatch/testing/store/databases'
import { sql } from 'kysely'
import { askAll, tellSizes, whole } from '../harness/plans.ts'
import { fill } from './fill.ts'
import { saveNewFindings } from './new-findings.ts'
import { askPages } from './pages.ts'
import { NOW, pathOf } from './paths.ts'
import { QUESTIONS, viewQuestions } from './queries.ts'

const { values, positionals } = parseArgs({
  options: {
    database: { type: 'string' },
    only: { type: 'string' },
    runs: { type: 'string', default: '200' },
  },
  allowPositionals: true,
})
const [VERSIONS = 6_000_000, FINDINGS = 1_000_000] = positionals.map(Number)
const PAGES = 50

async function main(): Promise<void> {
  const database =
    values.database === undefined
      ? await createDatabase()
      : { url: values.database, drop: () => Promise.resolve() }
  try {
    await using store = await openStore({ databaseUrl: database.url, dataDir: temporaryFolder() })
    const started = performance.now()
    const filled = await store.db.selectFrom('module').select('id').limit(1).execute()
    if (filled.length === 0) {
      await fill(store.db, { versions: VERSIONS, findings: FINDINGS }, (what) =>
        console.error(`${Math.round((performance.now() - started) / 1000)} s: ${what}`),
      )
    }
    if (values.only === undefined || values.only === 'queries') {
      await tellSizes(store.db)
      await savePages(store.db)
      await saveNewFindings(store.db)
      await askAll(database.url, [...QUESTIONS, ...(await viewQuestions(store.db))])
    }
    if (values.only !== 'queries')
      await askPages(store, { only: values.only ?? '', runs: Number(values.runs) })
  } finally {
    await database.drop()
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
        path: pathOf(module),
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

await main()
