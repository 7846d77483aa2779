// Measures the store and the queue: entries a second into each store, jobs a second through each queue, and what bulk
// statements are worth. Run: npm run bench:store [-- entries]
// Postgres (DATABASE_URL) and Redis (REDIS_URL) take part where they are set.
import { rmSync } from 'node:fs'
import { openQueue } from '@mirrorwatch/pipeline/work/queue/queue'
import type { QueueConfig } from '@mirrorwatch/pipeline/work/queue/types'
import type { Store } from '@mirrorwatch/store/connect/connect'
import { openStore } from '@mirrorwatch/store/connect/connect'
import type { FeedEntry } from '@mirrorwatch/store/tables/feed'
import { savePage } from '@mirrorwatch/store/tables/feed'
import { createDatabase, temporaryFolder } from '@mirrorwatch/testing/store/databases'
import { sql } from 'kysely'

const ENTRIES = Number(process.argv[2] ?? 100_000)
const JOBS = 5_000
const ROW_BY_ROW = 2_000
const PAGE_SIZES = [2_000, 10_000]

/** Versions of one module arrive over years, so a page holds mostly different modules. As in the real feed: 27 versions a module. */
function* feed(count: number): Generator<FeedEntry> {
  const modules = Math.max(1, Math.floor(count / 27))
  for (let at = 0; at < count; at++) {
    const module = Math.floor(modules * fraction(at))
    yield {
      path: `github.com/owner${module % 50_021}/repository-${module}`,
      version:
        at % 3 === 0 ? `v0.0.0-20210101000000-${at.toString(16).padStart(12, '0')}` : `v1.${at % 97}.${at}`,
      timestampMicros: 1_554_923_332_997_264n + BigInt(at) * 2_700_000n,
    }
  }
}

/** Evenly spread and the same in every run. */
function fraction(at: number): number {
  return (at * 0.618_033_988_749_895) % 1
}

function* pages(count: number, size: number): Generator<FeedEntry[]> {
  let page: FeedEntry[] = []
  for (const entry of feed(count)) {
    page.push(entry)
    if (page.length < size) continue
    yield page
    page = []
  }
  if (page.length > 0) yield page
}

interface Ingest {
  perSecond: number
  slowestMs: number
  bytesPerEntry: number
}

async function ingest(store: Store, count: number, pageSize: number): Promise<Ingest> {
  const before = await databaseBytes(store)
  const started = performance.now()
  let slowestMs = 0
  for (const entries of pages(count, pageSize)) {
    const pageStarted = performance.now()
    const last = entries.at(-1) as FeedEntry
    await store.db.transaction().execute((trx) =>
      savePage(trx, {
        feed: 'bench',
        entries,
        cursor: { positionMicros: last.timestampMicros, seenAtPosition: [`${last.path}@${last.version}`] },
        schedule: null,
      }),
    )
    slowestMs = Math.max(slowestMs, performance.now() - pageStarted)
  }
  const seconds = (performance.now() - started) / 1000
  const bytes = (await databaseBytes(store)) - before
  return { perSecond: count / seconds, slowestMs, bytesPerEntry: bytes / count }
}

/** Saves entries without `savePage`, for comparison: two statements per entry, in transactions of the same size. */
async function ingestRowByRow(store: Store, count: number): Promise<number> {
  const started = performance.now()
  for (const entries of pages(count, ROW_BY_ROW)) {
    await store.db.transaction().execute(async (trx) => {
      for (const { path, version, timestampMicros } of entries) {
        const at = sql`'epoch'::timestamptz + ${String(timestampMicros)}::bigint * interval '1 microsecond'`
        const { rows } = await sql<{ id: number }>`
          insert into module as m (path, first_cached_at, last_cached_at, version_count)
          values (${path}, ${at}, ${at}, 1)
          on conflict (path) do update set version_count = m.version_count + 1, last_cached_at = excluded.last_cached_at
          returning id`.execute(trx)
        await sql`
          insert into version (module_id, version, cached_at) values (${rows[0]?.id}, ${version}, ${at})
          on conflict do nothing`.execute(trx)
      }
    })
  }
  return count / ((performance.now() - started) / 1000)
}

