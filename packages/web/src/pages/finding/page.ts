import { html } from 'hono/html'
import type { DiffLayout } from '../diff/table.ts'
import { differencesView } from '../diff/view.ts'
import type { Html } from '../parts/html.ts'
import { findingLink } from '../parts/links.ts'
import { page, type Viewer } from '../parts/shell.ts'
import { actingLines } from './acts.ts'
import type { FindingData } from './data.ts'
import { decidePanel, notesPanel } from './decide.ts'
import { findingHeader } from './header.ts'
import { signalsSection } from './signals.ts'
import { timeline } from './timeline.ts'
import { versionsPanel } from './versions.ts'
import { whyTable } from './why.ts'

export interface FindingPageOptions {
  layout: DiffLayout
  /** Filter of the list that the reader came from, as a query string; empty if none. */
  from: string
  notice: Html | null
}

/** Writes the page of one finding: what it imitates, why the severity is what it is, which lines differ, and the decision. */
export function findingPage(viewer: Viewer, data: FindingData, options: FindingPageOptions): Html {
  const { finding, blocks, versions, module, marks, differences } = data
  const target = finding.target === null ? '' : ` imitates ${finding.target}`
  const title = `${finding.severity}: ${finding.module}${target}`
  const list = `/findings${options.from === '' ? '' : `?${options.from}`}`
  return page(
    viewer,
    { title, area: 'findings', notice: options.notice, wide: true },
    html`<nav class="crumbs" aria-label="Breadcrumb"><a href="${list}#f-${finding.id}" id="back">← Findings</a> <span>#${finding.id}</span></nav>
${findingHeader(blocks, data, viewer.now)}
<div class="finding-columns">
<div class="finding-main">
  <section aria-labelledby="why-title"><h2 id="why-title">Why ${finding.severity}</h2>
  <div class="table-scroll" tabindex="0" role="group" aria-label="Table of the severity">${whyTable(finding)}</div>
  ${blocks.advice.length === 0 ? '' : html`<p class="advice">${blocks.advice.join(' ')} <a href="${findingLink(finding.id)}/report">Report upstream…</a></p>`}</section>
  ${actingLines(data)}
</div>
<aside class="finding-side" aria-label="Decision">
  ${decidePanel(viewer, data, options.from)}
</aside>
</div>
${differencesView({ module: finding.module, differences, marks, layout: options.layout, page: (split) => pageLink(finding.id, options.from, split) })}
<div class="finding-more">
  ${signalsSection(finding.module, blocks.signals, blocks.withdrawn)}
  <div class="finding-past">
  ${notesPanel(viewer, data)}
  ${timeline(data.blocks.timeline)}
  ${versionsPanel(finding.module, versions, module?.versionCount ?? versions.length, blocks.versions)}
  </div>
</div>`,
  )
}

function pageLink(id: number, from: string, split: boolean): string {
  const query = new URLSearchParams({
    ...(from === '' ? {} : { from }),
    ...(split ? { diff: 'split' } : {}),
  }).toString()
  return query === '' ? findingLink(id) : `${findingLink(id)}?${query}`
}
