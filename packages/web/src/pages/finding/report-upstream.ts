import { visibleLine } from '@mirrorwatch/notify/blocks/visible-text'
import { html } from 'hono/html'
import type { Html } from '../parts/html.ts'
import { findingLink } from '../parts/links.ts'
import { page, type Viewer } from '../parts/shell.ts'
import type { FindingData } from './data.ts'

/** Lines of code that a report quotes. */
const MAX_QUOTED = 12

/** Writes ready texts for those who can act on a finding: the Go team, the code host, and a database of malicious packages. */
export function reportUpstreamPage(viewer: Viewer, data: FindingData): Html {
  const { finding } = data
  const host = finding.module.split('/')[0] ?? ''
  return page(
    viewer,
    { title: `Report ${visibleLine(finding.module)}`, area: 'findings' },
    html`<nav class="crumbs" aria-label="Breadcrumb"><a href="${findingLink(finding.id)}">← #${finding.id} ${visibleLine(finding.module)}</a></nav>
<h1 class="page-title">Report upstream</h1>
<p class="note">Read it before you send it. Nothing is sent from here.${finding.status === 'confirmed' ? '' : ' No one has confirmed this finding yet.'}</p>
${text('go', 'To the Go team', 'Send it to security@golang.org: they can block a module in the mirror.', goTeamText(data))}
${text('host', `To ${host}`, 'Paste it into the abuse form of the code host: it can take the repository down.', hostText(data))}
<section class="panel"><h2>To databases of malicious packages</h2><p>An OSV record, such as <code>ossf/malicious-packages</code> takes: <a href="${findingLink(finding.id)}/osv.json">download it</a>.</p></section>`,
  )
}

function text(id: string, title: string, says: string, content: string): Html {
  const rows = Math.min(30, content.split('\n').length + 1)
  return html`<section class="panel"><h2 id="${id}">${title}</h2><p class="quiet">${says}</p><textarea class="report-text" readonly rows="${rows}" aria-labelledby="${id}">${content}</textarea></section>`
}

function goTeamText({ finding, blocks, versions }: FindingData): string {
  const spoken = blocks.versions.length === 0 ? versions.map(({ version }) => version) : blocks.versions
  return [
    `Subject: ${finding.status === 'confirmed' ? 'malicious' : 'suspicious'} module in the Go module mirror: ${visibleLine(finding.module)}`,
    '',
    `Module: ${blocks.heading.module}`,
    `Versions: ${spoken.join(', ') || 'all'}`,
    ...(blocks.heading.target === null ? [] : [`Imitates: ${blocks.heading.target}`]),
    '',
    blocks.summary,
    '',
    ...evidence(blocks),
    'The mirror keeps serving these versions after the repository changes or disappears. Please consider blocking them.',
  ].join('\n')
}

function hostText({ finding, blocks, versions }: FindingData): string {
  const repository = versions.find((version) => version.repository !== null)?.repository
  return [
    `The repository ${visibleLine(repository ?? `https://${finding.module}`)} publishes the Go module ${blocks.heading.module}.`,
    ...(blocks.heading.target === null
      ? []
      : [`It imitates ${blocks.heading.target}, which another project owns.`]),
    blocks.summary,
    '',
    ...evidence(blocks),
    'Go programs that require it compile this code. Please take it down, and keep a copy for those who investigate.',
  ].join('\n')
}

function evidence({ why, code, facts }: FindingData['blocks']): string[] {
  return [
    ...why.slice(0, 1).map(({ text }) => `Why: ${text}.`),
    ...facts.flatMap(({ label, lines }) => [`${label}:`, ...lines.map((line) => `  ${line}`)]),
    ...(code.length === 0 ? [] : ['Code:']),
    ...code
      .slice(0, MAX_QUOTED)
      .flatMap(({ file, line, quote, folded }) => [
        `  ${file}:${line}: ${quote.trim()}`,
        ...(folded === null ? [] : [`    its value: ${folded}`]),
      ]),
    '',
  ]
}
