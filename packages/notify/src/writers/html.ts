import { readFileSync } from 'node:fs'
import { SEVERITIES, type Severity } from '@mirrorwatch/detect/severity'
import mustache from 'mustache'
import { type Block, type Document, type TrendWeek, total } from '../blocks/block.ts'
import { shortFinding } from './finding-lines.ts'
import { BAR_COLOURS, PICTURE_HEIGHT, PICTURE_WIDTH, STACK, trendText } from './trend-picture.ts'

/** White text is readable on each (WCAG AA). */
const COLOURS: Record<Severity, string> = {
  critical: '#8f1239',
  high: '#b3360b',
  medium: '#855b00',
  low: '#2b5f9e',
  info: '#5b6470',
}
const BADGE =
  '<span style="background-color:{{colour}};color:#ffffff;padding:1px 7px;border-radius:3px;font-size:12px;white-space:nowrap;">{{text}}</span>'
/** The layout, compiled from layout/mail.mjml by scripts/mail-layout.ts. */
const TEMPLATE = new URL('mail.html', import.meta.url)

/**
 * Writes a document as HTML. It loads nothing from anywhere and has no script, so that mail clients show it as it is.
 *
 * @param picture address of the trend's picture, which comes with the mail
 */
export function documentHtml(document: Document, picture: string): string {
  const view = {
    ...document,
    sections: document.sections.map(({ title, blocks }) => ({
      title,
      blocks: blocks.map((block) => blockView(block, picture)),
    })),
  }
  return mustache.render(readFileSync(TEMPLATE, 'utf8'), view, { badge: BADGE }, { escape: escapeHtml })
}

/** Returns the fields that the layout shows of a block, under the block's kind. */
function blockView(block: Block, picture: string): Record<string, unknown> {
  switch (block.kind) {
    case 'text':
      return { text: block.text }
    case 'counts': {
      const badges = SEVERITIES.map((severity) => badge(severity, `${block.counts[severity]} ${severity}`))
      return { counts: { badges } }
    }
    case 'finding': {
      const { code, ...rest } = shortFinding(block.finding)
      const { severity } = block.finding.heading
      const lines = code.map((text, at) => ({ text, last: at === code.length - 1 }))
      const finding = { ...rest, link: block.link, badge: badge(severity, severity) }
      return { finding: { ...finding, hasCode: lines.length > 0, code: lines } }
    }
    case 'table': {
      const hasHead = block.head.some((text) => text !== '')
      return {
        table: { hasHead, head: block.head, rows: block.rows.map((row) => ({ cells: row.map(cell) })) },
      }
    }
    case 'trend':
    default:
      return { trend: trendView(block.weeks, picture) }
  }
}

function badge(severity: Severity, text: string): { colour: string; text: string } {
  return { colour: COLOURS[severity], text }
}

/** A short cell keeps its line; a long name may break anywhere, so that it does not push the other columns out. */
function cell(text: string): Record<string, unknown> {
  return {
    text,
    badge: isSeverity(text) ? badge(text, text) : null,
    space: text.length <= 10 ? 'nowrap' : 'normal',
    break: text.length > 60 ? 'break-word' : 'normal',
  }
}

function isSeverity(text: string): text is Severity {
  return (SEVERITIES as readonly string[]).includes(text)
}

/** Returns one column per week. The picture spans all columns; weeks and totals stay below its bars at any width. */
function trendView(weeks: readonly TrendWeek[], picture: string): Record<string, unknown> {
  return {
    picture,
    columns: weeks.length,
    columnWidth: (100 / weeks.length).toFixed(2),
    width: PICTURE_WIDTH / 2,
    height: PICTURE_HEIGHT / 2,
    alt: trendText(weeks),
    legend: STACK.map((severity) => ({ severity, colour: BAR_COLOURS[severity] })),
    weeks: weeks.map(({ label, counts }) => ({
      label: label.slice(label.indexOf('W')),
      total: shortNumber(total(counts)),
    })),
  }
}

/** Returns a number that fits below a bar on a phone: 9999, 12k, 3M. */
function shortNumber(count: number): string {
  if (count < 10_000) return String(count)
  return count < 1_000_000 ? `${Math.floor(count / 1_000)}k` : `${Math.floor(count / 1_000_000)}M`
}

function escapeHtml(value: string | number): string {
  return String(value)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
