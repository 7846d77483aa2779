import { signalsOf } from '@mirrorwatch/detect/finding'
import { visibleLine } from '@mirrorwatch/notify/blocks/visible-text'
import type { Finding } from '@mirrorwatch/store/queries/findings-list'
import { html } from 'hono/html'
import { decideButtons, decideFields } from '../findings/decide-bar.ts'
import { listLinkFor } from '../findings/filter.ts'
import { findingRows } from '../findings/rows.ts'
import type { Html } from '../parts/html.ts'
import { page, type Viewer } from '../parts/shell.ts'

export interface CampaignData {
  id: string
  findings: readonly Finding[]
  more: boolean
}

const KINDS = {
  content: 'their contents are nearly the same',
  'repository-name': 'their repositories have the same name',
} as const

/** Writes the page of a campaign: its findings, and one decision for all of them. */
export function campaignPage(viewer: Viewer, { id, findings, more }: CampaignData): Html {
  const [evidence] = findings
    .flatMap(({ signals }) => signalsOf(signals, 'campaign'))
    .map((each) => each.evidence)
  const query = `campaign=${encodeURIComponent(id)}&status=all`
  const rows = findingRows(findings, { now: viewer.now, query, selectable: viewer.role === 'triage' })
  return page(
    viewer,
    { title: `Campaign ${visibleLine(id)}`, area: 'findings', wide: true },
    html`<header class="thing-head"><p class="quiet">Campaign</p><h1 class="path">${visibleLine(id)}</h1>
${evidence === undefined ? '' : html`<p>${evidence.owners} owners published ${evidence.modules} modules close in time: ${KINDS[evidence.kind]}.</p>`}</header>
${
  viewer.role === 'triage'
    ? html`<form method="post" action="/findings/decide" class="decide-list" data-decide><input type="hidden" name="filter" value="${query}"><input type="hidden" name="seen" value="${viewer.now.toISOString()}">
<div class="decide-bar panel" role="group" aria-label="Decide on the campaign"><div class="select-all"><label><input type="checkbox" name="all" value="1" checked> All findings of the campaign</label></div>${decideButtons()}${decideFields()}</div>${rows}</form>`
    : rows
}
${more ? html`<p><a href="${listLinkFor({ campaign: id, status: 'all' })}">See all</a></p>` : ''}`,
  )
}
