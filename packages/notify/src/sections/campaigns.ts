import { activeCampaigns } from '@mirrorwatch/store/queries/report-queries'
import { shown } from '../writers/defang.ts'
import type { ReportSection } from './section.ts'

const MAX_CAMPAIGNS = 8
/** Modules named of one campaign. */
const MAX_MODULES = 2

/** Campaigns that grew. The columns are narrow, as on a phone the names need the room. */
export const campaigns: ReportSection = {
  title: 'Campaigns',
  async read(db, period) {
    const found = await activeCampaigns(db, period, MAX_CAMPAIGNS)
    return () => {
      if (found.length === 0) return []
      const rows = found.map(({ id, severity, findings, joined, modules }) => {
        const named = modules.slice(0, MAX_MODULES).map((module) => shown(module, 60))
        const more = findings > named.length ? ' …' : ''
        return [severity, `${shown(id, 60)}: ${named.join(', ')}${more}`, String(joined), String(findings)]
      })
      return [{ kind: 'table', head: ['', 'campaign', 'new', 'all'], rows }]
    }
  },
}
