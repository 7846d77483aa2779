import { countFindings, listFindings } from '@mirrorwatch/store/queries/findings-list'
import type { WebApp, WebContext } from '../../context.ts'
import { queryOf, viewerOf } from '../parts/viewer.ts'
import { readCursor } from './cursor.ts'
import { mountDecisions } from './decide-route.ts'
import { filterQuery, listLinkFor, readFilter, storeFilter } from './filter.ts'
import { COUNT_UP_TO, listPage } from './list-page.ts'
import { noticeOf } from './notice.ts'

/** Findings of one page of the list. */
const PAGE = 50

/** Adds the list of findings and the decisions on them. */
export function mountFindings(app: WebApp, context: WebContext): void {
  app.get('/findings', async (c) => {
    const viewer = viewerOf(c, context)
    const query = queryOf(c)
    const filter = readFilter(query)
    const wanted = storeFilter(filter, viewer.name, viewer.now)
    const after = readCursor(query.get('after') ?? undefined)
    const { findings, next } = await listFindings(c.var.db, wanted, {
      limit: PAGE,
      after,
      withoutSignals: true,
    })
    const count = await countFindings(c.var.db, wanted, COUNT_UP_TO)
    const notice = await noticeOf(c.var.db, query, viewer, filterQuery(filter))
    return c.html(listPage(viewer, { filter, findings, next, count, isStart: after === null, notice }))
  })
  app.get('/search', (c) =>
    c.redirect(listLinkFor({ q: (c.req.query('q') ?? '').trim().slice(0, 300), status: 'all' }), 303),
  )
  mountDecisions(app, context)
}
