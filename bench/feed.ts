// A first run over a long feed: ingest and match through the store, on the embedded one and on Postgres, in one run.
// MIRRORWATCH_BENCH_ENTRIES sets the length (default 1,000,000); DATABASE_URL brings Postgres in.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { readConfig } from '@mirrorwatch/pipeline/config/config'
import { catchUp } from '@mirrorwatch/pipeline/crawl/crawl'
import { feedWindow } from '@mirrorwatch/pipeline/crawl/feed-window'
import { createLogger } from '@mirrorwatch/pipeline/observe/log'
import { openRuntime } from '@mirrorwatch/pipeline/service/runtime'
import { matchStage } from '@mirrorwatch/pipeline/stages/match/match'
import { ALL_MODULES } from '@mirrorwatch/pipeline/work/stage'
import { createDatabase } from '@mirrorwatch/testing/store/databases'
import { startSyntheticFeed } from '@mirrorwatch/world/scenes/synthetic-feed'

const ENTRIES = Number(process.env['MIRRORWATCH_BENCH_ENTRIES'] ?? 1_000_000)

interface Figures {
  store: string
  ingestSeconds: number
  slowestPageMs: number
  matchSeconds: number
  modules: number
  candidates: number
  bytes: number
}

await using feed = await startSyntheticFeed({ entries: ENTRIES })
const bare = await bareFeed(feed.indexUrl)
console.log(`feed alone: ${ENTRIES} entries in ${bare.toFixed(1)} s, ${rate(ENTRIES, bare)} entries/s`)
const figures = [await run('embedded', {})]
if (process.env['DATABASE_URL'] !== undefined) {
  const database = await createDatabase()
  figures.push(await run('postgres', { DATABASE_URL: database.url }))
  await database.drop()
}
for (const f of figures) {
  console.log(
    `${f.store.padEnd(9)} ingest ${rate(ENTRIES, f.ingestSeconds)} entries/s (${(f.ingestSeconds / bare).toFixed(1)} times the bare feed), ` +
      `slowest page ${f.slowestPageMs.toFixed(0)} ms; match ${rate(f.modules, f.matchSeconds)} modules/s, ` +
      `${f.candidates} candidates; ${(f.bytes / ENTRIES).toFixed(0)} bytes an entry`,
  )
}
const [embedded, postgres] = figures
if (embedded !== undefined && postgres !== undefined) {
  console.log(
    `embedded / postgres: ingest ${(embedded.ingestSeconds / postgres.ingestSeconds).toFixed(2)}, match ${(embedded.matchSeconds / postgres.matchSeconds).toFixed(2)}`,
  )
}

async function bareFeed(url: string): Promise<number> {
  const began = performance.now()
  let since = ''
  for (let read = 0; read < ENTRIES; ) {
    const lines = (await (await fetch(`${url}?limit=2000&include=all&since=${since}`)).text())
      .trim()
      .split('\n')
    const last = JSON.parse(lines.at(-1) ?? '{}') as { Timestamp: string }
    if (last.Timestamp === since) break
    since = last.Timestamp
    read += lines.length - 1
  }
  return (performance.now() - began) / 1000
}

async function run(store: string, env: Record<string, string>): Promise<Figures> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'mirrorwatch-bench-'))
  try {
    const config = readConfig(
      {
        MIRRORWATCH_INDEX_URL: feed.indexUrl,
        MIRRORWATCH_DATA_DIR: dataDir,
        MIRRORWATCH_ALLOW_PRIVATE_HOSTS: 'true',
        ...env,
      },
      '/',
    )
    await using runtime = await openRuntime(config, { log: createLogger('error') })
    const { signal } = new AbortController()
    let slowestPageMs = 0
    let at = performance.now()
    const began = at
    const window = feedWindow({
      feedUrl: config.indexUrl,
      isPublic: false,
      sinceMicros: null,
      untilMicros: null,
      nowMicros: 0n,
    })
    const totals = await catchUp(runtime.ingestDeps, window, {
      signal,
      onPage: () => {
        slowestPageMs = Math.max(slowestPageMs, performance.now() - at)
        at = performance.now()
      },
    })
    if (totals.newVersions !== ENTRIES) throw new Error(`${totals.newVersions} of ${ENTRIES} entries arrived`)
    const ingested = performance.now()
    await matchStage.run(runtime.stageDeps, ALL_MODULES, signal)
    const matched = performance.now()
    const { candidates } = await runtime.store.db
      .selectFrom('candidate')
      .select((eb) => eb.fn.countAll<number>().as('candidates'))
      .executeTakeFirstOrThrow()
    const { storeStats } = await import('@mirrorwatch/store/queries/stats')
    const { databaseBytes } = await storeStats(runtime.store.db)
    return {
      store,
      ingestSeconds: (ingested - began) / 1000,
      slowestPageMs,
      matchSeconds: (matched - ingested) / 1000,
      modules: totals.newModules,
      candidates,
      bytes: databaseBytes,
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 })
  }
}

function rate(count: number, seconds: number): string {
  return Math.round(count / seconds).toLocaleString('en')
}
