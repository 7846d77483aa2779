import type { Difference, DifferentFile } from '@mirrorwatch/notify/blocks/differences'
import { html } from 'hono/html'
import type { Html } from '../parts/html.ts'
import { zipLink } from '../parts/links.ts'
import { breakable } from '../parts/path-difference.ts'
import { fileAnchor } from './anchors.ts'
import type { Marks } from './marks.ts'
import { diffRows } from './rows.ts'
import { type DiffContext, type DiffLayout, diffTable } from './table.ts'

export interface DifferencesView {
  module: string
  differences: readonly Difference[]
  marks: Marks
  layout: DiffLayout
  /** Address of the page, with its differences side by side or not. */
  page: (split: boolean) => string
}

const TITLES = {
  repository: 'What is compiled, against what the repository shows',
  original: 'What is compiled, against the original that it copies',
}

/** Writes differences, each with the tree of its files. */
export function differencesView(view: DifferencesView): Html {
  const { differences, marks } = view
  const counter = { marks: 0, total: markedPlaces(differences, marks).length }
  const first = firstShown(differences)
  return html`${differences.map((difference) => differenceView(difference, { ...view, first }, counter))}`
}

/** Returns the places that are marked, `file:line`, in the order of the page. Lines that were shown before are not counted again. */
export function markedPlaces(differences: readonly Difference[], marks: Marks): string[] {
  const first = firstShown(differences)
  return differences
    .flatMap(({ files }) => files)
    .filter((file) => first.get(file) === file)
    .flatMap(({ name, lines }) =>
      lines.flatMap(({ kind, line }) => (kind === 'added' ? `${name}:${line}` : [])),
    )
    .filter((place) => marks.has(place))
}

/** The file that shows the same lines first, for each file: a tag that was rewritten to the original's code differs from both alike. */
type FirstShown = ReadonlyMap<DifferentFile, DifferentFile>

function firstShown(differences: readonly Difference[]): FirstShown {
  const byBody = new Map<string, DifferentFile>()
  const first = new Map<DifferentFile, DifferentFile>()
  for (const file of differences.flatMap(({ files }) => files)) {
    const body = file.lines.filter(({ kind }) => kind !== 'file').map(({ text }) => text)
    const key = `${file.name}\n${body.join('\n')}`
    if (body.length > 0 && !byBody.has(key)) byBody.set(key, file)
    first.set(file, byBody.get(key) ?? file)
  }
  return first
}

interface FullView extends DifferencesView {
  first: FirstShown
}

function differenceView(difference: Difference, view: FullView, counter: DiffContext['counter']): Html {
  const { than, version, from, files, count, seenUntil } = difference
  const anchors = new Map(files.map((file) => [file, fileAnchor(than, version, file.untrustedPath)]))
  const more = count - files.length
  return html`<section class="difference" aria-label="${TITLES[than]}">
  <header class="difference-head">
    <h2>${TITLES[than]}</h2>
    <p class="sides"><span class="side removed">− ${from}</span> <span class="side added">+ ${view.module} ${version}, as served</span>${
      seenUntil === null ? '' : html` <span class="chip">last seen so on ${seenUntil.slice(0, 10)}</span>`
    }</p>
    ${layoutSwitch(view)}
  </header>
  <div class="difference-body">
    ${fileTree(files, anchors, view.marks)}
    <div class="files">
      ${files.map((file) => fileView(file, anchors.get(file) ?? '', difference, view, counter))}
      ${more <= 0 ? '' : html`<p class="note">${more === 1 ? '1 more file differs' : `${more} more files differ`}. ${zipFiles(view.module, version)}</p>`}
    </div>
  </div>
</section>`
}

function zipFiles(module: string, version: string): Html | '' {
  return version === '' ? '' : html`<a href="${zipLink(module, version)}">All files of the zip</a>`
}

function layoutSwitch({ layout, page }: DifferencesView): Html {
  const choice = (to: DiffLayout, text: string): Html =>
    to === layout
      ? html`<span aria-current="true">${text}</span>`
      : html`<a href="${page(to === 'split')}">${text}</a>`
  return html`<nav class="switch" aria-label="Layout of differences">${choice('unified', 'Unified')}${choice('split', 'Side by side')}</nav>`
}

const LETTERS: Record<string, [letter: string, says: string]> = {
  modified: ['M', 'differs'],
  changed: ['M', 'differs'],
  added: ['A', 'only in the zip'],
  'only-in-zip': ['A', 'only in the zip'],
  removed: ['D', 'missing from the zip'],
  'only-in-repository': ['D', 'missing from the zip'],
  'eol-only': ['E', 'only line ends differ'],
  'equal-but-path': ['P', 'only the module path differs'],
}

function fileTree(
  files: readonly DifferentFile[],
  anchors: ReadonlyMap<DifferentFile, string>,
  marks: Marks,
): Html {
  const item = (file: DifferentFile): Html => {
    const [letter, says] = LETTERS[file.how] ?? ['?', file.how]
    const marked = file.lines.filter(({ line }) => marks.has(`${file.name}:${line}`)).length
    return html`<li><a href="#${anchors.get(file)}"><span class="change change-${letter}" title="${says}">${letter}</span> ${breakable(file.name)}${
      marked === 0 ? '' : html` <span class="count" title="${marked} marked lines">${marked}</span>`
    }</a></li>`
  }
  const own = files.filter(({ harmless }) => !harmless)
  const harmless = files.filter((file) => file.harmless)
  return html`<nav class="file-tree" aria-label="Files that differ">
    <ul>${own.map(item)}</ul>
    ${
      harmless.length === 0
        ? ''
        : html`<details${own.length === 0 ? html` open` : ''}><summary>${harmless.length} that no build reads</summary><ul>${harmless.map(item)}</ul></details>`
    }
  </nav>`
}

function fileView(
  file: DifferentFile,
  anchor: string,
  { version, than }: Difference,
  view: FullView,
  counter: DiffContext['counter'],
): Html {
  const repeated = view.first.get(file) !== file
  const [, says] = LETTERS[file.how] ?? ['?', file.how]
  const isServed = !(LETTERS[file.how]?.[0] === 'D') && version !== ''
  const served = zipLink(view.module, version, file.untrustedPath)
  const marks: Marks = repeated ? new Map() : view.marks
  const context = { anchor, file: file.name, served: isServed ? served : null, marks, counter }
  const rows = diffRows(file.lines, file.name)
  const isOpen = !file.harmless && file.lines.length > 0 && !repeated
  return html`<div class="file-box">${
    isServed
      ? html`<a class="whole-file" href="${served}">whole file<span class="hidden"> ${file.name}</span></a>`
      : ''
  }<details class="file" id="${anchor}"${isOpen ? html` open` : ''}>
  <summary><code>${breakable(file.name)}</code> <span class="chip">${says}</span>${repeated ? html` <span class="quiet">the same lines as above</span>` : ''}</summary>
  ${
    rows.length > 0
      ? diffTable(rows, view.layout, context)
      : html`<p class="note">${emptyNote(file, than)}</p>`
  }
</details></div>`
}

function emptyNote({ how }: DifferentFile, than: Difference['than']): string {
  if (how === 'eol-only') return 'Only the line ends differ.'
  if (how === 'equal-but-path') return 'Nothing but the module path differs.'
  if (how === 'removed') return 'The original has this file, the copy lacks it.'
  if (how === 'only-in-repository') return 'The repository has this file, the zip lacks it.'
  return than === 'repository'
    ? 'No lines were kept: a binary file, or one that has nothing in common with the repository’s.'
    : 'No lines were kept: a binary file, or past the length that is kept of a difference.'
}
