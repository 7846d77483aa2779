import type { ModuleZip, ZipEntry } from '@mirrorwatch/gomod/zip/module-zip'
import { visibleLine } from '@mirrorwatch/notify/blocks/visible-text'
import { html } from 'hono/html'
import { codeLine } from '../parts/code-line.ts'
import type { Html } from '../parts/html.ts'
import { moduleLink, zipLink } from '../parts/links.ts'
import { breakable } from '../parts/path-difference.ts'
import { page, type Viewer } from '../parts/shell.ts'
import type { FileLine, FilePart } from './file-lines.ts'

export interface ZipData {
  module: string
  version: string
  zip: ModuleZip
  /** `h1:` that the checksum database signed; null where its record is not known. */
  signedSum: string | null
}

/** Files that the page lists; a zip may have 65,000. */
const MAX_LISTED = 2_000

/** Writes the files of a served zip, with its hash and whether the checksum database agrees. */
export function zipPage(viewer: Viewer, data: ZipData): Html {
  const { module, version, zip } = data
  const entries = zip.entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return page(
    viewer,
    { title: `${visibleLine(module)} ${version}`, area: 'findings' },
    html`${head(data, null)}
<section class="panel"><h2>${entries.length} files</h2><div class="table-scroll" tabindex="0" role="group" aria-label="Files"><table class="list"><thead><tr><th scope="col">File</th><th scope="col" class="figure">Bytes</th><th scope="col">SHA-256</th></tr></thead>
<tbody>${entries
      .slice(0, MAX_LISTED)
      .map(
        ({ name, size, sha256 }) =>
          html`<tr><td><a href="${zipLink(module, version, name)}"><code>${breakable(visibleLine(name))}</code></a></td><td class="figure">${size.toLocaleString('en')}</td><td><code class="quiet" title="${sha256}">${sha256.slice(0, 12)}…</code></td></tr>`,
      )}</tbody></table></div>${entries.length > MAX_LISTED ? html`<p class="note">${entries.length - MAX_LISTED} more files are not listed.</p>` : ''}</section>`,
  )
}

export interface FileData extends ZipData {
  entry: ZipEntry
  part: FilePart | null
  /** Number of the first line shown. */
  from: number
  single: boolean
}

/** Writes a file of a served zip, line by line, as text. */
export function filePage(viewer: Viewer, data: FileData): Html {
  const { module, version, entry, part, from, single } = data
  const name = visibleLine(entry.name)
  const address = zipLink(module, version, entry.name)
  return page(
    viewer,
    { title: `${name} of ${visibleLine(module)} ${version}`, area: 'findings', wide: true },
    html`${head(data, entry)}
${
  part === null
    ? html`<p class="panel">This is a binary file; its contents are not shown.</p>`
    : html`<p class="quiet file-range">${single ? `Line ${from} of ${part.total}` : `Lines ${from} to ${from + part.lines.length - 1} of ${part.total}`}${from > 1 || single ? html` · <a href="${address}">from the start</a>` : ''}</p>
<div class="code-scroll panel" tabindex="0" role="group" aria-label="Lines of ${name}"><table class="diff file-lines"><colgroup><col class="number"><col></colgroup><tbody>${part.lines.map((line) => lineRow(line, address))}</tbody></table></div>
${part.next === null ? '' : html`<nav class="pager"><a class="button" rel="next" href="${address}?from=${part.next}">Lines from ${part.next} on</a></nav>`}`
}`,
  )
}

function lineRow({ number, tokens, cut }: FileLine, address: string): Html {
  return html`<tr><td class="number" id="L${number}"><a href="#L${number}">${number}</a></td><td class="code"><code>${codeLine(tokens)}</code>${
    cut === 0
      ? ''
      : html` <a class="chip cut-line" href="${address}?line=${number}">… ${cut.toLocaleString('en')} more characters: show the whole line</a>`
  }</td></tr>
`
}

function head({ module, version, zip, signedSum }: ZipData, entry: ZipEntry | null): Html {
  return html`<header class="thing-head"><p class="crumbs"><a href="${moduleLink(module)}">${visibleLine(module)}</a> › ${
    entry === null
      ? html`<span>${version}</span>`
      : html`<a href="${zipLink(module, version)}">${version}</a>`
  }</p><h1 class="path">${entry === null ? html`${breakable(visibleLine(module))} ${version}` : breakable(visibleLine(entry.name))}</h1>
<dl class="evidence">
${entry === null ? '' : html`<div><dt>SHA-256</dt><dd><code>${entry.sha256}</code></dd></div><div><dt>git blob</dt><dd><code>${entry.blobId}</code></dd></div><div><dt>bytes</dt><dd>${entry.size.toLocaleString('en')}</dd></div>`}
<div><dt>hash of the zip</dt><dd><code>${zip.sum}</code> ${agreement(zip.sum, signedSum)}</dd></div></dl></header>`
}

function agreement(sum: string, signed: string | null): Html {
  if (signed === null) return html`<span class="quiet">no record of the checksum database is known</span>`
  return signed === sum
    ? html`<span class="verdict same">the checksum database has the same</span>`
    : html`<strong class="verdict differs">the checksum database has ${signed}</strong>`
}
