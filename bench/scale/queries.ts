// What the service, its reports and the people who use it ask of the store.

import type { Db } from '@mirrorwatch/store/database'
import { backlogs, findingsUpTo } from '@mirrorwatch/store/queries/backlog'
import { exportFindings, listFindings } from '@mirrorwatch/store/queries/findings-list'
import { findingsOn } from '@mirrorwatch/store/queries/known-findings'
import {
  activeCampaigns,
  countsByPeriod,
  findingChanges,
  mostImitated,
  newFindingIds,
  waitingCounts,
  waitingFindings,
} from '@mirrorwatch/store/queries/report-queries'
import { scanHealth } from '@mirrorwatch/store/queries/scan-health'
import { storeStats } from '@mirrorwatch/store/queries/stats'
import { unalertedFindings } from '@mirrorwatch/store/tables/alerts'
import { candidatesOf } from '@mirrorwatch/store/tables/candidates'
import { copiesOf } from '@mirrorwatch/store/tables/comparisons'
import { troubledDeliveries } from '@mirrorwatch/store/tables/deliveries'
import { inspectionsOf } from '@mirrorwatch/store/tables/inspections'
import { moduleByPath, unmatchedModules, versionsOf } from '@mirrorwatch/store/tables/modules'
import { ownerStats } from '@mirrorwatch/store/tables/owners'
import { deleteOldComparisons, deleteOldInspections } from '@mirrorwatch/store/tables/retention'
import { allTargets, targetsToMatchBackwards } from '@mirrorwatch/store/tables/targets'
import { crawlProgress } from '@mirrorwatch/store/work/crawl-progress'
import { dueKeys } from '@mirrorwatch/store/work/due'
import { countDue, dueVersions, failedInspections, nextDueAt } from '@mirrorwatch/store/work/schedule'
import { sql } from 'kysely'
import type { Question } from '../harness/plans.ts'
import { NOW, pathOf } from './paths.ts'

const WEEK = { from: '2026-11-16T00:00:00Z', to: '2026-11-23T00:00:00Z' }
const WEEKS = ['2026-11-02T00:00:00Z', '2026-11-09T00:00:00Z', WEEK.from]
/** Older than this is what retention looks at: everything that was filled in. */
const OLD = '2026-11-20T00:00:00Z'
const SOME_MODULE = pathOf(4242)

/** The service's own: asked every few seconds, so that none may grow with a table. */
const SCHEDULER: Question[] = [
  { name: 'versions due for inspection', grows: 'rows', ask: (db) => dueVersions(db, NOW, 2_000) },
  { name: 'how much is due, up to 10,000', grows: 'rows', ask: (db) => countDue(db, NOW, 10_000) },
  { name: 'when the next inspection is due', grows: 'rows', ask: nextDueAt },
  { name: 'which go.mod files are due', grows: 'rows', ask: (db) => dueKeys(db, 'require', NOW, 2_000) },
  { name: 'which modules are unmatched', grows: 'rows', ask: (db) => unmatchedModules(db, 0, 2_000) },
  { name: 'which assessments wait', grows: 'rows', ask: (db) => dueKeys(db, 'assess', NOW, 2_000) },
  {
    name: 'which questions about copies wait',
    grows: 'rows',
    ask: (db) => dueKeys(db, 'copies', NOW, 2_000),
  },
  { name: 'which targets are new', grows: 'rows', ask: (db) => targetsToMatchBackwards(db, 100) },
  { name: 'all targets', grows: 'targets', ask: allTargets },
  { name: 'failed inspections', grows: 'rows', ask: (db) => failedInspections(db, 20) },
  {
    name: 'findings not alerted yet',
    grows: 'period',
    ask: (db) => unalertedFindings(db, 'high', WEEK.from),
  },
  { name: 'metrics: what waits', grows: 'rows', ask: (db) => backlogs(db, NOW, WEEK.from) },
  { name: 'metrics: findings', grows: 'rows', ask: findingsUpTo },
  { name: 'how far the crawl is', grows: 'rows', ask: crawlProgress },
  {
    name: 'retention: a step through inspections',
    grows: 'rows',
    ask: (db) => deleteOldInspections(db, OLD, null, 1_000),
  },
  {
    name: 'retention: a step through comparisons',
    grows: 'rows',
    ask: (db) => deleteOldComparisons(db, OLD, null, 1_000),
  },
  { name: 'deliveries in trouble', grows: 'rows', ask: (db) => troubledDeliveries(db, WEEK.from) },
]

