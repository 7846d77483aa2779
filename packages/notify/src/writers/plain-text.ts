import { SEVERITIES } from '@mirrorwatch/detect/severity'
import { type Block, type Document, total } from '../blocks/block.ts'
import type { FindingBlocks } from '../blocks/finding.ts'
import { shortFinding } from './finding-lines.ts'
import { tableLines } from './table-lines.ts'

/** Width of the longest bar of the trend. */
const BAR_WIDTH = 30

/** Writes a document as plain text: what the HTML says, in words and columns. Lines end with \n. */
export function plainText(document: Document): string {
  const lines = [document.title, '='.repeat(document.title.length), '', document.lead]
  for (const { title, blocks } of document.sections) {
    lines.push('', '', title, '-'.repeat(title.length))
    for (const block of blocks) lines.push('', ...blockLines(block))
  }
  return `${[...lines, '', '', ...document.footer].join('\n')}\n`
}

function blockLines(block: Block): string[] {
  switch (block.kind) {
    case 'text':
      return [block.text]
    case 'counts':
      return [SEVERITIES.map((severity) => `${severity} ${block.counts[severity]}`).join('   ')]
    case 'finding':
      return findingLines(block.finding, block.link)
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

/** Writes one finding for mail or chat. `maxCode` bounds the quoted lines. */
export function findingLines(finding: FindingBlocks, link: string | null, maxCode?: number): string[] {
  const { title, imitates, says, facts, code } = shortFinding(finding, maxCode)
  return [
    `[${finding.heading.severity.toUpperCase()}] ${title}`,
    ...(imitates === null ? [] : [`  imitates ${imitates}`]),
    `  ${says}`,
    ...facts.map(({ label, text }) => `  ${label}: ${text}`),
    ...(link === null ? [] : [`  ${link}`]),
    ...code.map((line) => `    | ${line}`),
  ]
}
