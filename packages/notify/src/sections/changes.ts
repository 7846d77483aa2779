import { findingChanges } from '@mirrorwatch/store/queries/report-queries'
import type { Block } from '../blocks/block.ts'
import { changeText } from '../blocks/timeline.ts'
import { shown } from '../writers/defang.ts'
import type { ReportSection } from './section.ts'

const MAX_CHANGES = 25

/** Lists decisions and, for older findings, changes of severity, rewritten tags and vanished repositories. */
export const changes: ReportSection = {
  title: 'Changed',
  async read(db, period) {
    const found = await findingChanges(db, period, MAX_CHANGES + 1)
    return () => {
      if (found.length === 0) return [{ kind: 'text', text: 'Nothing older changed.' }]
      const rows = found.slice(0, MAX_CHANGES).map((change) => [
        `#${change.id}`,
        change.severity,
        // In one cell, as two of them leave a phone no room for either.
        `${shown(change.module, 120)}: ${shown(changeText(change))}`,
      ])
      const blocks: Block[] = [{ kind: 'table', head: ['', 'severity', 'what happened'], rows }]
      if (found.length > MAX_CHANGES)
        blocks.push({ kind: 'text', text: 'There are more; these are the most severe.' })
      return blocks
    }
  },
}
