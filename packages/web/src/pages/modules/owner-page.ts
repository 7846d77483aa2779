import { visibleLine } from '@mirrorwatch/notify/blocks/visible-text'
import type { Finding } from '@mirrorwatch/store/queries/findings-list'
import type { modulesBelow } from '@mirrorwatch/store/queries/page-module'
import { html } from 'hono/html'
import { listLinkFor } from '../findings/filter.ts'
import { findingRows } from '../findings/rows.ts'
import type { Html } from '../parts/html.ts'
import { moduleLink } from '../parts/links.ts'
import { breakable } from '../parts/path-difference.ts'
import { page, type Viewer } from '../parts/shell.ts'
import { dayOf } from '../parts/time.ts'

export interface OwnerData {
  owner: string
  findings: readonly Finding[]
  modules: Awaited<ReturnType<typeof modulesBelow>>
  nextModules: string | null
}

/** Writes the page of an owner: the findings about its modules, and all of these. */
export function ownerPage(viewer: Viewer, { owner, findings, modules, nextModules }: OwnerData): Html {
  const shown = visibleLine(owner)
  const query = { owner, status: 'all' } as const
  return page(
    viewer,
    { title: `Owner ${shown}`, area: 'findings', wide: true },
    html`<header class="thing-head"><p class="quiet">Owner</p><h1 class="path">${breakable(shown)}</h1></header>
<section class="panel"><h2>Findings</h2>${
      findings.length === 0
        ? html`<p class="quiet">None.</p>`
        : findingRows(findings, {
            now: viewer.now,
            query: `owner=${encodeURIComponent(owner)}&status=all`,
            selectable: false,
          })
    }<p><a href="${listLinkFor(query)}">Filter and decide on all of them</a></p></section>
<section class="panel"><h2>Modules</h2>${
      modules.length === 0
        ? html`<p class="quiet">None is known under this name.</p>`
        : html`<div class="table-scroll" tabindex="0" role="group" aria-label="Modules"><table class="list"><thead><tr><th scope="col">Module</th><th scope="col" class="figure">Versions</th><th scope="col" class="figure">Dependents</th><th scope="col">Last cached</th></tr></thead><tbody>${modules.map(
            ({ path, versionCount, dependents, lastCachedAt }) =>
              html`<tr><td><a class="path" href="${moduleLink(path)}">${breakable(visibleLine(path))}</a></td><td class="figure">${versionCount}</td><td class="figure">${dependents.toLocaleString('en')}</td><td>${dayOf(lastCachedAt)}</td></tr>`,
          )}</tbody></table></div>`
    }${nextModules === null ? '' : html`<p><a class="button" href="${nextModules}">More modules</a></p>`}</section>`,
  )
}
