import type { Db } from '@mirrorwatch/store/database'
import type { TimeSpan, WaitingCount } from '@mirrorwatch/store/queries/report-queries'
import type { ScanHealth } from '@mirrorwatch/store/queries/scan-health'
import type { Block, Counts, TrendWeek } from '../blocks/block.ts'

/** Facts that every section can use. */
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

/** Layout of the report. */
export interface Layout {
  /** Returns the URL of a finding's page; null if there is no page. */
  link: (id: number) => string | null
  /** Findings told in full; the rest is counted. */
  maxFindings: number
}

/** The period that a report is about; what waits, and how the scan does, is as of `now`. */
export interface Period extends TimeSpan {
  now: Date
}

/** Writes the data of a section. A section without blocks is left out. */
export type WriteBlocks = (facts: ReportFacts, layout: Layout) => Block[]

/** A section of the weekly report: reads its data, then writes it. */
export interface ReportSection {
  title: string
  read(db: Db, period: Period): Promise<WriteBlocks>
}
