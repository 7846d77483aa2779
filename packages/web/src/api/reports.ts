import { createRoute, z } from '@hono/zod-openapi'
import { NotifyError } from '@mirrorwatch/notify/errors'
import { composeReport, subjectOf } from '@mirrorwatch/notify/report/compose'
import { gatherReport } from '@mirrorwatch/notify/report/data'
import { addWeeks, formatIsoWeek, isoWeekAt, parseIsoWeek } from '@mirrorwatch/notify/report/iso-week'
import { MAX_NEW_FINDINGS } from '@mirrorwatch/notify/sections/new-findings'
import { plainText } from '@mirrorwatch/notify/writers/plain-text'
import type { WebContext } from '../context.ts'
import { Kept } from '../kept.ts'
import { WebProblem } from '../problem.ts'
import type { ApiRouter } from './router.ts'
import { answers } from './shapes.ts'

/** Weeks that are listed: a year. */
const LISTED_WEEKS = 52

const listRoute = createRoute({
  method: 'get',
  path: '/reports',
  tags: ['reports'],
  summary: 'Lists the weeks of which there can be a report, the latest first.',
  responses: answers('The weeks.', z.object({ weeks: z.array(z.string().openapi({ example: '2026-W47' })) })),
})

const reportRoute = createRoute({
  method: 'get',
  path: '/reports/{week}',
  tags: ['reports'],
  summary: 'Returns the report of one ISO week as text.',
  request: { params: z.object({ week: z.string().regex(/^\d{4}-W\d{2}$/) }) },
  responses: answers('The report.', z.object({ week: z.string(), subject: z.string(), text: z.string() })),
})

export function mountReports(api: ApiRouter, { config, clock, log }: WebContext): void {
  const reports = new Kept<Awaited<ReturnType<typeof gatherReport>>>(log)
  api.openapi(listRoute, (c) => {
    const last = addWeeks(isoWeekAt(clock(), config.reportTimeZone), -1)
    const weeks = Array.from({ length: LISTED_WEEKS }, (_, back) => formatIsoWeek(addWeeks(last, -back)))
    return c.json({ weeks }, 200)
  })
  api.openapi(reportRoute, async (c) => {
    const { week } = c.req.valid('param')
    const link = (id: number): string => `${config.publicUrl ?? ''}/findings/${id}`
    const now = clock()
    const data = await reports.get(week, now, () =>
      gatherReport(c.var.db, weekOf(week), config.reportTimeZone, now),
    )
    const text = plainText(composeReport(data, { link, maxFindings: MAX_NEW_FINDINGS }))
    return c.json({ week, subject: subjectOf(data), text }, 200)
  })
}

function weekOf(text: string) {
  try {
    return parseIsoWeek(text)
  } catch (error) {
    if (error instanceof NotifyError) throw new WebProblem(400, error.message)
    throw error
  }
}
