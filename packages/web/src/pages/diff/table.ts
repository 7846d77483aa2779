import type { CodeLine } from '@mirrorwatch/notify/blocks/code'
import { html } from 'hono/html'
import { codeLine } from '../parts/code-line.ts'
import type { Html } from '../parts/html.ts'
import { lineAnchor } from './anchors.ts'
import type { Marks } from './marks.ts'
import type { DiffRow, Side } from './rows.ts'

export type DiffLayout = 'unified' | 'split'

export interface DiffContext {
  /** Anchor of the file. */
  anchor: string
  /** Visible name of the file. */
  file: string
  /** Address of the whole file as served; null where the zip lacks it. */
  served: string | null
  marks: Marks
  /** Counts the marked lines of the page. */
  counter: { marks: number; total: number }
}

/** Writes the rows of one file. */
export function diffTable(rows: readonly DiffRow[], layout: DiffLayout, context: DiffContext): Html {
  const columns = layout === 'split' ? 4 : 3
  return html`<div class="code-scroll" tabindex="0" role="group" aria-label="Lines of ${context.file} that differ"><table class="diff ${layout}">
  ${layout === 'split' ? html`<colgroup><col class="number"><col><col class="number"><col></colgroup>` : html`<colgroup><col class="number"><col class="number"><col></colgroup>`}
  <tbody>${rows.map((row) => {
    if (row.kind === 'gap') return gapRow(row.text, columns, context)
    const line = layout === 'split' ? splitRow(row, context) : unifiedRows(row, context)
    return html`${line}${markRow(row, columns, context)}`
  })}</tbody></table></div>`
}

type LineRow = Exclude<DiffRow, { kind: 'gap' }>

/** A gap between hunks, or the place where a difference was cut. The rest is in the file itself. */
function gapRow(text: string, columns: number, { served }: DiffContext): Html {
  const hunk = /^@@ -\d+(?:,\d+)? \+(\d+)/.exec(text)
  const rest =
    served === null
      ? ''
      : html` <a href="${served}${hunk === null ? '' : `#L${hunk[1]}`}">${hunk === null ? 'read the rest in the whole file' : 'whole file'}</a>`
  const isCut = text.startsWith('…')
  return html`<tr class="${isCut ? 'cut' : 'gap'}"><td colspan="${columns}">${text}${isCut || hunk !== null ? rest : ''}</td></tr>`
}

function unifiedRows(row: LineRow, context: DiffContext): Html {
  if (row.kind === 'same') return unifiedRow('same', row.left, row.right, context)
  return html`${row.left === null ? '' : unifiedRow('removed', row.left, null, context)}${
    row.right === null ? '' : unifiedRow('added', null, row.right, context)
  }`
}

const SIGNS = { same: ' ', removed: '−', added: '+' }

function unifiedRow(
  kind: 'same' | 'removed' | 'added',
  left: Side | null,
  right: Side | null,
  context: DiffContext,
): Html {
  return html`<tr class="${kind}">${numberCell(left, 'L', context)}${numberCell(right, 'R', context)}${codeCell(right ?? left, kind)}</tr>
`
}

function splitRow({ kind, left, right }: LineRow, context: DiffContext): Html {
  return html`<tr class="${kind}">${numberCell(left, 'L', context)}${codeCell(left, kind === 'same' ? 'same' : 'removed')}${numberCell(right, 'R', context)}${codeCell(right, kind === 'same' ? 'same' : 'added')}</tr>
`
}

function numberCell(side: Side | null, name: 'L' | 'R', { anchor }: DiffContext): Html {
  if (side?.number === null || side === null) return html`<td class="number"></td>`
  const id = lineAnchor(anchor, name, side.number)
  return html`<td class="number" id="${id}"><a href="#${id}">${side.number}</a></td>`
}

function codeCell(side: Side | null, kind: keyof typeof SIGNS): Html {
  if (side === null) return html`<td class="code none"></td>`
  return html`<td class="code ${kind}"><span class="sign">${SIGNS[kind]}</span><code>${codeLine(side.tokens, side.differs)}</code></td>`
}

/** Says below a line what the signals know of it: what it does, how the import reaches it, and the decoded string. */
function markRow(row: LineRow, columns: number, context: DiffContext): Html | '' {
  if (row.kind === 'same' || row.right === null) return ''
  const code = context.marks.get(`${context.file}:${row.right.number}`)
  if (code === undefined) return ''
  const number = ++context.counter.marks
  const { total } = context.counter
  const step = (to: number, text: string, label: string): Html | '' =>
    to < 1 || to > total ? '' : html`<a href="#mark-${to}" aria-label="${label}">${text}</a>`
  return html`<tr class="mark" id="mark-${number}" tabindex="-1"><td colspan="${columns}"><div class="mark-body">
    <div class="mark-says">${code.map(markText)}</div>
    <nav class="mark-steps" aria-label="Marked lines">${step(number - 1, '↑', 'Previous marked line')}<span>${number}/${total}</span>${step(number + 1, '↓', 'Next marked line')}</nav>
  </div></td></tr>`
}

/** Writes what a line does in words, with the value of what it builds. */
export function markText({ what, reachedFrom, calledFrom, folded, how, marks, acts }: CodeLine): Html {
  const onImport =
    reachedFrom.length === 0 ? '' : html`, on import from <code>${reachedFrom.join(' → ')}</code>`
  const from =
    calledFrom.length === 0 ? onImport : html`, when called by <code>${calledFrom.join(' → ')}</code>`
  const by = how.length === 0 ? '' : html` <span class="quiet">by ${how.join(', ')}</span>`
  return html`<p><span class="rules">${marks.map((rule) => html`<a class="rule${acts ? ' acts' : ''}" href="#signal-${rule}">${rule}</a> `)}</span><span><code>${what}</code>${from}${
    folded === null
      ? ''
      : html` <span class="decoded"><span class="is">=</span> <code>${folded}</code></span>${by}`
  }</span></p>`
}
