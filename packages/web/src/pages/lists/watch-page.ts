import { SEVERITIES } from '@mirrorwatch/detect/severity'
import { visibleLine } from '@mirrorwatch/notify/blocks/visible-text'
import { MAX_HITS, type watchPage } from '@mirrorwatch/store/watch/entries'
import { html } from 'hono/html'
import { listLinkFor } from '../findings/filter.ts'
import { severityBadge } from '../parts/badge.ts'
import type { Html } from '../parts/html.ts'
import { breakable } from '../parts/path-difference.ts'
import { page, type Viewer } from '../parts/shell.ts'
import { ageOf } from '../parts/time.ts'

export interface WatchListData extends Awaited<ReturnType<typeof watchPage>> {
  /** Names of the configured channels. */
  channels: readonly string[]
  notice: Html | null
}

/** Writes the watch list: a team's own paths, and the recipients of alerts about them. */
export function watchListPage(viewer: Viewer, { entries, nextPath, channels, notice }: WatchListData): Html {
  const mayWrite = viewer.role === 'triage'
  return page(
    viewer,
    { title: 'Watch list', area: 'watch', notice, wide: true },
    html`<div class="list-head"><h1>Watch list</h1><p class="quiet">Hits are the findings that a path touches.</p></div>
<p class="note">Everything about these paths, what is below them, and what imitates them. Their recipients get alerts beside those of the configuration.</p>
${mayWrite ? addForm(channels) : ''}
${
  entries.length === 0
    ? html`<p class="empty panel">Nothing is watched yet. A go.mod adds all that a project requires.</p>`
    : html`<section class="panel"><div class="table-scroll" tabindex="0" role="group" aria-label="Entries"><table class="list entries"><thead><tr><th scope="col">Path</th><th scope="col">From</th><th scope="col">Told</th><th scope="col">Reason</th><th scope="col">By</th><th scope="col" class="figure">Hits</th>${mayWrite ? html`<th scope="col"><span class="hidden">Remove</span></th>` : ''}</tr></thead><tbody>${entries.map((entry) => watchRow(entry, viewer))}</tbody></table></div></section>${
        nextPath === null
          ? ''
          : html`<nav class="pager" aria-label="Pages"><a class="button" rel="next" href="/watch?after=${encodeURIComponent(nextPath)}">More paths</a></nav>`
      }`
}`,
  )
}

function watchRow(entry: WatchListData['entries'][number], { now, role }: Viewer): Html {
  const { id, path, source, mail, channels, minSeverity, reason, author, createdAt, hits } = entry
  const shown = visibleLine(path)
  const told = [...mail, ...channels]
  return html`<tr><td><a class="path" href="${listLinkFor({ q: path, status: 'all' })}">${breakable(shown)}</a></td><td data-name="From">${source === null ? html`<span class="quiet">by name</span>` : visibleLine(source)}</td><td data-name="Told">${severityBadge(minSeverity)} ${told.length === 0 ? html`<span class="quiet">marked only</span>` : told.join(', ')}</td><td class="words" data-name="Reason">${reason}</td><td data-name="By">${author}, ${ageOf(createdAt, now)} ago</td><td class="figure" data-name="Hits">${hits === 0 ? html`<span class="quiet">never</span>` : hits > MAX_HITS ? `${MAX_HITS}+` : hits}</td>${
    role === 'triage'
      ? html`<td><form method="post" action="/watch/${id}/remove"><button aria-label="Remove ${shown}">Remove</button></form></td>`
      : ''
  }</tr>`
}

function addForm(channels: readonly string[]): Html {
  return html`<details class="panel add"><summary>Watch paths</summary><form method="post" action="/watch" enctype="multipart/form-data" class="decide-fields">
<label class="grow whole"><span>Module paths or prefixes, one a line</span><textarea name="paths" rows="4" maxlength="200000" placeholder="github.com/our-company"></textarea></label>
<label><span>or a go.mod, go.sum or bill of materials</span><input type="file" name="file"></label>
<label class="grow"><span>Reason</span><input type="text" name="reason" required maxlength="2000"></label>
<label class="grow"><span>Tell by mail</span><input type="text" name="mail" maxlength="2000" placeholder="team@example.com, …"></label>
${
  channels.length === 0
    ? ''
    : html`<label><span>and on a channel</span><select name="channels" multiple size="${Math.min(3, channels.length)}">${channels.map((name) => html`<option>${name}</option>`)}</select></label>`
}
<label><span>From severity</span><select name="minSeverity">${SEVERITIES.map((severity) => html`<option${severity === 'high' ? html` selected` : ''}>${severity}</option>`)}</select></label>
<button class="primary">Watch</button></form></details>`
}
