import type { Db } from '@mirrorwatch/store/database'
import {
  countFindings,
  type FindingCount,
  type FindingFilter,
  type FindingPage,
  listFindings,
} from '@mirrorwatch/store/queries/findings-list'
import { watchersOf } from '@mirrorwatch/store/watch/entries'
import type { WebApp, WebContext } from '../../context.ts'
import { queryOf, viewerOf } from '../parts/viewer.ts'
import { readCursor } from './cursor.ts'
import { mountDecisions } from './decide-route.ts'
import { filterQuery, listLinkFor, readFilter, storeFilter } from './filter.ts'
import { listPage } from './list-page.ts'
import { noticeOf } from './notice.ts'

/** Findings of one page of the list. */
const PAGE = 50

/** Limit of counted findings: an exact larger number does not help. */
const COUNT_UP_TO = 1_000

/** Adds the list of findings and the decisions on them. */
export function mountFindings(app: WebApp, context: WebContext): void {
  app.get('/findings', async (c) => {
    const viewer = viewerOf(c, context)
    const query = queryOf(c)
    const filter = readFilter(query)
    const wanted = storeFilter(filter, viewer.name, viewer.now)
    const after = readCursor(query.get('after') ?? undefined)
    const shown = await listFindings(c.var.db, wanted, { limit: PAGE, after, withoutSignals: true })
    const count = await countOf(c.var.db, wanted, shown, after === null)
    const watchers = await watchersOf(
      c.var.db,
      shown.findings.map(({ id }) => id),
    )
    const notice = await noticeOf(c.var.db, query, viewer, filterQuery(filter))
    return c.html(listPage(viewer, { ...shown, filter, count, watchers, isStart: after === null, notice }))
  })
  app.get('/search', (c) =>
    c.redirect(listLinkFor({ q: (c.req.query('q') ?? '').trim().slice(0, 300), status: 'all' }), 303),
  )
  mountDecisions(app, context)
}

/** Counts only what the page does not tell: a first page without a next one has all, and how many contain a common text is open. */
async function countOf(
  db: Db,
  filter: FindingFilter,
  { findings, next, walked }: FindingPage,
  isStart: boolean,
): Promise<FindingCount> {
  if (walked || (isStart && next === null)) return { count: findings.length, more: next !== null || !isStart }
  return countFindings(db, filter, COUNT_UP_TO)
}
