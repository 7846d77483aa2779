import type { Moment } from '@mirrorwatch/notify/blocks/timeline'
import { html } from 'hono/html'
import type { Html } from '../parts/html.ts'
import { minuteOf } from '../parts/time.ts'

/** Events that the page shows; a finding that changes every day has its last ones. */
const MAX_MOMENTS = 40

/** Writes what happened, oldest first: cached, tag moved, found, decided and by whom. */
export function timeline(moments: readonly Moment[]): Html {
  const shown = moments.slice(-MAX_MOMENTS)
  return html`<section class="panel" aria-labelledby="timeline-title"><h2 id="timeline-title">Timeline</h2>
<ol class="timeline">${moments.length > shown.length ? html`<li class="quiet">${moments.length - shown.length} earlier events</li>` : ''}${shown.map(
    ({ at, kind, text }) => html`<li class="${kind}">${minuteOf(at)} <span>${text}</span></li>`,
  )}</ol></section>`
}
