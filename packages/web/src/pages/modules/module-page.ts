import { ownerOf } from '@mirrorwatch/gomod/paths/owner'
import { visibleLine } from '@mirrorwatch/notify/blocks/visible-text'
import type { Finding } from '@mirrorwatch/store/queries/findings-list'
import type { Dependents, VersionRow } from '@mirrorwatch/store/queries/page-module'
import type { TargetRow } from '@mirrorwatch/store/queries/page-target'
import type { Module } from '@mirrorwatch/store/tables/modules'
import { html } from 'hono/html'
import { versionTable } from '../finding/versions.ts'
import { listLinkFor } from '../findings/filter.ts'
import { findingRows } from '../findings/rows.ts'
import { type Html, when } from '../parts/html.ts'
import { moduleLink, ownerLink, repositoryLink, targetLink } from '../parts/links.ts'
import { breakable } from '../parts/path-difference.ts'
import { page, type Viewer } from '../parts/shell.ts'
import { dayOf } from '../parts/time.ts'

export interface ModuleData {
  module: Module
  findings: readonly Finding[]
  target: TargetRow | null
  dependents: Dependents
  versions: readonly VersionRow[]
  /** Address of the next page of versions. */
  nextVersions: string | null
}

/** Writes the page of a module: what was found about it, who depends on it, and its versions with their verdicts. */
export function modulePage(viewer: Viewer, data: ModuleData): Html {
  const { module, findings, target, versions } = data
  const shown = visibleLine(module.path)
  const repository = versions.find((version) => version.repository !== null)?.repository ?? null
  return page(
    viewer,
    { title: shown, area: 'findings', wide: true },
    html`<header class="thing-head"><p class="quiet">Module</p><h1 class="path">${breakable(shown)}</h1>
<ul class="facts">
  <li>${module.versionCount} ${module.versionCount === 1 ? 'version' : 'versions'}, cached ${dayOf(module.firstCachedAt)} to ${dayOf(module.lastCachedAt)}</li>
  <li>owner <a href="${ownerLink(ownerOf(module.path))}">${ownerOf(shown)}</a></li>
  ${when(repository, (url) => html`<li>repository <a href="${repositoryLink(url)}">${visibleLine(url)}</a></li>`)}
  ${when(module.declaredPath === module.path ? null : module.declaredPath, (path) => html`<li>its go.mod declares <code>${visibleLine(path)}</code></li>`)}
  ${when(module.blockedAt, (at) => html`<li><strong class="risen">the mirror refuses it since ${dayOf(at)}</strong></li>`)}
  ${when(target, ({ dependents }) => html`<li><a href="${targetLink(module.path)}">a target</a> with ${dependents.toLocaleString('en')} dependents</li>`)}
</ul></header>
<div class="two-columns"><div>
<section class="panel"><h2>Findings about it</h2>${
      findings.length === 0
        ? html`<p class="quiet">None.</p>`
        : findingRows(findings, { now: viewer.now, query: '', selectable: false })
    }</section>
<section class="panel"><h2>Versions</h2>${versionTable(module.path, versions)}
${when(data.nextVersions, (next) => html`<p><a class="button" href="${next}">Older versions</a></p>`)}</section>
</div><aside>${dependentsPanel(data.dependents, module.dependents)}
<section class="panel"><h2>Look for</h2><ul class="plain"><li><a href="${listLinkFor({ target: module.path, status: 'all' })}">What imitates it</a></li><li><a href="${listLinkFor({ owner: ownerOf(module.path), status: 'all' })}">Findings of the same owner</a></li></ul></section>
</aside></div>`,
  )
}

/** Writes who requires a module. @param known count of all dependents, where the list is not read */
export function dependentsPanel({ count, more, paths }: Dependents, known: number): Html {
  const total = Math.max(count, known)
  return html`<section class="panel"><h2>Who depends on it</h2>
<p>${total === 0 ? 'No crawled module requires it directly.' : `${total.toLocaleString('en')}${more ? '+' : ''} ${total === 1 ? 'module requires' : 'modules require'} it directly.`}</p>
${paths.length === 0 ? '' : html`<ul class="paths">${paths.map((path) => html`<li><a href="${moduleLink(path)}">${breakable(visibleLine(path))}</a></li>`)}${total > paths.length ? html`<li class="quiet">and more</li>` : ''}</ul>`}</section>`
}
