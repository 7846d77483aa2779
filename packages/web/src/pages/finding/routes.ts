import { findingBlocks } from '@mirrorwatch/notify/blocks/finding'
import { osvRecord } from '@mirrorwatch/notify/writers/osv'
import { addNote } from '@mirrorwatch/store/decisions/note'
import { findingById } from '@mirrorwatch/store/queries/findings-list'
import type { WebApp, WebContext } from '../../context.ts'
import { WebProblem } from '../../problem.ts'
import { requireTriage } from '../../require-triage.ts'
import { filterQuery, readFilter } from '../findings/filter.ts'
import { noticeOf } from '../findings/notice.ts'
import { findingLink } from '../parts/links.ts'
import { fieldOf, idOf, queryOf, viewerOf } from '../parts/viewer.ts'
import { findingData } from './data.ts'
import { findingPage } from './page.ts'
import { reportUpstreamPage } from './report-upstream.ts'

/** Characters of a note. */
const MAX_NOTE = 10_000

/** Adds the page of one finding, and the notes on it. */
export function mountFinding(app: WebApp, context: WebContext): void {
  app.get('/findings/:id', async (c) => {
    const id = idOf(c.req.param('id'))
    const viewer = viewerOf(c, context)
    const query = queryOf(c)
    const data = await findingData(c.var.db, id)
    if (data === null) throw new WebProblem(404, `There is no finding ${id}.`)
    const from = filterQuery(readFilter(new URLSearchParams(query.get('from') ?? '')))
    const notice = await noticeOf(c.var.db, query, viewer, from)
    const layout = query.get('diff') === 'split' ? 'split' : 'unified'
    return c.html(findingPage(viewer, data, { layout, from, notice }))
  })

  app.get('/findings/:id/report', async (c) => {
    const id = idOf(c.req.param('id'))
    const data = await findingData(c.var.db, id)
    if (data === null) throw new WebProblem(404, `There is no finding ${id}.`)
    return c.html(reportUpstreamPage(viewerOf(c, context), data))
  })

  app.get('/findings/:id/osv.json', async (c) => {
    const id = idOf(c.req.param('id'))
    const finding = await findingById(c.var.db, id)
    if (finding === null) throw new WebProblem(404, `There is no finding ${id}.`)
    c.header('content-disposition', `attachment; filename="mirrorwatch-${id}.json"`)
    return c.json(osvRecord({ finding, blocks: findingBlocks(finding) }))
  })

  app.post('/findings/:id/notes', requireTriage, async (c) => {
    const id = idOf(c.req.param('id'))
    const body = await c.req.parseBody()
    const text = fieldOf(body, 'text').trim()
    if (text === '' || text.length > MAX_NOTE)
      throw new WebProblem(422, `A note has 1 to ${MAX_NOTE} characters.`)
    const note = { author: c.var.person.name, via: 'page', text } as const
    await c.var.db.transaction().execute((trx) => addNote(trx, id, note, context.clock()))
    return c.redirect(`${findingLink(id)}#notes-title`, 303)
  })
}
