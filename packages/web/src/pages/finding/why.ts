import { LOWERING_ROWS, type LoweringRow, SEVERITY_ROWS } from '@mirrorwatch/detect/judge/severity-table'
import { signalRule } from '@mirrorwatch/detect/judge/signals/table'
import type { Finding } from '@mirrorwatch/store/queries/findings-list'
import { html } from 'hono/html'
import { severityBadge } from '../parts/badge.ts'
import { type Html, joined, when } from '../parts/html.ts'

/** Writes why the severity is what it is: the row of docs/severity.md that decided, and what the honest explanations did. */
export function whyTable(finding: Finding): Html {
  const holding = finding.signals.filter(({ withdrawnAt }) => withdrawnAt === null)
  const decided = finding.because.find(({ kind }) => kind === 'decided')
  if (decided === undefined)
    return html`<p class="note">No row of the severity table was stored with this finding.</p>`
  const ids = new Set<string>(
    holding.filter(({ version }) => version === null || version === decided.version).map(({ rule }) => rule),
  )
  const row = SEVERITY_ROWS.find(({ id }) => id === decided.row)
  const needs = row?.all ?? [decided.signals]
  return html`<table class="why">
  <thead><tr><th scope="col">Step</th><th scope="col">Because</th><th scope="col">Signals that make it so</th><th scope="col">Severity</th></tr></thead>
  <tbody>
    <tr class="decided"><th scope="row">1 <span class="quiet">first row that holds</span></th>
      <td><strong>${decided.says}</strong> <code class="quiet">${decided.row}</code>${when(decided.version, (version) => html` <span class="chip">${version}</span>`)}</td>
      <td>${joined(
        needs.map((group) => groupCell(group, ids)),
        html` <span class="and">and</span> `,
      )}</td>
      <td>${severityBadge(decided.severity)}</td></tr>
    ${LOWERING_ROWS.filter(({ when: signals }) => signals.some((id) => ids.has(id))).map((lowering) => loweringRow(lowering, finding, ids))}
  </tbody>
</table>`
}

function groupCell(group: readonly string[], present: ReadonlySet<string>): Html {
  const held = group.filter((id) => present.has(id))
  const shown = held.length > 0 ? held : group
  return html`<span class="group">${joined(
    shown.map((id) => signalChip(id)),
    ' ',
  )}</span>`
}

/** Returns a link to a signal, with its title for the mouse. */
function signalChip(id: string): Html {
  return html`<a class="rule" href="#signal-${id}" title="${signalRule(id)?.title ?? id}">${id}</a>`
}

/** Writes what an honest explanation did: it lowered, it was not needed, or one of its exceptions is there. */
function loweringRow(row: LoweringRow, { because }: Finding, ids: ReadonlySet<string>): Html {
  const applied = because.find((reason) => reason.kind !== 'decided' && reason.row === row.id)
  const exceptions = row.unless.filter((id) => ids.has(id))
  const signals = row.when.filter((id) => ids.has(id))
  return html`<tr class="${applied?.kind ?? 'refused'}"><th scope="row">2 <span class="quiet">honest explanation</span></th>
    <td>${applied === undefined ? html`does not apply: ${row.says}` : row.says} <code class="quiet">${row.id}</code></td>
    <td>${joined(signals.map(signalChip), ' ')}${
      exceptions.length === 0
        ? ''
        : html` <span class="and">but</span> ${joined(exceptions.map(signalChip), ' ')}`
    }</td>
    <td>${applied === undefined ? '' : html`<span class="quiet">at most</span> `}${applied === undefined ? html`<span class="quiet">–</span>` : severityBadge(row.atMost)}</td></tr>`
}