/** One module's, asked for every job. */
const MODULE: Question[] = [
  { name: 'a module by its path', grows: 'rows', ask: (db) => moduleByPath(db, SOME_MODULE) },
  { name: 'versions of a module', grows: 'rows', ask: (db) => versionsOf(db, 4242) },
  { name: 'candidates of a module', grows: 'rows', ask: (db) => candidatesOf(db, 4242) },
  { name: 'inspections of a module', grows: 'rows', ask: (db) => inspectionsOf(db, 4242) },
  { name: 'copies of a target', grows: 'rows', ask: (db) => copiesOf(db, [SOME_MODULE]) },
  { name: 'modules of an owner', grows: 'rows', ask: (db) => ownerStats(db, 'github.com/owner4242') },
  { name: 'findings on 50 modules', grows: 'rows', ask: (db) => findingsOn(db, someModules(50)) },
]

const PEOPLE: Question[] = [
  { name: 'findings, first page', grows: 'rows', ask: (db) => listFindings(db, {}, { limit: 50 }) },
  {
    name: 'open high and critical findings',
    grows: 'rows',
    ask: (db) => listFindings(db, { statuses: ['open'], severities: ['critical', 'high'] }, { limit: 50 }),
  },
  {
    name: 'findings of one target',
    grows: 'rows',
    ask: (db) => listFindings(db, { target: pathOf(1007) }, { limit: 50 }),
  },
  {
    name: 'findings with one signal',
    grows: 'rows',
    ask: (db) => listFindings(db, { rules: ['cache-differs'] }, { limit: 50 }),
  },
  {
    name: 'findings by part of a path',
    grows: 'findings',
    ask: (db) => listFindings(db, { search: 'bolt-77777' }, { limit: 50 }),
  },
  { name: 'a page of an export', grows: 'rows', ask: (db) => exportFindings(db).next() },
  { name: 'what the store holds (doctor)', grows: 'findings', ask: storeStats },
]

const REPORT: Question[] = [
  { name: 'report: new findings', grows: 'period', ask: (db) => newFindingIds(db, WEEK, 1, 50) },
  { name: 'report: changes', grows: 'period', ask: (db) => findingChanges(db, WEEK, 50) },
  { name: 'report: findings by week', grows: 'period', ask: (db) => countsByPeriod(db, WEEKS, WEEK.to) },
  { name: 'report: waiting, counted', grows: 'findings', ask: waitingCounts },
  { name: 'report: waiting', grows: 'rows', ask: (db) => waitingFindings(db, 20) },
  { name: 'report: campaigns', grows: 'findings', ask: (db) => activeCampaigns(db, WEEK, 10) },
  { name: 'report: most imitated', grows: 'findings', ask: (db) => mostImitated(db, WEEK, 10) },
  { name: 'report: health', grows: 'rows', ask: (db) => scanHealth(db, WEEK, NOW) },
]

export const QUESTIONS: readonly Question[] = [...SCHEDULER, ...MODULE, ...PEOPLE, ...REPORT]

/** Every view of the schema, its first hundred rows as a person at a prompt would ask for them. */
export async function viewQuestions(db: Db): Promise<Question[]> {
  const { rows } = await sql<{ name: string }>`
    select viewname as name from pg_views where schemaname = 'public' order by 1`.execute(db)
  return rows.map(({ name }) => ({
    name: `view ${name}`,
    grows: 'rows',
    ask: (on) => sql`select * from ${sql.table(name)} limit 100`.execute(on),
  }))
}

function someModules(count: number): string[] {
  return Array.from({ length: count }, (_, at) => pathOf(at + 1))
}
