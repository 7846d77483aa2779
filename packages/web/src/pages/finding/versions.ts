import type { VersionRow } from '@mirrorwatch/store/queries/page-module'
import { html } from 'hono/html'
import type { Html } from '../parts/html.ts'
import { moduleLink, zipLink } from '../parts/links.ts'
import { dayOf } from '../parts/time.ts'

/** Writes the versions with their verdicts, those that signals speak of first. */
export function versionsPanel(
  module: string,
  versions: readonly VersionRow[],
  total: number,
  spoken: readonly string[],
): Html {
  return html`<section class="panel" aria-labelledby="versions-title"><h2 id="versions-title">Versions</h2>
${versionTable(module, versions, spoken)}
${total > versions.length ? html`<p><a href="${moduleLink(module)}">All ${total} versions</a></p>` : ''}</section>`
}

/** Writes a table of versions. Rows of `spoken` versions stand out. */
export function versionTable(
  module: string,
  versions: readonly VersionRow[],
  spoken: readonly string[] = [],
): Html {
  return html`<div class="table-scroll" tabindex="0" role="group" aria-label="Versions"><table class="list versions"><thead><tr><th scope="col">Version</th><th scope="col">Cached</th><th scope="col">Repository against zip</th></tr></thead>
<tbody>${versions.map(
    (row) => html`<tr${spoken.includes(row.version) ? html` class="spoken"` : ''}>
  <td><a href="${zipLink(module, row.version)}">${row.version}</a></td>
  <td>${dayOf(row.cachedAt)}${row.loggedOnly ? html` <span class="quiet" title="Estimated from the checksum database">est.</span>` : ''}</td>
  <td>${verdictChip(row)}</td></tr>`,
  )}</tbody></table></div>`
}

function verdictChip({ verdict, reason, takenDownAt }: VersionRow): Html {
  const chip =
    verdict === null
      ? html`<span class="quiet">not looked at</span>`
      : html`<span class="verdict ${verdict}" title="${reason ?? ''}">${verdict.replaceAll('-', ' ')}</span>`
  return takenDownAt === null ? chip : html`${chip} <span class="chip">taken down</span>`
}
