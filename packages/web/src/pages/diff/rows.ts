import type { DiffLine } from '@mirrorwatch/notify/blocks/diff'
import { diffWordsWithSpace } from 'diff'
import type { Span } from '../parts/code-line.ts'
import { highlightLines, type Token } from '../parts/code-text.ts'

/** One side of a row: a line of code with its number. */
export interface Side {
  number: number | null
  tokens: Token[]
  /** Differing words of the line, where the other side has a similar one. */
  differs: Span[]
}

/** A row of a difference. Unchanged lines have both sides, changed lines have both where they are similar. */
export type DiffRow =
  | { kind: 'gap'; text: string }
  | { kind: 'same' | 'changed' | 'removed' | 'added'; left: Side | null; right: Side | null }

/** Characters of two lines that are compared word by word, which costs their product. */
const MAX_COMPARED_CHARS = 1_000
/** Share of a line that must be common for its differing words to be marked. */
const MIN_COMMON = 0.4

/** Returns the rows of one file's difference, coloured, with similar lines side by side. */
export function diffRows(lines: readonly DiffLine[], file: string): DiffRow[] {
  const rows: DiffRow[] = []
  const contents = lines.filter(({ kind }) => kind !== 'file')
  const tokens = colours(contents, file)
  let removed: Side[] = []
  let added: Side[] = []
  const flush = (): void => {
    rows.push(...changedRows(removed, added))
    removed = []
    added = []
  }
  for (const [at, line] of contents.entries()) {
    const side = (number: number | null): Side => ({ number, tokens: tokens[at] ?? [], differs: [] })
    if (line.kind === 'removed') {
      if (added.length > 0) flush()
      removed.push(side(line.oldLine))
    } else if (line.kind === 'added') added.push(side(line.line))
    else {
      flush()
      if (line.kind === 'hunk' || line.line === null) rows.push({ kind: 'gap', text: line.text })
      else rows.push({ kind: 'same', left: side(line.oldLine), right: side(line.line) })
    }
  }
  flush()
  return rows
}

/** Colours each side of each hunk as a whole: a comment or a string may go over several lines. */
function colours(lines: readonly DiffLine[], file: string): Token[][] {
  const tokens: Token[][] = []
  let start = 0
  for (let end = 0; end <= lines.length; end++) {
    if (end < lines.length && lines[end]?.kind !== 'hunk') continue
    const hunk = lines.slice(start, end).map((line, at) => ({ line, at: start + at }))
    for (const other of ['removed', 'added'] as const) {
      const side = hunk.filter(({ line }) => line.kind !== other && line.kind !== 'hunk')
      const coloured = highlightLines(
        side.map(({ line }) => line.text.slice(1)),
        file,
      )
      for (const [at, each] of side.entries()) tokens[each.at] = coloured[at] ?? []
    }
    start = end
  }
  return tokens
}

function changedRows(removed: readonly Side[], added: readonly Side[]): DiffRow[] {
  // Lines are paired in order, where a block replaces another of the same length.
  const isPaired = removed.length === added.length
  const pairs = isPaired ? removed.map((left, at) => compared(left, added[at] as Side)) : []
  if (isPaired && pairs.every((pair) => pair !== null)) {
    return pairs.map(({ left, right }) => ({ kind: 'changed', left, right }))
  }
  return [
    ...removed.map((left): DiffRow => ({ kind: 'removed', left, right: null })),
    ...added.map((right): DiffRow => ({ kind: 'added', left: null, right })),
  ]
}

/** Marks the words that differ between two lines; null where the lines have little in common. */
function compared(left: Side, right: Side): { left: Side; right: Side } | null {
  const [a, b] = [textOf(left), textOf(right)]
  if (a.length + b.length > MAX_COMPARED_CHARS) return null
  const marks = { left: [] as Span[], right: [] as Span[] }
  let [atLeft, atRight, common] = [0, 0, 0]
  for (const { added, removed, value } of diffWordsWithSpace(a, b)) {
    if (removed) marks.left.push({ from: atLeft, to: atLeft + value.length })
    if (added) marks.right.push({ from: atRight, to: atRight + value.length })
    if (!added && !removed) common += value.trim().length
    if (!added) atLeft += value.length
    if (!removed) atRight += value.length
  }
  if (common < MIN_COMMON * Math.max(a.trim().length, b.trim().length)) return null
  return { left: { ...left, differs: marks.left }, right: { ...right, differs: marks.right } }
}

function textOf({ tokens }: Side): string {
  return tokens.map(({ text }) => text).join('')
}
