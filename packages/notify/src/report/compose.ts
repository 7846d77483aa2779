import { severitiesFrom } from '@mirrorwatch/detect/severity'
import type { ScanHealth } from '@mirrorwatch/store/queries/scan-health'
import { type Counts, type Document, total } from '../blocks/block.ts'
import { failingJobs } from '../sections/scan.ts'
import type { Layout } from '../sections/section.ts'
import { MAX_CSV_ROWS, type ReportData } from './data.ts'
import { formatIsoWeek } from './iso-week.ts'

/** Makes the document that every writer writes, so that neither the HTML nor the plain part says more. */
export function composeReport(data: ReportData, layout: Layout): Document {
  const sections = data.sections.map(({ title, write }) => ({ title, blocks: write(data, layout) }))
  return {
    title: `mirrorwatch, week ${formatIsoWeek(data.week)}`,
    lead: lead(data),
    sections: sections.filter(({ blocks }) => blocks.length > 0),
    footer: footer(data),
  }
}

/** Returns the subject of the mail. */
export function subjectOf(data: ReportData): string {
  const isQuiet = isReliable(data.health)
  const trouble = isQuiet ? '' : `, ${jobsText(failingJobs(data.health))} failing`
  const nothing = isQuiet ? 'a quiet week' : 'nothing new'
  return `mirrorwatch ${formatIsoWeek(data.week)}: ${countsText(data.counts) || nothing}${trouble}`
}

/** A scan that fails finds nothing. Of millions of inspections some always wait for a repository that is down. */
function isReliable(health: ScanHealth): boolean {
  return failingJobs(health) <= health.inspected / 100
}

function countsText(counts: Counts): string {
  return severitiesFrom('low')
    .filter((severity) => counts[severity] > 0)
    .map((severity) => `${counts[severity]} ${severity}`)
    .join(', ')
}

function lead({ waiting, counts, health }: ReportData): string {
  const count = waiting.reduce((sum, each) => sum + each.count, 0)
  const waits = count === 0 ? 'Nothing waits for a decision.' : `${count} wait for a decision.`
  const failing = failingJobs(health)
  const trouble =
    failing === 0
      ? ''
      : ` ${jobsText(failing)} of the scan ${failing === 1 ? 'is' : 'are'} failing, see below.`
  const serious = countsText(counts)
  if (serious !== '') return `New this week: ${serious}. ${waits}${trouble}`
  const quiet = isReliable(health) ? 'A quiet week: nothing new' : 'Nothing new'
  return `${quiet}${counts.info > 0 ? ' above info' : ''}. ${waits}${trouble}`
}

function footer({ from, to, timeZone, generatedAt, rows, counts }: ReportData): string[] {
  const cut = total(counts) > rows.length ? ` (the ${MAX_CSV_ROWS} most severe)` : ''
  return [
    `From ${from.toISOString().slice(0, 16)}Z to ${to.toISOString().slice(0, 16)}Z (weeks of ${timeZone}); written ${generatedAt.toISOString().slice(0, 16)}Z.`,
    `All new findings of the week are attached as CSV${cut}.`,
    'Names and code are shown with dots in brackets, so that nothing can be clicked, and with invisible characters written out as \\u{…}.',
  ]
}

function jobsText(count: number): string {
  return count === 1 ? '1 job' : `${count} jobs`
}
