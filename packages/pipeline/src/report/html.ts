import type { Severity } from '@mirrorwatch/detect/types'
import mjml from 'mjml-core'
import preset from 'mjml-preset-core'
import { PipelineError } from '../errors.ts'
import { type Counts, total } from './data.ts'
import { escapeHtml } from './safe-text.ts'
import type { Block, Report } from './sections.ts'

const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info']
/** White text is readable on each (WCAG AA). */
const COLOURS: Record<Severity, string> = {
  critical: '#8f1239',
  high: '#b3360b',
  medium: '#855b00',
  low: '#2b5f9e',
  info: '#5b6470',
}
const FONT = "-apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"
const MONO = "Menlo, Consolas, 'Liberation Mono', monospace"

/** The HTML part. Nothing is loaded from anywhere, no script, no picture: mail clients show it as it is. */
export async function reportHtml(report: Report): Promise<string> {
  const sections = report.sections.map(
    ({ title, blocks }) => `
    <mj-section background-color="#ffffff" padding="8px 0 0 0"><mj-column>
      <mj-text font-size="18px" font-weight="600" padding="14px 20px 6px 20px"><h2 style="margin:0;font-size:18px;">${escapeHtml(title)}</h2></mj-text>
      ${blocks.map(blockMjml).join('\n')}
    </mj-column></mj-section>`,
  )
  const markup = `<mjml lang="en" dir="ltr">
    <mj-head>
      <mj-raw><meta name="color-scheme" content="light" /><meta name="supported-color-schemes" content="light" /></mj-raw>
      <mj-title>${escapeHtml(report.title)}</mj-title>
      <mj-preview>${escapeHtml(report.lead)}</mj-preview>
      <mj-attributes>
        <mj-all font-family="${FONT}" />
        <mj-text font-size="14px" line-height="1.45" color="#1c2129" padding="4px 20px" />
      </mj-attributes>
    </mj-head>
    <mj-body width="720px" background-color="#eef0f3">
      <mj-section background-color="#1c2129" padding="10px 0"><mj-column>
        <mj-text color="#ffffff" font-size="22px"><h1 style="margin:0;font-size:22px;">${escapeHtml(report.title)}</h1></mj-text>
        <mj-text color="#ffffff" font-size="15px">${escapeHtml(report.lead)}</mj-text>
      </mj-column></mj-section>
      ${sections.join('\n')}
      <mj-section padding="12px 0 30px 0"><mj-column>
        ${report.footer.map((line) => `<mj-text color="#4a525e" font-size="12px">${escapeHtml(line)}</mj-text>`).join('\n')}
      </mj-column></mj-section>
    </mj-body>
  </mjml>`
  // A variable, because the types of the library lack `presets`.
  const options = { presets: [preset], validationLevel: 'soft' as const, fonts: {}, keepComments: false }
  const { html, errors } = await mjml.default(markup, options)
  if (errors.length === 0) return html
  throw new PipelineError(
    'internal',
    `the report’s layout is wrong: ${errors.map((e) => e.formattedMessage).join('; ')}`,
  )
}

function blockMjml(block: Block): string {
  switch (block.kind) {
    case 'text':
      return `<mj-text>${escapeHtml(block.text)}</mj-text>`
    case 'counts':
      return `<mj-text>${countsHtml(block.counts)}</mj-text>`
    case 'finding':
      return findingMjml(block)
    case 'table':
      return `<mj-table font-size="13px" line-height="1.4" padding="4px 20px" cellpadding="0" table-layout="auto">${tableHtml(block.head, block.rows)}</mj-table>`
    case 'trend':
    default:
      return `<mj-table font-size="13px" line-height="1.2" padding="4px 20px">${trendHtml(block.weeks)}</mj-table>`
  }
}

function badge(severity: Severity, text: string): string {
  return `<span style="background-color:${COLOURS[severity]};color:#ffffff;padding:1px 7px;border-radius:3px;font-size:12px;white-space:nowrap;">${escapeHtml(text)}</span>`
}

function countsHtml(counts: Counts): string {
  return SEVERITIES.map((severity) => badge(severity, `${counts[severity]} ${severity}`)).join(' &nbsp;')
}

function findingMjml({ severity, title, link, lines, code }: Extract<Block, { kind: 'finding' }>): string {
  const name = `<b style="word-break:break-all;">${escapeHtml(title)}</b>`
  const heading = `${badge(severity, severity)} &nbsp;${name}`
  const open = link === null ? '' : `<br /><a href="${escapeHtml(link)}" style="color:#1d5fbf;">Open it</a>`
  const quoted = code
    .map((line) => `<div style="white-space:pre-wrap;word-break:break-all;">${escapeHtml(line)}</div>`)
    .join('')
  const box =
    code.length === 0
      ? ''
      : `<mj-text font-family="${MONO}" font-size="12px" line-height="1.4" container-background-color="#f5f6f8" padding="8px 20px">${quoted}</mj-text>`
  const text = lines
    .map((line) => `<span style="word-break:break-word;">${escapeHtml(line)}</span>`)
    .join('<br />')
  return `<mj-divider border-width="1px" border-color="#d9dde3" padding="8px 20px 4px 20px" />
    <mj-text>${heading}<br />${text}${open}</mj-text>${box}`
}

function tableHtml(head: string[], rows: string[][]): string {
  const cell = 'padding:4px 8px 4px 0;text-align:left;vertical-align:top;border-bottom:1px solid #e4e7eb;'
  const titles = head.some((text) => text !== '')
    ? `<tr>${head.map((text) => `<th style="${cell}color:#4a525e;font-weight:600;white-space:nowrap;">${escapeHtml(text)}</th>`).join('')}</tr>`
    : ''
  const body = rows.map(
    (row) =>
      `<tr>${row.map((text) => `<td style="${cell}white-space:${/^#\d+$/.test(text) ? 'nowrap' : 'normal'};overflow-wrap:anywhere;word-break:${text.length > 60 ? 'break-word' : 'normal'};">${isSeverity(text) ? badge(text, text) : escapeHtml(text)}</td>`).join('')}</tr>`,
  )
  return titles + body.join('')
}

function isSeverity(text: string): text is Severity {
  return (SEVERITIES as readonly string[]).includes(text)
}

/** Bars of table cells: shown even where pictures are blocked, and by Outlook, which draws no SVG. */
function trendHtml(weeks: { label: string; counts: Counts }[]): string {
  const most = Math.max(1, ...weeks.map(({ counts }) => total(counts)))
  const rows = weeks.map(({ label, counts }) => {
    const cells = SEVERITIES.filter((severity) => counts[severity] > 0).map((severity) => {
      const percent = Math.max(0.5, (counts[severity] / most) * 100).toFixed(1)
      return `<td width="${percent}%" bgcolor="${COLOURS[severity]}" style="width:${percent}%;background-color:${COLOURS[severity]};font-size:1px;line-height:14px;height:14px;">&nbsp;</td>`
    })
    const bar = `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="width:100%;border-collapse:collapse;table-layout:fixed;"><tr>${cells.join('')}<td style="font-size:1px;line-height:14px;">&nbsp;</td></tr></table>`
    return `<tr><td style="white-space:nowrap;padding:2px 8px 2px 0;width:70px;">${escapeHtml(label)}</td><td style="padding:2px 0;">${bar}</td><td style="white-space:nowrap;padding:2px 0 2px 8px;text-align:right;width:50px;">${total(counts)}</td></tr>`
  })
  return rows.join('')
}
