import { wrap } from './wrap.ts'

/** A column is not wider than this; a longer cell takes several lines, so that no name pushes the others out of line. */
const MAX_COLUMN = 60

/** Returns a table as aligned lines. A head of empty titles is left out; the last column is as long as it likes. */
export function tableLines(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  maxColumn: number = MAX_COLUMN,
): string[] {
  const all = head.some((cell) => cell !== '') ? [head, ...rows] : rows
  const widths = head.map((_, column) =>
    Math.min(maxColumn, Math.max(0, ...all.map((row) => Array.from(row[column] ?? '').length))),
  )
  return all.flatMap((row) => {
    const cells = head.map((_, column) => {
      const isLast = column === head.length - 1
      return isLast ? [row[column] ?? ''] : wrap(row[column] ?? '', widths[column] ?? 0)
    })
    const height = Math.max(...cells.map(({ length }) => length))
    return Array.from({ length: height }, (_, at) =>
      cells
        .map((lines, column) => padded(lines[at] ?? '', widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
  })
}

/** Counts characters, not the two units that some take. */
function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - Array.from(text).length))
}
