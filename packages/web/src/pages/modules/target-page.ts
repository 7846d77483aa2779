import { visibleLine } from '@mirrorwatch/notify/blocks/visible-text'
import type { Finding } from '@mirrorwatch/store/queries/findings-list'
import type { Dependents } from '@mirrorwatch/store/queries/page-module'
import type { TargetRow } from '@mirrorwatch/store/queries/page-target'
import { html } from 'hono/html'
import { listLinkFor } from '../findings/filter.ts'
import { findingRows } from '../findings/rows.ts'
import type { Html } from '../parts/html.ts'
import { moduleLink } from '../parts/links.ts'
import { breakable } from '../parts/path-difference.ts'
import { page, type Viewer } from '../parts/shell.ts'
import { dayOf } from '../parts/time.ts'
import { dependentsPanel } from './module-page.ts'

export interface TargetData {
  path: string
  target: TargetRow | null
  findings: readonly Finding[]
  count: string
  more: boolean
  dependents: Dependents
}

/** Writes the page of a target: who imitates it, worst first. */
export function targetPage(
  viewer: Viewer,
  { path, target, findings, count, more, dependents }: TargetData,
): Html {
  const shown = visibleLine(path)
  const all = listLinkFor({ target: path, status: 'all' })
  return page(
    viewer,
    { title: `Target ${shown}`, area: 'findings', wide: true },
    html`<header class="thing-head"><p class="quiet">Target</p><h1 class="path">${breakable(shown)}</h1>
<ul class="facts">${
      target === null
        ? html`<li>not on the list of targets now</li>`
        : html`<li><strong>${target.dependents.toLocaleString('en')}</strong> dependents (${target.source})</li><li>a target since ${dayOf(target.addedAt)}</li>`
    }<li><a href="${moduleLink(path)}">its page as a module</a></li></ul></header>
<div class="two-columns"><div>
<section class="panel"><h2>Who imitates it <span class="quiet">${count}</span></h2>${
      findings.length === 0
        ? html`<p class="quiet">Nothing was found.</p>`
        : findingRows(findings, {
            now: viewer.now,
            query: `target=${encodeURIComponent(path)}&status=all`,
            selectable: false,
          })
    }<p><a href="${all}">${more ? 'See all, filter and decide' : 'Filter and decide'}</a></p></section>
</div><aside>${dependentsPanel(dependents, target?.dependents ?? 0)}</aside></div>`,
  )
}
