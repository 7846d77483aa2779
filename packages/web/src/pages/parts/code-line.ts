import { html } from 'hono/html'
import type { Token } from './code-text.ts'
import type { Html } from './html.ts'

/** Columns after which a line is wrapped by us, with the column told; the browser wraps earlier where the window is narrow. */
const WRAP_COLUMNS = 160
/** Blanks in a row that are counted instead of shown: they push code out of sight. */
const MANY_BLANKS = 40

/**
 * Writes a line of code. Blanks that push code to the right are counted, a long line is wrapped with the column told, and
 * characters that were written out (`\u{202e}`) stand out.
 */
export function codeLine(tokens: readonly Token[], differs: readonly Span[] = []): Html {
  const wraps = wrapsOf(tokens.map(({ text }) => text).join(''))
  const pieces = cutAt(tokens, [...differs.flatMap(({ from, to }) => [from, to]), ...wraps])
  let column = 0
  return html`${pieces.map(({ text, kind }) => {
    const at = column
    column += text.length
    const wrap = wraps.has(at)
      ? html`<i class="wrap" data-column="${at + 1}" title="Column ${at + 1}; the line goes on"></i>`
      : ''
    const isMarked = differs.some(({ from, to }) => at >= from && at < to)
    const body = html`${visiblePieces(text)}`
    const coloured = kind === null ? body : html`<span class="h-${kind}">${body}</span>`
    return html`${wrap}${isMarked ? html`<b class="differs">${coloured}</b>` : coloured}`
  })}`
}

/** Part of a line, in characters from 0; `to` is not in it. */
export interface Span {
  from: number
  to: number
}

/** Returns where a line is wrapped: never within counted blanks, a written-out character or a pair of surrogates. */
function wrapsOf(text: string): Set<number> {
  const wraps = new Set<number>()
  const kept = [...text.matchAll(SPECIAL)].map((match) => ({
    from: match.index,
    to: match.index + match[0].length,
  }))
  for (let at = WRAP_COLUMNS; at < text.length; at += WRAP_COLUMNS) {
    const within = kept.some(({ from, to }) => at > from && at < to)
    const code = text.charCodeAt(at)
    if (!within && !(code >= 0xdc00 && code <= 0xdfff)) wraps.add(at)
  }
  return wraps
}

function cutAt(tokens: readonly Token[], places: readonly number[]): Token[] {
  const cuts = [...new Set(places)].toSorted((a, b) => a - b)
  const pieces: Token[] = []
  let start = 0
  for (const { text, kind } of tokens) {
    const end = start + text.length
    const own = cuts.filter((cut) => cut > start && cut < end)
    for (const [from, to] of pairs([start, ...own, end]))
      pieces.push({ text: text.slice(from - start, to - start), kind })
    start = end
  }
  return pieces
}

function pairs(places: readonly number[]): [number, number][] {
  return places.slice(1).map((to, at) => [places[at] ?? 0, to])
}

const SPECIAL = new RegExp(`( {${MANY_BLANKS},}|\\t{${MANY_BLANKS / 4},}|\\\\u\\{[0-9a-f]+\\})`, 'g')

function visiblePieces(text: string): (Html | string)[] {
  return text.split(SPECIAL).map((piece, at) => {
    if (at % 2 === 0) return piece
    if (piece.startsWith('\\'))
      return html`<span class="written-out" title="An invisible or misleading character">${piece}</span>`
    return html`<span class="blanks" title="${piece.length} blanks">⟶ ${piece.length} blanks ⟶</span>`
  })
}
