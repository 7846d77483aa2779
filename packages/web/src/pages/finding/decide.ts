import { html } from 'hono/html'
import { decideButtons, decideFields } from '../findings/decide-bar.ts'
import type { Html } from '../parts/html.ts'
import type { Viewer } from '../parts/shell.ts'
import { minuteOf } from '../parts/time.ts'
import type { FindingData } from './data.ts'

/** Writes the form that decides on one finding. */
export function decidePanel(viewer: Viewer, data: FindingData, from: string): Html {
  const { finding } = data
  if (viewer.role !== 'triage')
    return html`<section class="panel"><h2>Decision</h2><p class="quiet">Your role may read, not decide.</p></section>`
  return html`<section class="panel decide" aria-labelledby="decide-title"><h2 id="decide-title">Decide</h2>
<form method="post" action="/findings/decide" data-decide>
  <input type="hidden" name="id" value="${finding.id}@${finding.changedAt}"><input type="hidden" name="filter" value="${from}">
  ${decideFields()}${decideButtons()}
  <label class="check"><input type="checkbox" name="then" value="next" checked> then open the next finding</label>
</form></section>`
}

/** Writes the notes of those who looked at a finding, and the form for another. */
export function notesPanel(viewer: Viewer, { finding, history }: FindingData): Html {
  const written = history.filter(({ kind }) => kind === 'note')
  return html`<section class="panel" aria-labelledby="notes-title"><h2 id="notes-title">Notes</h2>
${
  written.length === 0
    ? html`<p class="quiet">No notes yet.</p>`
    : html`<ol class="notes">${written.map(
        ({ at, author, reason }) =>
          html`<li><p class="quiet">${author} · ${minuteOf(at)}</p><p class="note-text">${reason}</p></li>`,
      )}</ol>`
}
${
  viewer.role === 'triage'
    ? html`<form method="post" action="/findings/${finding.id}/notes" class="note-form"><label><span class="hidden">Note</span><textarea name="text" rows="2" maxlength="10000" required placeholder="What you found out"></textarea></label><button>Add note</button></form>`
    : ''
}</section>`
}
