import type { ReportSection } from './section.ts'

/** Weeks of the trend, the reported one included. */
export const TREND_WEEKS = 12

/** New findings by week; every report has counted them already. */
export const trend: ReportSection = {
  title: `The last ${TREND_WEEKS} weeks`,
  async read() {
    return ({ trend: weeks }) => [{ kind: 'trend', weeks }]
  },
}
