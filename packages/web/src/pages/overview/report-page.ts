import { SEVERITIES } from '@mirrorwatch/detect/severity'
import type { Block, Document } from '@mirrorwatch/notify/blocks/block'
import { html } from 'hono/html'
import { severityBadge } from '../parts/badge.ts'
import type { Html } from '../parts/html.ts'
import { findingLink } from '../parts/links.ts'
import { breakable } from '../parts/path-difference.ts'
import { page, type Viewer } from '../parts/shell.ts'
import { trendChart } from './chart.ts'

/** Writes a weekly report: the same blocks as the mail has. */
export function reportPage(viewer: Viewer, { title, lead, sections, footer }: Document): Html {
  return page(
    viewer,
    { title, area: 'overview' },
    html`<p class="crumbs"><a href="/">Overview</a></p><h1 class="page-title">${title}</h1><p>${lead}</p>
${sections.map((section) => html`<section class="panel report-section"><h2>${section.title}</h2>${section.blocks.map(blockHtml)}</section>`)}
<footer class="note">${footer.slice(0, 1).map((line) => html`<p>${line}</p>`)}</footer>`,
  )
}

function blockHtml(block: Block): Html {
  if (block.kind === 'text') return html`<p>${block.text}</p>`
  if (block.kind === 'counts')
    return html`<p>${SEVERITIES.map((severity) => html`<span class="badge ${severity}">${block.counts[severity]} ${severity}</span> `)}</p>`
  if (block.kind === 'trend') return trendChart(block.weeks)
  if (block.kind === 'finding') {
    const { heading, summary, why } = block.finding
    return html`<div class="brief-finding"><p>${severityBadge(heading.severity)} <a class="path" href="${findingLink(heading.id)}">${breakable(heading.module)}</a>${heading.target === null ? '' : html` <span class="quiet">imitates</span> <span class="path">${heading.target}</span>`}</p><p>${summary}</p>${why.slice(0, 1).map(({ label, text }) => html`<p class="quiet">${label}: ${text}</p>`)}</div>`
  }
  const hasHead = block.head.some((text) => text !== '')
  return html`<div class="table-scroll" tabindex="0" role="group" aria-label="${block.head.join(', ') || 'Table'}"><table class="list">${
    hasHead
      ? html`<thead><tr>${block.head.map((text) => (text === '' ? html`<td></td>` : html`<th scope="col">${text}</th>`))}</tr></thead>`
      : ''
  }<tbody>${block.rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cellHtml(cell)}</td>`)}</tr>`)}</tbody></table></div>`
}

/** A number of a finding leads to it. */
function cellHtml(cell: string): Html | string {
  const [, id] = /^#([1-9]\d*)$/.exec(cell) ?? []
  return id === undefined ? cell : html`<a href="${findingLink(Number(id))}">${cell}</a>`
}
