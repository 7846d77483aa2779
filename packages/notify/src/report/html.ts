import type { Severity } from '@mirrorwatch/detect/types'
import { escapeHtml } from '../blocks/safe-text.ts'
import { NotifyError } from '../errors.ts'
import type { Counts } from './data.ts'
import { trendHtml } from './html-trend.ts'
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

/**
 * The HTML part. Nothing is loaded from anywhere, no script: mail clients show it as it is.
 *
 * @param picture address of the trend's picture, which comes with the mail
 */
export async function reportHtml(report: Report, picture: string): Promise<string> {
  const sections = report.sections.map(
    ({ title, blocks }) => `
    <mj-section background-color="#ffffff" padding="8px 0 0 0"><mj-column>
      <mj-text font-size="18px" font-weight="600" padding="14px 20px 6px 20px"><h2 style="margin:0;font-size:18px;">${escapeHtml(title)}</h2></mj-text>
      ${blocks.map((block) => blockMjml(block, picture)).join('\n')}
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
        <mj-text color="#ffffff" font-size="20px"><h1 style="margin:0;font-size:20px;">${escapeHtml(report.title)}</h1></mj-text>
        <mj-text color="#ffffff" font-size="15px">${escapeHtml(report.lead)}</mj-text>
      </mj-column></mj-section>
      ${sections.join('\n')}
      <mj-section padding="12px 0 30px 0"><mj-column>
        ${report.footer.map((line) => `<mj-text color="#4a525e" font-size="12px">${escapeHtml(line)}</mj-text>`).join('\n')}
      </mj-column></mj-section>
    </mj-body>
  </mjml>`
  // Loaded where a report is made, once a week: it takes a quarter of a second and some 45 MB.
  const [{ default: mjml }, { default: preset }] = await Promise.all([
    import('mjml-core'),
    import('mjml-preset-core'),
  ])
  // A variable, because the types of the library lack `presets`.
  const options = { presets: [preset], validationLevel: 'soft' as const, fonts: {}, keepComments: false }
  const { html, errors } = await mjml.default(markup, options)
  // No text has a line break in it, so that blanks around them are those of the library: a sixth of the mail.
  if (errors.length === 0) return html.replaceAll(/\s*\n\s*/g, '\n')
  throw new NotifyError(
    'internal',
    `the report’s layout is wrong: ${errors.map((e) => e.formattedMessage).join('; ')}`,
  )
}

function blockMjml(block: Block, picture: string): string {
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
      return `<mj-table padding="4px 20px" table-layout="fixed" cellpadding="0">${trendHtml(block.weeks, picture)}</mj-table>`
  }
}

function badge(severity: Severity, text: string): string {
  return `<span style="background-color:${COLOURS[severity]};color:#ffffff;padding:1px 7px;border-radius:3px;font-size:12px;white-space:nowrap;">${escapeHtml(text)}</span>`
}

function countsHtml(counts: Counts): string {
  return SEVERITIES.map((severity) => badge(severity, `${counts[severity]} ${severity}`)).join(' &nbsp;')
}

function findingMjml({
  severity,
  title,
  imitates,
  link,
  says,
  facts,
  code,
}: Extract<Block, { kind: 'finding' }>): string {
  const name = `<b style="word-break:break-all;">${escapeHtml(title)}</b>`
  const heading = `${badge(severity, severity)} &nbsp;${name}`
  const open = link === null ? '' : ` &nbsp;<a href="${escapeHtml(link)}" style="color:#1d5fbf;">Open it</a>`
  const quoted = `<div style="white-space:pre-wrap;word-break:break-all;">${code.map(escapeHtml).join('<br />')}</div>`
  const box =
    code.length === 0
      ? ''
      : `<mj-text font-family="${MONO}" font-size="12px" line-height="1.4" container-background-color="#f5f6f8" padding="8px 20px">${quoted}</mj-text>`
  const lines = [
    ...(imitates === null ? [] : [`imitates <b style="word-break:break-all;">${escapeHtml(imitates)}</b>`]),
    escapeHtml(says),
    ...facts.map(
      ({ label, text }) => `<b style="color:#4a525e;">${escapeHtml(label)}:</b> ${escapeHtml(text)}`,
    ),
  ]
  return `<mj-divider border-width="1px" border-color="#d9dde3" padding="8px 20px 4px 20px" />
    <mj-text>${heading}<br />${lines.join('<br />')}${open}</mj-text>${box}`
}

function tableHtml(head: string[], rows: string[][]): string {
  const cell = 'padding:4px 8px 4px 0;text-align:left;vertical-align:top;border-bottom:1px solid #e4e7eb;'
  const titles = head.some((text) => text !== '')
    ? `<tr>${head.map((text) => `<th style="${cell}color:#4a525e;font-weight:600;white-space:nowrap;">${escapeHtml(text)}</th>`).join('')}</tr>`
    : ''
  const body = rows.map(
    (row) =>
      `<tr>${row.map((text) => `<td style="${cell}white-space:${text.length <= 10 ? 'nowrap' : 'normal'};overflow-wrap:anywhere;word-break:${text.length > 60 ? 'break-word' : 'normal'};">${isSeverity(text) ? badge(text, text) : escapeHtml(text)}</td>`).join('')}</tr>`,
  )
  return titles + body.join('')
}

function isSeverity(text: string): text is Severity {
  return (SEVERITIES as readonly string[]).includes(text)
}
