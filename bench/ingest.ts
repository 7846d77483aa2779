// Measures what the ingest of a long feed costs Postgres. Run: npm run bench:ingest [-- entries]
// The feed is served on loopback; DATABASE_URL names the server, on which a database is made and dropped.

import { catchUp } from '@mirrorwatch/pipeline/crawl/crawl'
import { openStore } from '@mirrorwatch/store/connect/connect'
import type { Db } from '@mirrorwatch/store/database'
import { createDatabase, temporaryFolder } from '@mirrorwatch/testing/store/databases'
import { createFeedClient } from '@mirrorwatch/upstream/feed/feed'
import { createHttpClient } from '@mirrorwatch/upstream/http/client'
import { startSyntheticFeed } from '@mirrorwatch/world/scenes/synthetic-feed'
import { sql } from 'kysely'

const ENTRIES = Number(process.argv[2] ?? 5_000_000)
const INSPECT = process.argv.includes('--inspect-all') ? 'all' : 'recent'

await using upstream = await startSyntheticFeed({ entries: ENTRIES })
await using http = createHttpClient({ userAgent: 'bench', allowPrivateHosts: true, retries: 0 })
const feed = createFeedClient({ http, baseUrl: upstream.indexUrl })
const database = await createDatabase()
const store = await openStore({ databaseUrl: database.url, dataDir: temporaryFolder() })
try {
  const ingest = await timedIngest(store.db)
  await sql`checkpoint`.execute(store.db)
  const sizes = await bytesOf(store.db, ['version', 'module', 'schedule', 'due_work'])
  const bare = await seconds(readAlone)
  const plain = await seconds(() => copyToPlainTable(store.db))
  console.log(
    `${ENTRIES} entries, every new version ${INSPECT === 'all' ? '' : 'not '}scheduled: ` +
      `${ingest.seconds.toFixed(1)} s, ${rate(ingest.seconds)} entries/s; ` +
      `page: median ${ingest.median.toFixed(0)} ms, slowest ${ingest.slowest.toFixed(0)} ms, ` +
      `first tenth ${ingest.firstTenth.toFixed(0)} ms, last tenth ${ingest.lastTenth.toFixed(0)} ms on average`,
  )
  for (const { table, heap, indexes, rows } of sizes) {
    if (rows > 0)
      console.log(
        `${table}: ${rows} rows, ${((heap + indexes) / rows).toFixed(1)} bytes a row (table ${(heap / rows).toFixed(1)}, indexes ${(indexes / rows).toFixed(1)})`,
      )
  }
  console.log(
    `reading and parsing the same feed alone: ${bare.toFixed(1)} s; ingest takes ${(ingest.seconds / bare).toFixed(1)} times that`,
  )
  console.log(
    `the same rows into a table without indexes, in one statement: ${plain.toFixed(1)} s; ingest takes ${(ingest.seconds / plain).toFixed(1)} times that`,
  )
} finally {
  await store.close()
  await database.drop()
}

interface Ingest {
  seconds: number
  median: number
  slowest: number
  firstTenth: number
  lastTenth: number
}

async function timedIngest(db: Db): Promise<Ingest> {
  const deps = { db, feed, clock: () => new Date(), inspect: INSPECT, countDependents: 'all' } as const
  const window = { name: 'bench', sinceMicros: null, untilMicros: null }
  const pages: number[] = []
  const began = performance.now()
  let at = began
  const { signal } = new AbortController()
  const totals = await catchUp(deps, window, {
    signal,
    onPage: ({ entries }) => {
      pages.push(performance.now() - at)
      at = performance.now()
      if (pages.length % 250 === 0) console.error(`${entries} entries, ${((at - began) / 1000).toFixed(0)} s`)
    },
  })
  if (totals.newVersions !== ENTRIES) throw new Error(`${totals.newVersions} of ${ENTRIES} entries arrived`)
  const tenth = Math.max(1, Math.floor(pages.length / 10))
  const sorted = pages.toSorted((a, b) => a - b)
  return {
    seconds: (performance.now() - began) / 1000,
    median: sorted[Math.floor(sorted.length / 2)] ?? 0,
    slowest: sorted.at(-1) ?? 0,
    firstTenth: mean(pages.slice(0, tenth)),
    lastTenth: mean(pages.slice(-tenth)),
  }
}

/** Reads and parses the same pages with the same client, and discards them. */
async function readAlone(): Promise<void> {
  let since: bigint | null = null
  for (;;) {
    const page = await feed.page({ since, includeAll: true })
    if (page.lastMicros === null || page.lastMicros === since) return
    since = page.lastMicros
  }
}

async function copyToPlainTable(db: Db): Promise<void> {
  await sql`
    create table plain as
    select m.path, v.version, v.cached_at from version v join module m on m.id = v.module_id`.execute(db)
}

async function bytesOf(
  db: Db,
  tables: string[],
): Promise<{ table: string; heap: number; indexes: number; rows: number }[]> {
  const all = []
  for (const table of tables) {
    const { rows } = await sql<{ heap: number; indexes: number; rows: number }>`
      select pg_table_size(${table}::regclass) as heap, pg_indexes_size(${table}::regclass) as indexes,
        (select count(*) from ${sql.table(table)}) as rows`.execute(db)
    for (const row of rows) all.push({ table, ...row })
  }
  return all
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1000
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}

function rate(inSeconds: number): string {
  return Math.round(ENTRIES / inSeconds).toLocaleString('en')
}
