import { total } from './data.ts'
import type { Block, Report } from './sections.ts'

const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const
/** Of a line of the trend. */
const BAR_WIDTH = 30

/** The plain part: what the HTML part says, in words and columns. Lines end with \n. */
export function plainText(report: Report): string {
  const lines = [report.title, '='.repeat(report.title.length), '', report.lead]
  for (const { title, blocks } of report.sections) {
    lines.push('', '', title, '-'.repeat(title.length))
    for (const block of blocks) lines.push('', ...blockLines(block))
  }
  return `${[...lines, '', '', ...report.footer].join('\n')}\n`
}

function blockLines(block: Block): string[] {
  switch (block.kind) {
    case 'text':
      return [block.text]
    case 'counts':
      return [SEVERITIES.map((severity) => `${severity} ${block.counts[severity]}`).join('   ')]
    case 'finding': {
      const link = block.link === null ? [] : [`  ${block.link}`]
      const code = block.code.map((line) => `    | ${line}`)
      const facts = block.facts.map(({ label, text }) => `  ${label}: ${text}`)
      const heading = `[${block.severity.toUpperCase()}] ${block.title}`
      const imitates = block.imitates === null ? [] : [`  imitates ${block.imitates}`]
      return [heading, ...imitates, `  ${block.says}`, ...facts, ...link, ...code]
    }
    case 'table':
      return tableLines(block.head, block.rows)
    case 'trend':
    default: {
      const most = Math.max(1, ...block.weeks.map(({ counts }) => total(counts)))
      return block.weeks.map(({ label, counts }) => {
        const bar = '#'.repeat(Math.ceil((total(counts) / most) * BAR_WIDTH)).padEnd(BAR_WIDTH)
        const parts = SEVERITIES.map((severity) => `${counts[severity]} ${severity}`)
        return `${label}  ${bar}  ${total(counts)}  (${parts.join(', ')})`
      })
    }
  }
}

function tableLines(head: string[], rows: string[][]): string[] {
  const all = head.some((cell) => cell !== '') ? [head, ...rows] : rows
  const widths = head.map((_, column) =>
    Math.min(60, Math.max(0, ...all.map((row) => row[column]?.length ?? 0))),
  )
  return all.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}
