import type { Finding, FindingFilter } from '@mirrorwatch/store/queries/findings-list'
import type { FindingBlocks } from '../blocks/finding.ts'

/** A finding as its data and as what is said about it. */
export interface Exported {
  finding: Finding
  blocks: FindingBlocks
}

/** Writes one line, without its end. */
export type WriteLine = (line: string) => Promise<void>

/** A format that findings are exported in. Findings come one by one, so that any number of them can be written. */
export interface ExportFormat {
  name: string
  /** The default filter, used if the command names neither severity nor status. */
  filter?: FindingFilter
  write(findings: AsyncIterable<Exported>, write: WriteLine): Promise<void>
}
