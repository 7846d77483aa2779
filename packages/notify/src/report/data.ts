import type { Severity } from '@mirrorwatch/detect/types'
import type { Db } from '@mirrorwatch/store/database'
import { type Finding, findingsByIds } from '@mirrorwatch/store/queries/findings-list'
import * as queries from '@mirrorwatch/store/queries/report-queries'
import { type Delivery, troubledDeliveries } from '@mirrorwatch/store/tables/deliveries'
import { addWeeks, formatIsoWeek, type IsoWeek, weekStart } from './iso-week.ts'
import {
  MAX_CAMPAIGNS,
  MAX_CHANGES,
  MAX_CSV_ROWS,
  MAX_NEW_FINDINGS,
  MAX_TARGETS,
  MAX_WAITING,
  TREND_WEEKS,
} from './limits.ts'

/** Counts by severity; a severity without findings is 0. */
export type Counts = Record<Severity, number>

export interface ReportData {
  week: IsoWeek
  from: Date
  /** When the week ended, or will. */
  to: Date
  generatedAt: Date
  timeZone: string
  /** Findings first seen in the week, with their severity of now. */
  counts: Counts
  /** The most severe of them, medium and above. */
  fresh: Finding[]
  /** How many of medium and above there are. */
  freshTotal: number
  changes: queries.FindingChange[]
  /** Whether there were more changes than are listed. */
  moreChanges: boolean
  waitingCounts: queries.WaitingCount[]
  waiting: queries.WaitingFinding[]
  campaigns: queries.CampaignRow[]
  imitated: queries.ImitatedTarget[]
  health: queries.ScanHealth
  /** Deliveries that failed lately. */
  troubles: Delivery[]
  /** The last weeks, oldest first, the reported one last. */
  trend: { week: string; counts: Counts }[]
  /** Rows of the attachment. */
  rows: queries.NewFindingRow[]
}

/** How far back failed deliveries are told. */
const TROUBLES_MS = 14 * 86_400_000

/**
 * Everything that the report of one week says. What is new and what changed is of that week; what waits, and how the scan
 * does, is as of `now`.
 */
export async function gatherReport(db: Db, week: IsoWeek, timeZone: string, now: Date): Promise<ReportData> {
  const starts = Array.from({ length: TREND_WEEKS }, (_, i) => addWeeks(week, i + 1 - TREND_WEEKS))
  const from = weekStart(week, timeZone)
  const to = weekStart(addWeeks(week, 1), timeZone)
  const span = { from, to }
  const periods = await queries.countsByPeriod(
    db,
    starts.map((start) => weekStart(start, timeZone)),
    to,
  )
  const trend = starts.map((start, period) => ({
    week: formatIsoWeek(start),
    counts: countsOf(periods.filter((row) => row.period === period)),
  }))
  const counts = trend.at(-1)?.counts ?? countsOf([])
  const changes = await queries.findingChanges(db, span, MAX_CHANGES + 1)
  return {
    week,
    from,
    to,
    generatedAt: now,
    timeZone,
    counts,
    fresh: await findingsByIds(db, await queries.newFindingIds(db, span, 2, MAX_NEW_FINDINGS)),
    freshTotal: counts.critical + counts.high + counts.medium,
    changes: changes.slice(0, MAX_CHANGES),
    moreChanges: changes.length > MAX_CHANGES,
    waitingCounts: await queries.waitingCounts(db),
    waiting: await queries.waitingFindings(db, MAX_WAITING),
    campaigns: await queries.activeCampaigns(db, span, MAX_CAMPAIGNS),
    imitated: await queries.mostImitated(db, span, MAX_TARGETS),
    health: await queries.scanHealth(db, span, now),
    troubles: await troubledDeliveries(db, new Date(now.getTime() - TROUBLES_MS)),
    trend,
    rows: await queries.newFindingRows(db, span, MAX_CSV_ROWS),
  }
}

function countsOf(rows: readonly queries.PeriodCount[]): Counts {
  const counts: Counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 }
  for (const { severity, count } of rows) counts[severity] = count
  return counts
}

export function total(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}
