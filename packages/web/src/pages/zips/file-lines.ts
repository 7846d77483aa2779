import { visibleText } from '@mirrorwatch/notify/blocks/visible-text'
import { highlightLines, type Token } from '../parts/code-text.ts'

/** The shown part of a line of a file. */
export interface FileLine {
  number: number
  tokens: Token[]
  /** Characters that were left out at its end. */
  cut: number
}

/** Part of a file. Null where it is not text. */
export interface FilePart {
  lines: FileLine[]
  total: number
  /** Number of the line after the last shown one; null at the end. */
  next: number | null
}

/** Lines and characters of one page, and characters of one line of it. */
const MAX_LINES = 250
const MAX_CHARS = 40_000
const MAX_LINE = 2_000
/** Characters of a line that is shown alone. */
const MAX_SINGLE_LINE = 200_000
/** Git's own way to tell a binary: a NUL near the start. */
const BINARY_PROBE_BYTES = 8_000

/** Returns lines of a file from `from` on, or one line alone, with invisible and misleading characters written out. */
export function filePart(
  untrustedContent: Buffer,
  file: string,
  { from, single }: { from: number; single: boolean },
): FilePart | null {
  if (untrustedContent.subarray(0, BINARY_PROBE_BYTES).includes(0)) return null
  const all = untrustedContent.toString('utf8').split('\n')
  if (all.at(-1) === '') all.pop()
  const kept: { text: string; cut: number }[] = []
  let characters = 0
  for (const line of all.slice(from - 1, single ? from : from - 1 + MAX_LINES)) {
    if (kept.length > 0 && characters > MAX_CHARS) break
    const limit = single ? MAX_SINGLE_LINE : MAX_LINE
    const text = line.slice(0, limit)
    kept.push({ text: visibleText(text), cut: line.length - text.length })
    characters += text.length
  }
  const tokens = highlightLines(
    kept.map(({ text }) => text),
    file,
  )
  const lines = kept.map(({ cut }, at) => ({ number: from + at, tokens: tokens[at] ?? [], cut }))
  const next = from + lines.length
  return { lines, total: all.length, next: single || next > all.length ? null : next }
}
