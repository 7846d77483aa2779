// Measures the weekly report over many findings, all in the reported quarter, against reading these row by row and counting
// in Node. Run: npm run bench:report [-- findings]
// Needs a Postgres (DATABASE_URL), in which it creates and drops a separate database.
import { rmSync } from 'node:fs'
import { composeReport } from '@mirrorwatch/notify/report/compose'
import { gatherReport } from '@mirrorwatch/notify/report/data'
import { addWeeks, parseIsoWeek, weekStart } from '@mirrorwatch/notify/report/iso-week'
import { renderReport } from '@mirrorwatch/notify/report/message'
import { MAX_NEW_FINDINGS } from '@mirrorwatch/notify/sections/new-findings'
import { TREND_WEEKS } from '@mirrorwatch/notify/sections/trend'
import { documentHtml } from '@mirrorwatch/notify/writers/html'
import { plainText } from '@mirrorwatch/notify/writers/plain-text'
import { trendPicture } from '@mirrorwatch/notify/writers/trend-picture'
import { openStore } from '@mirrorwatch/store/connect/connect'
import type { Db } from '@mirrorwatch/store/database'
import { createDatabase, temporaryFolder } from '@mirrorwatch/testing/store/databases'
import { sql } from 'kysely'

const FINDINGS = Number(process.argv[2] ?? 1_000_000)
const NOW = new Date('2026-11-24T20:00:00Z')
const WEEK = parseIsoWeek('2026-W47')
/** Rows that the alternative reads at a time. */
const PAGE = 10_000
const WEEK_MS = 7 * 86_400_000
const LAYOUT = { link: () => null, maxFindings: MAX_NEW_FINDINGS }

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
      case when id % 50 = 0
        then jsonb_build_object('id', 'c' || id % 333, 'kind', 'content', 'owners', 2, 'modules', 2, 'others', '[]'::jsonb)
        else jsonb_build_object('nameRule', 'owner-affix', 'target', 'github.com/a/b', 'distance', null, 'reason', 'affix', 'targetDependents', 9) end, first_seen_at, first_seen_at
    from finding`.execute(db)
  await sql`vacuum analyze`.execute(db)
  const gathering: number[] = []
  for (const run of ['first', 'second', 'third']) {
    const started = performance.now()
    const data = await gatherReport(db, WEEK, 'UTC', NOW)
    const gathered = performance.now()
    const report = renderReport(data, null)
    const rendered = performance.now()
    gathering.push(gathered - started)
    console.log(
      `${run} run, ${FINDINGS} findings: ${ms(gathered - started)} to gather, ${ms(rendered - gathered)} to render; ` +
        `${kib(report.html.length)} of HTML, ` +
        `${kib(report.csv.length)} of CSV, ${kib(report.picture.png.length)} of picture; ${peak()} at most`,
    )
  }
  const data = await gatherReport(db, WEEK, 'UTC', NOW)
  const layout = await timed(() => documentHtml(composeReport(data, LAYOUT), 'cid:trend'))
  const picture = await timed(() => trendPicture(data.trend))
  const plain = await timed(() => plainText(composeReport(data, LAYOUT)))
  console.log(
    `of rendering: ${ms(layout)} for the HTML, ${ms(picture)} for the picture, ${ms(plain)} for the plain part`,
  )
  let counted = new Map<string, number>()
  const rowByRow = await timed(async () => (counted = await countRowByRow(db)))
  for (const [week, { label, counts }] of data.trend.entries()) {
    if (Object.entries(counts).some(([severity, n]) => n !== (counted.get(`week ${week} ${severity}`) ?? 0)))
      throw new Error(`the two disagree about ${label}`)
  }
  const median = gathering.toSorted((x, y) => x - y)[1] ?? Number.NaN
  console.log(
    `row by row in Node: ${ms(rowByRow)} for the trend, what waits and the most imitated alone; ` +
      `${(rowByRow / median).toFixed(1)} times as long as all of the report in SQL; ${peak()} at most`,
  )
} finally {
  await store.close()
  await database.drop()
  rmSync(folder, { recursive: true, force: true })
}

/** The alternative: every finding of the quarter comes here, in pages, and is counted here. */
async function countRowByRow(db: Db): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  const add = (key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1)
  const from = weekStart(addWeeks(WEEK, 1 - TREND_WEEKS), 'UTC').getTime()
  for (let last = 0; ; ) {
    const page = await db
      .selectFrom('finding')
      .innerJoin('module', 'module.id', 'finding.module_id')
      .select(['finding.id', 'path', 'target', 'severity', 'status', 'first_seen_at'])
      .where('first_seen_at', '>=', new Date(from).toISOString())
      .where('finding.id', '>', last)
      .orderBy('finding.id')
      .limit(PAGE)
      .execute()
    for (const { target, severity, status, first_seen_at } of page) {
      // Weeks of UTC are all of the same length.
      add(`week ${Math.floor((Date.parse(first_seen_at) - from) / WEEK_MS)} ${severity}`)
      if (status === 'open') add(`waiting ${severity}`)
      if (status !== 'dismissed' && severity !== 'info') add(`imitated ${target}`)
    }
    last = page.at(-1)?.id ?? last
    if (page.length < PAGE) return counts
  }
}

async function timed(work: () => unknown): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

function ms(duration: number): string {
  return `${Math.round(duration)} ms`
}

function kib(bytes: number): string {
  return `${Math.round(bytes / 1024)} KiB`
}

function peak(): string {
  return `${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`
}
