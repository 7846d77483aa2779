import type { Db } from '@mirrorwatch/store/database'
import type { TimeSpan, WaitingCount } from '@mirrorwatch/store/queries/report-queries'
import type { ScanHealth } from '@mirrorwatch/store/queries/scan-health'
import type { Block, Counts, TrendWeek } from '../blocks/block.ts'

/** What every section may speak of. */
export interface ReportFacts {
  from: Date
  /** When the week ended, or will. */
  to: Date
  generatedAt: Date
  timeZone: string
  /** Findings first seen in the week, with their present severity. */
  counts: Counts
  /** The last weeks, oldest first, the reported one last. */
  trend: TrendWeek[]
  /** Open findings of medium severity and above, by severity. */
  waiting: WaitingCount[]
  health: ScanHealth
}

/** How the report is laid out. */
export interface Layout {
  /** Returns the page of a finding; null where there is no page. */
  link: (id: number) => string | null
  /** Findings told in full; the rest is counted. */
  maxFindings: number
}

/** The period that a report is about; what waits, and how the scan does, is as of `now`. */
export interface Period extends TimeSpan {
  now: Date
}

/** Writes what a section has read. No blocks leave the section out. */
export type WriteBlocks = (facts: ReportFacts, layout: Layout) => Block[]

/** A section of the weekly report: what it reads, and how it tells it. */
export interface ReportSection {
  title: string
  read(db: Db, period: Period): Promise<WriteBlocks>
}
