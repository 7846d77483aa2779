import { mostImitated } from '@mirrorwatch/store/queries/report-queries'
import { shown } from '../writers/defang.ts'
import type { ReportSection } from './section.ts'

const MAX_TARGETS = 8

/** The targets with most look-alikes. */
export const imitated: ReportSection = {
  title: 'Most imitated',
  async read(db, period) {
    const found = await mostImitated(db, period, MAX_TARGETS)
    return () => {
      if (found.length === 0) return []
      const rows = found.map(({ target, fresh, total }) => [shown(target, 60), String(fresh), String(total)])
      return [{ kind: 'table', head: ['look-alikes of', 'new', 'all'], rows }]
    }
  },
}
