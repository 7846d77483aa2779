import type { Place } from '../types.ts'

/** Characters of a folded string, and of a quoted line, that a report shows. */
export const MAX_SHOWN_FOLDED = 500
const MAX_QUOTE = 200

/** Returns the offsets at which the lines of a text begin. */
export function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** Returns line and column of an offset, both counted from 1. */
export function placeAt(file: string, starts: readonly number[], offset: number): Place {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return { file, line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
}

/** Returns the line at `offset`, trimmed and safe to print; of a long line only the window around the offset. */
export function quoteAt(text: string, offset: number): string {
  const from = text.lastIndexOf('\n', offset - 1) + 1
  const end = text.indexOf('\n', offset)
  const line = text.slice(from, end < 0 ? text.length : end)
  const trimmed = line.trim()
  if (trimmed.length <= MAX_QUOTE) return printable(trimmed)
  // Enough before the offset to see `_ = ` or `func init() {`, the rest for the code itself.
  const start = Math.max(0, offset - from - 40)
  const cut = line.slice(start, start + MAX_QUOTE).trim()
  return printable(`${start > 0 ? '… ' : ''}${cut}${start + MAX_QUOTE < line.length ? ' …' : ''}`)
}

/** Cuts a folded string, and escapes the characters that act on a terminal or reorder text. */
export function showFolded(text: string): string {
  const cut = text.length > MAX_SHOWN_FOLDED ? `${text.slice(0, MAX_SHOWN_FOLDED)}…` : text
  return printable(cut)
}

/** Writes control, bidirectional, zero-width and unpaired characters as escapes. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, escapeCharacter)
}

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n'
  if (character === '\t') return '\\t'
  const code = character.codePointAt(0) ?? 0
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
}
