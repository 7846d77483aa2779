import { type Coverage, coverage } from '@mirrorwatch/store/queries/repositories'
import type { ScanHealth } from '@mirrorwatch/store/queries/scan-health'
import { type Delivery, troubledDeliveries } from '@mirrorwatch/store/tables/deliveries'
import { shown } from '../writers/defang.ts'
import { ageText } from './age.ts'
import type { ReportSection } from './section.ts'

/** Deliveries that failed within this time are listed: 14 days. */
const TROUBLES_MS = 14 * 86_400_000
/** Most frequent reasons of failed inspections that are listed. */
const MAX_REASONS = 5

/** Coverage and health of the scan, jobs that fail, and deliveries that failed lately. */
export const scan: ReportSection = {
  title: 'The scan',
  async read(db, period) {
    const seen = await coverage(db)
    const troubles = await troubledDeliveries(db, new Date(period.now.getTime() - TROUBLES_MS))
    return ({ health, generatedAt }) => [
      {
        kind: 'table',
        head: ['', ''],
        rows: [...coverageRows(seen, generatedAt), ...healthRows(health, generatedAt)],
      },
      ...troubles.map((trouble) => ({ kind: 'text' as const, text: troubleText(trouble) })),
    ]
  },
}

function coverageRows(covered: Coverage, now: Date): string[][] {
  const { repositories, seenLast5Days, looksLastDay, oldestLookAt, gone, unreachable, baselines } = covered
  if (repositories === 0) return []
  const share = ((100 * seenLast5Days) / repositories).toFixed(1)
  return [
    ['repositories seen in the last 5 days', `${seenLast5Days} of ${repositories} (${share} %)`],
    ['repositories seen in the last day', String(looksLastDay)],
    ...(oldestLookAt === null
      ? []
      : [['longest since a look, as long as a round takes', ageText(oldestLookAt, now)]]),
    ['repositories gone or private', String(gone)],
    ['repositories out of reach for days', String(unreachable)],
    ['repositories whose old versions were checked', `${baselines} of ${repositories}`],
    ['modules whose repository is known', `${covered.locatedModules} of ${covered.modules}`],
  ]
}

/** Returns how many jobs of all kinds fail. */
export function failingJobs({ failedInspections, failedWork }: ScanHealth): number {
  return [...failedInspections, ...failedWork].reduce((sum, { count }) => sum + count, 0)
}

function healthRows(health: ScanHealth, now: Date): string[][] {
  const { feeds, inspected, due, failedInspections, failedWork, readInFull, unread, countedUpTo } = health
  const atLeast = (count: number): string =>
    count >= countedUpTo ? `more than ${countedUpTo}` : String(count)
  const failing = failedInspections.reduce((sum, { count }) => sum + count, 0)
  const reasons = failedInspections
    .slice(0, MAX_REASONS)
    .map(({ code, count }) => `${shown(code, 40)} ${count}`)
    .join(', ')
  const feedRows = feeds.map(({ feed, position, updatedAt }) => [
    `feed ${shown(feed, 80)}`,
    `${ageText(position, now)} behind, last read ${ageText(updatedAt, now)} ago`,
  ])
  return [
    ...(feedRows.length === 0 ? [['feed', 'never read']] : feedRows),
    ['inspections done in the week', String(inspected)],
    ['inspections due now', atLeast(due)],
    ['inspections failing', failing === 0 ? '0' : `${atLeast(failing)} (${reasons})`],
    ['versions read in full in the week', String(readInFull)],
    ['versions that wait to be read in full', atLeast(unread)],
    ...failedWork.map(({ stage, count }) => [STAGES[stage] ?? shown(stage, 40), atLeast(count)]),
  ]
}

/** Row titles for failed work, by stage. */
const STAGES: Readonly<Record<string, string>> = {
  require: 'go.mod files that could not be read',
  locate: 'repositories that could not be found out',
  copies: 'comparisons with originals failing',
  assess: 'assessments failing',
}

function troubleText({ kind, subject, recipient, state, attempts, lastError }: Delivery): string {
  const what = kind === 'report' ? `The report ${subject}` : `Alert ${subject}`
  const end =
    state === 'failed'
      ? `was given up after ${attempts} attempts`
      : `has not arrived after ${attempts} attempts`
  return `${what} to ${shown(recipient, 100)} ${end}: ${shown(lastError ?? '', 200)}`
}
