import { SEVERITIES, type Severity } from '@mirrorwatch/detect/severity'
import type { TrendWeek } from '@mirrorwatch/notify/blocks/block'
import { addWeeks, formatIsoWeek, isoWeekAt, weekStart } from '@mirrorwatch/notify/report/iso-week'
import type { Db } from '@mirrorwatch/store/database'
import { countFindings, type FindingCount } from '@mirrorwatch/store/queries/findings-list'
import {
  type DecisionTimes,
  decisionTimes,
  type RowEstimates,
  type RuleOutcome,
  rowEstimates,
  ruleOutcomes,
} from '@mirrorwatch/store/queries/page-overview'
import {
  activeCampaigns,
  type CampaignRow,
  countsByPeriod,
  type WaitingFinding,
  waitingFindings,
} from '@mirrorwatch/store/queries/report-queries'
import { type ScanHealth, scanHealth } from '@mirrorwatch/store/queries/scan-health'
import { STATUS_CHOICES } from '../findings/filter.ts'

export interface OverviewData {
  /** Findings that wait, counted up to {@link COUNT_UP_TO}. */
  waiting: Map<Severity, FindingCount>
  risen: FindingCount
  longest: WaitingFinding[]
  campaigns: CampaignRow[]
  trend: TrendWeek[]
  times: DecisionTimes
  outcomes: RuleOutcome[]
  health: ScanHealth
  rows: RowEstimates
  /** When these figures were read. */
  at: Date
}

const WEEKS = 12
const COUNT_UP_TO = 1_000
const DAY_MS = 86_400_000

/** Reads the figures of the overview. */
export async function overviewData(db: Db, timeZone: string, now: Date): Promise<OverviewData> {
  const waiting = new Map<Severity, FindingCount>()
  const { statuses } = STATUS_CHOICES.waiting
  for (const severity of SEVERITIES)
    waiting.set(severity, await countFindings(db, { severities: [severity], statuses }, COUNT_UP_TO))
  const month = { from: new Date(now.getTime() - 30 * DAY_MS), to: now }
  const day = { from: new Date(now.getTime() - DAY_MS), to: now }
  return {
    waiting,
    risen: await countFindings(db, { withNewEvidence: true }, COUNT_UP_TO),
    longest: await waitingFindings(db, 8),
    campaigns: await activeCampaigns(db, month, 6),
    trend: await trendWeeks(db, timeZone, now),
    times: await decisionTimes(db),
    outcomes: await ruleOutcomes(db, 12),
    health: await scanHealth(db, day, now),
    rows: await rowEstimates(db),
    at: now,
  }
}

async function trendWeeks(db: Db, timeZone: string, now: Date): Promise<TrendWeek[]> {
  const current = isoWeekAt(now, timeZone)
  const weeks = Array.from({ length: WEEKS }, (_, at) => addWeeks(current, at + 1 - WEEKS))
  const starts = weeks.map((week) => weekStart(week, timeZone))
  const periods = await countsByPeriod(db, starts, weekStart(addWeeks(current, 1), timeZone))
  return weeks.map((week, at) => {
    const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 }
    for (const { period, severity, count } of periods) if (period === at) counts[severity] = count
    return { label: formatIsoWeek(week), counts }
  })
}
