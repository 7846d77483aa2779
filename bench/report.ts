// Measures the weekly report over many findings, all in the reported quarter. Run: npm run bench:report [-- findings]
// Needs a Postgres (DATABASE_URL), in which it makes and drops a database of its own.
import { rmSync } from 'node:fs'
import { sql } from 'kysely'
import { gatherReport } from '../packages/pipeline/src/report/data.ts'
import { parseIsoWeek } from '../packages/pipeline/src/report/iso-week.ts'
import { renderReport } from '../packages/pipeline/src/report/message.ts'
import { openStore } from '../packages/store/src/connect.ts'
import { createDatabase, temporaryFolder } from '../packages/store/test/helpers.ts'

const FINDINGS = Number(process.argv[2] ?? 1_000_000)
const NOW = new Date('2026-11-24T20:00:00Z')

const database = await createDatabase()
const folder = temporaryFolder()
const store = await openStore({ databaseUrl: database.url, dataDir: folder })
try {
  const { db } = store
  await sql`
    insert into module (path, first_cached_at, last_cached_at)
    select 'github.com/owner' || i % 50021 || '/repository-' || i, ${NOW}::timestamptz, ${NOW}::timestamptz
    from generate_series(1, ${FINDINGS}::int) i`.execute(db)
  await sql`
    insert into finding (module_id, target, severity, status, summary, first_seen_at, last_seen_at, changed_at)
    select id, 'github.com/target/' || id % 997,
      case when id % 1000 = 0 then 'critical' when id % 100 = 0 then 'high' when id % 20 = 0 then 'medium'
           when id % 3 = 0 then 'low' else 'info' end,
      case when id % 7 = 0 then 'dismissed' else 'open' end, 'resembles its target', t, t, t
    from (select id, '2026-11-22T00:00:00Z'::timestamptz - (id % 84) * interval '1 day' as t from module) m
  `.execute(db)
  await sql`
    insert into finding_history (finding_id, at, kind, to_value)
    select id, first_seen_at, 'created', severity from finding`.execute(db)
  await sql`
    insert into signal (finding_id, rule, evidence, first_seen_at, last_seen_at)
    select id, case when id % 50 = 0 then 'campaign' else 'name-medium' end,
      jsonb_build_object('id', 'c' || id % 333, 'kind', 'copy'), first_seen_at, first_seen_at
    from finding`.execute(db)
  await sql`vacuum analyze`.execute(db)
  for (const run of ['first', 'second']) {
    const started = performance.now()
    const data = await gatherReport(db, parseIsoWeek('2026-W47'), 'UTC', NOW)
    const gathered = performance.now()
    const report = await renderReport(data, null)
    const rendered = performance.now()
    console.log(
      `${run} run, ${FINDINGS} findings: ${Math.round(gathered - started)} ms to gather, ` +
        `${Math.round(rendered - gathered)} ms to render; ${Math.round(report.html.length / 1024)} KiB of HTML, ` +
        `${Math.round(report.csv.length / 1024)} KiB of CSV; ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB at most`,
    )
  }
} finally {
  await store.close()
  await database.drop()
  rmSync(folder, { recursive: true, force: true })
}
