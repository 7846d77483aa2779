import { DISMISS_KINDS } from '@mirrorwatch/store/status'
import { html } from 'hono/html'
import type { Html } from '../parts/html.ts'

/** Writes the fields and buttons of a decision, in one row above the list or below each other next to a finding. */
export function decideFields(): Html {
  return html`<div class="decide-fields">
    <label class="grow"><span>Reason</span><input type="text" name="reason" maxlength="2000" placeholder="Why, in your words"></label>
    <label><span>Why dismissed</span><select name="kind">${Object.entries(DISMISS_KINDS).map(
      ([value, says]) =>
        html`<option value="${value}"${value === 'false-positive' ? html` selected` : ''}>${says}</option>`,
    )}</select></label>
    <label><span>Allow</span><select name="scope"><option value="pair">this pair of names</option><option value="path">this module</option><option value="owner">every module of the owner</option></select></label>
    <label><span>Until</span><input type="date" name="until"></label>
    <label><span>Assign to</span><input type="text" name="assignee" maxlength="200" placeholder="you" size="8"></label>
  </div>`
}

/** Writes the buttons of a decision. */
export function decideButtons(): Html {
  return html`<div class="decide-buttons">
    <button class="danger" name="action" value="confirmed" data-key="c">Confirm <kbd aria-hidden="true">c</kbd></button>
    <button class="primary" name="action" value="dismissed" data-key="d">Dismiss <kbd aria-hidden="true">d</kbd></button>
    <button name="action" value="investigating">Assign</button>
    <button name="action" value="allowed">Allow</button>
    <button name="action" value="open">Reopen</button>
  </div>`
}
