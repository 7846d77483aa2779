import type { Severity } from '@mirrorwatch/detect/severity'
import type { FindingBlocks } from './finding.ts'

/** Counts by severity; a severity without findings is 0. */
export type Counts = Record<Severity, number>

/** Returns how many there are of all severities together. */
export function total(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

export interface TrendWeek {
  /** An ISO week such as 2026-W47. */
  label: string
  counts: Counts
}

/** A part of a document. Texts are visible, on one line; each writer makes them harmless for its target. */
export type Block =
  | { kind: 'text'; text: string }
  | { kind: 'table'; head: string[]; rows: string[][] }
  | { kind: 'finding'; finding: FindingBlocks; link: string | null }
  | { kind: 'counts'; counts: Counts }
  | { kind: 'trend'; weeks: TrendWeek[] }

interface Section {
  title: string
  blocks: Block[]
}

/** Content of a report. Every writer produces the same document from it. */
export interface Document {
  title: string
  /** One line that says the most important; also the start of a mailbox's preview. */
  lead: string
  sections: Section[]
  footer: string[]
}
