import type { Severity } from '@mirrorwatch/detect/types'
import { findingBlock } from '../blocks/finding-block.ts'
import { shown } from '../blocks/safe-text.ts'
import { type Counts, type ReportData, total } from './data.ts'
import { formatIsoWeek } from './iso-week.ts'
import { MAX_CAMPAIGN_MODULES, MAX_CSV_ROWS } from './limits.ts'
import type { TrendWeek } from './trend-picture.ts'
import { changeText, healthFacts, troubleText, waited } from './wording.ts'

/**
 * What a report says, once: the HTML part and the plain part are both made from it, so that neither says more. All texts
 * are fit to be shown; HTML still has to be escaped.
 */
export type Block =
  | { kind: 'text'; text: string }
  | { kind: 'table'; head: string[]; rows: string[][] }
  | {
      kind: 'finding'
      severity: Severity
      title: string
      imitates: string | null
      link: string | null
      /** The summary. */
      says: string
      facts: Fact[]
      /** The lines that matter. */
      code: string[]
    }
  | { kind: 'counts'; counts: Counts }
  | { kind: 'trend'; weeks: TrendWeek[] }

export interface Fact {
  label: string
  text: string
}

export interface Section {
  title: string
  blocks: Block[]
}

export interface Report {
  title: string
  /** One line that says the most important; also the start of a mailbox's preview. */
  lead: string
  sections: Section[]
  footer: string[]
}

const RANKS: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info']

/** @param publicUrl where the page is, without a closing slash; null where there is none */
export function composeReport(data: ReportData, publicUrl: string | null): Report {
  const link = (id: number): string | null => (publicUrl === null ? null : `${publicUrl}/findings/${id}`)
  const sections = [
    newSection(data, link),
    changesSection(data),
    waitingSection(data),
    campaignSection(data),
    imitatedSection(data),
    { title: 'The last 12 weeks', blocks: [{ kind: 'trend' as const, weeks: trendWeeks(data) }] },
    healthSection(data),
  ]
  return {
    title: `mirrorwatch, week ${formatIsoWeek(data.week)}`,
    lead: lead(data),
    sections: sections.filter(({ blocks }) => blocks.length > 0),
    footer: footer(data),
  }
}

/** The subject of the mail. */
export function subjectOf(data: ReportData): string {
  return `mirrorwatch ${formatIsoWeek(data.week)}: ${countsText(data.counts) || 'a quiet week'}`
}

function countsText(counts: Counts): string {
  return RANKS.slice(0, 4)
    .filter((severity) => counts[severity] > 0)
    .map((severity) => `${counts[severity]} ${severity}`)
    .join(', ')
}

function lead(data: ReportData): string {
  const waiting = data.waitingCounts.reduce((sum, { count }) => sum + count, 0)
  const waits = waiting === 0 ? 'Nothing waits for a decision.' : `${waiting} wait for a decision.`
  const serious = countsText(data.counts)
  if (serious !== '') return `New this week: ${serious}. ${waits}`
  return `A quiet week: nothing new${data.counts.info > 0 ? ' above info' : ''}. ${waits}`
}

function newSection(data: ReportData, link: (id: number) => string | null): Section {
  const blocks: Block[] = [{ kind: 'counts', counts: data.counts }]
  if (total(data.counts) === 0)
    blocks.push({ kind: 'text', text: 'No new findings. The scan itself is reported below.' })
  for (const finding of data.fresh) blocks.push(findingBlock(finding, link(finding.id)))
  const more = data.freshTotal - data.fresh.length
  if (more > 0)
    blocks.push({ kind: 'text', text: `… and ${more} more (${untold(data)}): see the attached table.` })
  const minor = data.counts.low + data.counts.info
  if (minor > 0)
    blocks.push({ kind: 'text', text: `${minor} of low severity or info are in the attached table only.` })
  return { title: 'New', blocks }
}

