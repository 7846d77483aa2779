import { severitiesFrom } from '@mirrorwatch/detect/severity'
import { type Counts, type Document, total } from '../blocks/block.ts'
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
  return `mirrorwatch ${formatIsoWeek(data.week)}: ${countsText(data.counts) || 'a quiet week'}`
}

function countsText(counts: Counts): string {
  return severitiesFrom('low')
    .filter((severity) => counts[severity] > 0)
    .map((severity) => `${counts[severity]} ${severity}`)
    .join(', ')
}

function lead({ waiting, counts }: ReportData): string {
  const count = waiting.reduce((sum, each) => sum + each.count, 0)
  const waits = count === 0 ? 'Nothing waits for a decision.' : `${count} wait for a decision.`
  const serious = countsText(counts)
  if (serious !== '') return `New this week: ${serious}. ${waits}`
  return `A quiet week: nothing new${counts.info > 0 ? ' above info' : ''}. ${waits}`
}

function footer({ from, to, timeZone, generatedAt, rows, counts }: ReportData): string[] {
  const cut = total(counts) > rows.length ? ` (the ${MAX_CSV_ROWS} most severe)` : ''
  return [
    `From ${from.toISOString().slice(0, 16)}Z to ${to.toISOString().slice(0, 16)}Z (weeks of ${timeZone}); written ${generatedAt.toISOString().slice(0, 16)}Z.`,
    `All new findings of the week are attached as CSV${cut}.`,
    'Names and code are shown with dots in brackets, so that nothing can be clicked, and with invisible characters written out as \\u{…}.',
  ]
}