async function databaseBytes(store: Store): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    select sum(pg_total_relation_size(oid))::int8 as bytes from pg_class
    where relname in ('module', 'version', 'feed_cursor')`.execute(store.db)
  return rows[0]?.bytes ?? 0
}

async function clear(store: Store): Promise<void> {
  await sql`truncate module, version, feed_cursor restart identity cascade`.execute(store.db)
}

interface QueueSpeed {
  added: number
  done: number
}

async function throughQueue(config: QueueConfig): Promise<QueueSpeed> {
  await using queue = await openQueue(config)
  const jobs = Array.from({ length: JOBS }, (_, at) => ({
    name: 'look',
    data: { moduleId: at },
    dedupId: `inspect/${at}/v1.0.0`,
  }))
  let started = performance.now()
  await queue.add('bench', jobs)
  const added = JOBS / ((performance.now() - started) / 1000)
  let left = JOBS
  const finished = Promise.withResolvers<void>()
  started = performance.now()
  await queue.work(
    'bench',
    () => {
      left -= 1
      if (left === 0) finished.resolve()
      return Promise.resolve()
    },
    { concurrency: 16 },
  )
  await finished.promise
  const done = JOBS / ((performance.now() - started) / 1000)
  await queue.obliterate('bench')
  return { added, done }
}

const round = (value: number): string => Math.round(value).toLocaleString('en-US')

async function measureStore(store: Store): Promise<number> {
  let best = 0
  for (const size of PAGE_SIZES) {
    const result = await ingest(store, ENTRIES, size)
    best = Math.max(best, result.perSecond)
    console.log(
      `${store.kind}: ${round(ENTRIES)} entries, pages of ${round(size)}: ${round(result.perSecond)} entries/s, ` +
        `slowest page ${round(result.slowestMs)} ms, ${round(result.bytesPerEntry)} bytes an entry`,
    )
    await clear(store)
  }
  const single = await ingestRowByRow(store, Math.min(ENTRIES, 10_000))
  await clear(store)
  console.log(
    `${store.kind}: row by row: ${round(single)} entries/s; bulk is ${(best / single).toFixed(1)} times as fast`,
  )
  return best
}

async function measureQueue(config: QueueConfig): Promise<void> {
  const { added, done } = await throughQueue(config)
  console.log(
    `${config.kind} queue: ${round(added)} jobs/s added, ${round(done)} jobs/s done (concurrency 16)`,
  )
}

async function main(): Promise<void> {
  const speeds = new Map<string, number>()
  const folder = temporaryFolder()
  {
    await using store = await openStore({ dataDir: folder })
    speeds.set('embedded', await measureStore(store))
    await measureQueue({ kind: 'embedded', poolConfig: store.poolConfig })
  }
  rmSync(folder, { recursive: true })
  if (process.env['DATABASE_URL'] !== undefined) {
    const database = await createDatabase()
    {
      await using store = await openStore({ databaseUrl: database.url, dataDir: folder })
      speeds.set('postgres', await measureStore(store))
      await measureQueue({ kind: 'postgres', poolConfig: store.poolConfig })
    }
    await database.drop()
  }
  if (process.env['REDIS_URL'] !== undefined) {
    await measureQueue({
      kind: 'redis',
      url: process.env['REDIS_URL'],
      prefix: `mirrorwatch-bench-${process.pid}`,
    })
  }
  const [embedded, postgres] = [speeds.get('embedded'), speeds.get('postgres')]
  if (embedded !== undefined && postgres !== undefined) {
    console.log(`embedded ingests at ${(embedded / postgres).toFixed(2)} times the speed of this Postgres`)
  }
}

await main()
