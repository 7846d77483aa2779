import { NotifyError } from '@mirrorwatch/notify/errors'
import { composeReport } from '@mirrorwatch/notify/report/compose'
import { gatherReport } from '@mirrorwatch/notify/report/data'
import { formatIsoWeek, type IsoWeek, parseIsoWeek, weekStart } from '@mirrorwatch/notify/report/iso-week'
import type { WebApp, WebContext } from '../../context.ts'
import { Kept } from '../../kept.ts'
import { WebProblem } from '../../problem.ts'
import { findingLink } from '../parts/links.ts'
import { viewerOf } from '../parts/viewer.ts'
import { type OverviewData, overviewData } from './data.ts'
import { overviewPage } from './page.ts'
import { reportPage } from './report-page.ts'

/** Findings that a report on the page tells in full. */
const MAX_FINDINGS = 50

/** Adds the overview and the archive of weekly reports. */
export function mountOverview(app: WebApp, context: WebContext): void {
  const { reportTimeZone } = context.config
  const overviews = new Kept<OverviewData>(context.log)
  const reports = new Kept<Awaited<ReturnType<typeof gatherReport>>>(context.log)
  app.get('/', async (c) => {
    const viewer = viewerOf(c, context)
    const data = await overviews.get('', viewer.now, () => overviewData(c.var.db, reportTimeZone, viewer.now))
    return c.html(overviewPage(viewer, data))
  })

  app.get('/reports/:week', async (c) => {
    const viewer = viewerOf(c, context)
    const week = weekOf(c.req.param('week'))
    if (weekStart(week, reportTimeZone) > viewer.now) throw new WebProblem(404, 'This week has not begun.')
    const data = await reports.get(formatIsoWeek(week), viewer.now, () =>
      gatherReport(c.var.db, week, reportTimeZone, viewer.now),
    )
    return c.html(reportPage(viewer, composeReport(data, { link: findingLink, maxFindings: MAX_FINDINGS })))
  })
}

function weekOf(untrusted: string): IsoWeek {
  try {
    return parseIsoWeek(untrusted)
  } catch (error) {
    if (error instanceof NotifyError) throw new WebProblem(404, 'There is no such week.')
    throw error
  }
}
