import type { Db } from '@mirrorwatch/store/database'
import * as queries from '@mirrorwatch/store/queries/report-queries'
import { scanHealth } from '@mirrorwatch/store/queries/scan-health'
import type { Counts } from '../blocks/block.ts'
import { campaigns } from '../sections/campaigns.ts'
import { changes } from '../sections/changes.ts'
import { imitated } from '../sections/imitated.ts'
import { newFindings } from '../sections/new-findings.ts'
import { scan } from '../sections/scan.ts'
import type { Period, ReportFacts, ReportSection, WriteBlocks } from '../sections/section.ts'
import { TREND_WEEKS, trend } from '../sections/trend.ts'
import { waiting } from '../sections/waiting.ts'
import { addWeeks, formatIsoWeek, type IsoWeek, weekStart } from './iso-week.ts'

/** The sections of the report, in order; a new one is added here. */
const SECTIONS: readonly ReportSection[] = [newFindings, changes, waiting, campaigns, imitated, trend, scan]

/** Rows of the attached CSV: some 5 MB, which every mail server takes. */
export const MAX_CSV_ROWS = 20_000

/** Everything that the report of one week says. */
export interface ReportData extends ReportFacts {
  week: IsoWeek
  sections: { title: string; write: WriteBlocks }[]
  /** Rows of the attachment. */
  rows: queries.NewFindingRow[]
}

/**
 * Reads everything that the report of one week says. What is new and what changed is of that week; what waits, and how the
 * scan does, is as of `now`.
 */
export async function gatherReport(db: Db, week: IsoWeek, timeZone: string, now: Date): Promise<ReportData> {
  const from = weekStart(week, timeZone)
  const to = weekStart(addWeeks(week, 1), timeZone)
  const weeks = await trendWeeks(db, week, timeZone)
  const period: Period = { from, to, now }
  const sections: ReportData['sections'] = []
  for (const section of SECTIONS)
    sections.push({ title: section.title, write: await section.read(db, period) })
  return {
    week,
    from,
    to,
    generatedAt: now,
    timeZone,
    counts: weeks.at(-1)?.counts ?? countsOf([]),
    trend: weeks,
    waiting: await queries.waitingCounts(db),
    health: await scanHealth(db, period, now),
    sections,
    rows: await queries.newFindingRows(db, period, MAX_CSV_ROWS),
  }
}

async function trendWeeks(db: Db, week: IsoWeek, timeZone: string): Promise<ReportFacts['trend']> {
  const weeks = Array.from({ length: TREND_WEEKS }, (_, i) => addWeeks(week, i + 1 - TREND_WEEKS))
  const starts = weeks.map((each) => weekStart(each, timeZone))
  const periods = await queries.countsByPeriod(db, starts, weekStart(addWeeks(week, 1), timeZone))
  return weeks.map((each, at) => ({
    label: formatIsoWeek(each),
    counts: countsOf(periods.filter(({ period }) => period === at)),
  }))
}

function countsOf(rows: readonly queries.PeriodCount[]): Counts {
  const counts: Counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 }
  for (const { severity, count } of rows) counts[severity] = count
  return counts
}
