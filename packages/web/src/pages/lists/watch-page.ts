import { SEVERITIES } from '@mirrorwatch/detect/severity'
import { visibleLine } from '@mirrorwatch/notify/blocks/visible-text'
import type { WatchEntry } from '@mirrorwatch/store/watch/entries'
import { html } from 'hono/html'
import { listLinkFor } from '../findings/filter.ts'
import { severityBadge } from '../parts/badge.ts'
import type { Html } from '../parts/html.ts'
import { breakable } from '../parts/path-difference.ts'
import { page, type Viewer } from '../parts/shell.ts'
import { ageOf } from '../parts/time.ts'

/** Entries that the page lists. */
const MAX_LISTED = 1_000

/** Writes the watch list: a team's own paths, and the recipients of alerts about them. */
export function watchPage(viewer: Viewer, entries: readonly WatchEntry[], notice: Html | null): Html {
  const mayWrite = viewer.role === 'triage'
  return page(
    viewer,
    { title: 'Watch list', area: 'watch', notice, wide: true },
    html`<div class="list-head"><h1>Watch list</h1><p class="quiet">${entries.length} ${entries.length === 1 ? 'path' : 'paths'}</p></div>
<p class="note">Everything about these paths, what is below them, and what imitates them. Their recipients get alerts beside those of the configuration.</p>
${mayWrite ? addForm() : ''}
${
  entries.length === 0
    ? html`<p class="empty panel">Nothing is watched yet. A go.mod adds all that a project requires.</p>`
    : html`<section class="panel"><div class="table-scroll" tabindex="0" role="group" aria-label="Entries"><table class="list entries"><thead><tr><th scope="col">Path</th><th scope="col">From</th><th scope="col">Told</th><th scope="col">Reason</th><th scope="col">By</th>${mayWrite ? html`<th scope="col"><span class="hidden">Remove</span></th>` : ''}</tr></thead><tbody>${entries
        .slice(0, MAX_LISTED)
        .map((entry) =>
          watchRow(entry, viewer),
        )}</tbody></table></div>${entries.length > MAX_LISTED ? html`<p class="note">${entries.length - MAX_LISTED} more are not listed.</p>` : ''}</section>`
}`,
  )
}

function watchRow(
  { id, path, source, mail, minSeverity, reason, author, createdAt }: WatchEntry,
  { now, role }: Viewer,
): Html {
  const shown = visibleLine(path)
  return html`<tr><td><a class="path" href="${listLinkFor({ q: path, status: 'all' })}">${breakable(shown)}</a></td><td>${source === null ? html`<span class="quiet">by name</span>` : visibleLine(source)}</td><td>${severityBadge(minSeverity)} ${mail.length === 0 ? html`<span class="quiet">marked only</span>` : mail.join(', ')}</td><td class="words">${reason}</td><td>${author}, ${ageOf(createdAt, now)} ago</td>${
    role === 'triage'
      ? html`<td><form method="post" action="/watch/${id}/remove"><button aria-label="Remove ${shown}">Remove</button></form></td>`
      : ''
  }</tr>`
}

function addForm(): Html {
  return html`<details class="panel add"><summary>Watch paths</summary><form method="post" action="/watch" enctype="multipart/form-data" class="decide-fields">
<label class="grow"><span>Module paths or prefixes, one a line</span><textarea name="paths" rows="4" maxlength="200000" placeholder="github.com/our-company"></textarea></label>
<label><span>or a go.mod, go.sum or bill of materials</span><input type="file" name="file"></label>
<label class="grow"><span>Reason</span><input type="text" name="reason" required maxlength="2000"></label>
<label class="grow"><span>Tell by mail</span><input type="text" name="mail" maxlength="2000" placeholder="team@example.com, …"></label>
<label><span>From severity</span><select name="minSeverity">${SEVERITIES.map((severity) => html`<option${severity === 'high' ? html` selected` : ''}>${severity}</option>`)}</select></label>
<button class="primary">Watch</button></form></details>`
}