/** How many of medium severity and above are not told in full. */
function untold({ counts, fresh }: ReportData): string {
  return RANKS.slice(0, 3)
    .map((severity) => ({
      severity,
      count: counts[severity] - fresh.filter((finding) => finding.severity === severity).length,
    }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${count} ${severity}`)
    .join(', ')
}

function changesSection(data: ReportData): Section {
  const rows = data.changes.map((change) => [
    `#${change.id}`,
    change.severity,
    // In one cell, as two of them leave a phone no room for either.
    `${shown(change.module, 120)}: ${changeText(change)}`,
  ])
  if (rows.length === 0)
    return { title: 'Changed', blocks: [{ kind: 'text', text: 'Nothing older changed.' }] }
  const blocks: Block[] = [{ kind: 'table', head: ['', 'severity', 'what happened'], rows }]
  if (data.moreChanges) blocks.push({ kind: 'text', text: 'There are more; these are the most severe.' })
  return { title: 'Changed', blocks }
}

function waitingSection(data: ReportData): Section {
  if (data.waitingCounts.length === 0) {
    return {
      title: 'Waiting for a decision',
      blocks: [{ kind: 'text', text: 'Nothing of medium severity or above.' }],
    }
  }
  const summary = data.waitingCounts.map(
    ({ severity, count, oldest }) =>
      `${count} ${severity}, the oldest for ${waited(oldest, data.generatedAt)}`,
  )
  const rows = data.waiting.map(({ id, severity, module, target, firstSeen }) => [
    `#${id}`,
    severity,
    `${shown(module, 120)}${target === null ? '' : `, imitates ${shown(target, 120)}`}`,
    waited(firstSeen, data.generatedAt),
  ])
  return {
    title: 'Waiting for a decision',
    blocks: [
      { kind: 'text', text: `${summary.join('; ')}.` },
      { kind: 'table', head: ['', 'severity', 'module', 'waiting'], rows },
    ],
  }
}

/** Narrow columns, as on a phone the names need the room. */
function campaignSection(data: ReportData): Section {
  const rows = data.campaigns.map(({ id, severity, findings, joined, modules }) => {
    const named = modules.slice(0, MAX_CAMPAIGN_MODULES).map((module) => shown(module, 60))
    const more = findings > named.length ? ' …' : ''
    return [severity, `${shown(id, 60)}: ${named.join(', ')}${more}`, String(joined), String(findings)]
  })
  const blocks: Block[] =
    rows.length === 0 ? [] : [{ kind: 'table', head: ['', 'campaign', 'new', 'all'], rows }]
  return { title: 'Campaigns', blocks }
}

function imitatedSection(data: ReportData): Section {
  const rows = data.imitated.map(({ target, fresh, total: all }) => [
    shown(target, 60),
    String(fresh),
    String(all),
  ])
  const blocks: Block[] =
    rows.length === 0 ? [] : [{ kind: 'table', head: ['look-alikes of', 'new', 'all'], rows }]
  return { title: 'Most imitated', blocks }
}

export function trendWeeks(data: ReportData): TrendWeek[] {
  return data.trend.map(({ week, counts }) => ({ label: week, counts }))
}

function healthSection(data: ReportData): Section {
  const blocks: Block[] = [{ kind: 'table', head: ['', ''], rows: healthFacts(data) }]
  for (const trouble of data.troubles) blocks.push({ kind: 'text', text: troubleText(trouble) })
  return { title: 'The scan', blocks }
}

function footer({ from, to, timeZone, generatedAt, rows, counts }: ReportData): string[] {
  const cut = total(counts) > rows.length ? ` (the ${MAX_CSV_ROWS} most severe)` : ''
  return [
    `From ${from.toISOString().slice(0, 16)}Z to ${to.toISOString().slice(0, 16)}Z (weeks of ${timeZone}); written ${generatedAt.toISOString().slice(0, 16)}Z.`,
    `All new findings of the week are attached as CSV${cut}.`,
    'Names and code are shown with dots in brackets, so that nothing can be clicked, and with invisible characters written out as \\u{…}.',
  ]
}
