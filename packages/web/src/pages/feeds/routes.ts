import { listFindings } from '@mirrorwatch/store/queries/findings-list'
import type { WebApp, WebContext } from '../../context.ts'
import { filterQuery, listLink, readFilter, storeFilter } from '../findings/filter.ts'
import { queryOf } from '../parts/viewer.ts'
import { atomFeed } from './atom.ts'

/** Entries of a feed. */
const ENTRIES = 50

/** Adds an Atom feed of any filter. */
export function mountFeeds(app: WebApp, context: WebContext): void {
  app.get('/feeds/findings.atom', async (c) => {
    const now = context.clock()
    const filter = readFilter(queryOf(c))
    const query = filterQuery(filter)
    const wanted = storeFilter(filter, c.var.person.name, now)
    const { findings } = await listFindings(c.var.db, wanted, { limit: ENTRIES, withoutSignals: true })
    const base = context.config.publicUrl ?? new URL(c.req.url).origin
    const self = `/feeds/findings.atom${query === '' ? '' : `?${query}`}`
    const title = query === '' ? 'mirrorwatch findings' : `mirrorwatch findings: ${query}`
    c.header('content-type', 'application/atom+xml; charset=utf-8')
    return c.body(String(await atomFeed(findings, { base, list: listLink(filter), self, title, now })))
  })
}
