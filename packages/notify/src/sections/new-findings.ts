import { type Severity, severitiesFrom, severityRank } from '@mirrorwatch/detect/severity'
import { type Finding, findingsByIds } from '@mirrorwatch/store/queries/findings-list'
import { newFindingIds } from '@mirrorwatch/store/queries/report-queries'
import { type Block, type Counts, total } from '../blocks/block.ts'
import { findingBlocks } from '../blocks/finding.ts'
import type { Layout, ReportFacts, ReportSection } from './section.ts'

/** Findings told in full; the rest is counted, and in the CSV. Fewer where the HTML would become too large. */
export const MAX_NEW_FINDINGS = 20
/** The mildest severity that is shown in full. */
const TOLD_FROM: Severity = 'medium'

export const newFindings: ReportSection = {
  title: 'New',
  async read(db, period) {
    const ids = await newFindingIds(db, period, severityRank(TOLD_FROM), MAX_NEW_FINDINGS)
    const findings = await findingsByIds(db, ids)
    return (facts, layout) => newFindingsBlocks(findings, facts, layout)
  },
}

/** Writes the new findings, the most severe first. */
export function newFindingsBlocks(
  findings: readonly Finding[],
  { counts }: Pick<ReportFacts, 'counts'>,
  { link, maxFindings }: Layout,
): Block[] {
  const told = findings.slice(0, maxFindings)
  const blocks: Block[] = [{ kind: 'counts', counts }]
  if (total(counts) === 0)
    blocks.push({ kind: 'text', text: 'No new findings. The scan itself is reported below.' })
  for (const finding of told)
    blocks.push({ kind: 'finding', finding: findingBlocks(finding), link: link(finding.id) })
  const untold = untoldCounts(counts, told)
  const more = untold.reduce((sum, { count }) => sum + count, 0)
  if (more > 0) {
    const parts = untold.map(({ severity, count }) => `${count} ${severity}`)
    blocks.push({ kind: 'text', text: `… and ${more} more (${parts.join(', ')}): see the attached table.` })
  }
  const minor = counts.low + counts.info
  if (minor > 0)
    blocks.push({ kind: 'text', text: `${minor} of low severity or info are in the attached table only.` })
  return blocks
}

function untoldCounts(counts: Counts, told: readonly Finding[]): { severity: Severity; count: number }[] {
  return severitiesFrom(TOLD_FROM)
    .map((severity) => ({
      severity,
      count: counts[severity] - told.filter((finding) => finding.severity === severity).length,
    }))
    .filter(({ count }) => count > 0)
}
