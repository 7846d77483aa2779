import { visibleLine } from '@mirrorwatch/notify/blocks/visible-text'
import type { AllowHits } from '@mirrorwatch/store/queries/page-allow'
import type { AllowEntry } from '@mirrorwatch/store/tables/allow'
import { html } from 'hono/html'
import type { Html } from '../parts/html.ts'
import { moduleLink, ownerLink, targetLink } from '../parts/links.ts'
import { breakable } from '../parts/path-difference.ts'
import { page, type Viewer } from '../parts/shell.ts'
import { ageOf, dayOf } from '../parts/time.ts'

export interface AllowData {
  entries: readonly AllowEntry[]
  hits: readonly AllowHits[]
  /** Entries before those that are listed. */
  from: number
  notice: Html | null
}

/** Entries of one page. */
const LISTED = 100

/** Writes the allow list: who allowed what, why, until when, and how often it explained a finding. */
export function allowPage(viewer: Viewer, { entries, hits, from, notice }: AllowData): Html {
  const byId = new Map(hits.map((each) => [each.id, each]))
  const never = entries.filter(({ id }) => !byId.has(id)).length
  const mayWrite = viewer.role === 'triage'
  return page(
    viewer,
    { title: 'Allow list', area: 'allow', notice, wide: true },
    html`<div class="list-head"><h1>Allow list</h1><p class="quiet">${entries.length} ${entries.length === 1 ? 'entry' : 'entries'}${never === 0 ? '' : `, ${never} that never matched`}</p></div>
<p class="note">A name on this list lowers findings to info. What its code does on import, and a difference from its repository, still count.</p>
${mayWrite ? addForm() : ''}
${
  entries.length === 0
    ? html`<p class="empty panel">Nothing is allowed yet.</p>`
    : html`<section class="panel"><div class="table-scroll" tabindex="0" role="group" aria-label="Entries"><table class="list entries"><thead><tr><th scope="col">Name</th><th scope="col">Kind</th><th scope="col">Reason</th><th scope="col">By</th><th scope="col">Until</th><th scope="col" class="figure">Hits</th>${mayWrite ? html`<th scope="col"><span class="hidden">Remove</span></th>` : ''}</tr></thead>
<tbody>${entries.slice(from, from + LISTED).map((entry) => entryRow(entry, byId.get(entry.id), viewer))}</tbody></table></div></section>`
}${
  entries.length > from + LISTED
    ? html`<nav class="pager" aria-label="Pages"><a class="button" rel="next" href="/allow?from=${from + LISTED}">Older entries</a></nav>`
    : ''
}`,
  )
}

function entryRow(entry: AllowEntry, hits: AllowHits | undefined, { now, role }: Viewer): Html {
  const { id, kind, module, target, reason, author, createdAt, expiresAt } = entry
  const isOver = expiresAt !== null && Date.parse(expiresAt) <= now.getTime()
  const name = visibleLine(module)
  return html`<tr${isOver ? html` class="over"` : ''}><td><a class="path" href="${kind === 'owner' ? ownerLink(module) : moduleLink(module)}">${breakable(name)}</a>${
    target === null
      ? ''
      : html` <span class="quiet">for</span> <a class="path" href="${targetLink(target)}">${breakable(visibleLine(target))}</a>`
  }</td><td data-name="Kind">${kind}</td><td class="words" data-name="Reason">${reason}</td><td data-name="By">${author}, ${ageOf(createdAt, now)} ago</td><td data-name="Until">${expiresAt === null ? html`<span class="quiet">for good</span>` : html`${dayOf(expiresAt)}${isOver ? ' (over)' : ''}`}</td><td class="figure" data-name="Hits">${hits === undefined ? html`<span class="quiet">never</span>` : hits.hits}</td>${
    role === 'triage'
      ? html`<td><form method="post" action="/allow/${id}/remove"><button aria-label="Remove ${name}">Remove</button></form></td>`
      : ''
  }</tr>`
}

function addForm(): Html {
  return html`<details class="panel add"><summary>Allow a name</summary><form method="post" action="/allow" class="decide-fields">
<label><span>Kind</span><select name="kind"><option value="pair">pair: a module beside a target</option><option value="path">path: one module</option><option value="owner">owner: every module of an account</option></select></label>
<label class="grow"><span>Module or owner</span><input type="text" name="module" required maxlength="1000" placeholder="github.com/acme/cli"></label>
<label class="grow"><span>Target, for a pair</span><input type="text" name="target" maxlength="1000" placeholder="github.com/urfave/cli"></label>
<label class="grow"><span>Reason</span><input type="text" name="reason" required maxlength="2000"></label>
<label><span>Until</span><input type="date" name="until"></label><button class="primary">Allow</button></form></details>`
}
