import { createRoute, z } from '@hono/zod-openapi'
import { findingTimeline } from '@mirrorwatch/store/queries/finding-timeline'
import { countFindings, findingById, listFindings } from '@mirrorwatch/store/queries/findings-list'
import { watchersOf } from '@mirrorwatch/store/watch/entries'
import { WebProblem } from '../problem.ts'
import { cursorOf, positionOf } from './cursor.ts'
import { etagOf } from './etag.ts'
import { filterOf, filterQuery, finding, findingBody, timeline, timelineBody } from './finding-shape.ts'
import type { ApiRouter } from './router.ts'
import { answers, cursor, idParam, limit, next } from './shapes.ts'

const position = z.object({ severityRank: z.int(), changedAt: z.string().max(40), id: z.int() })

/** Findings of one count: "1,000+" is all that a reader needs beyond. */
const COUNT_UP_TO = 1_000

const evidence = z.enum(['true']).optional().openapi({
  description: 'With the evidence of signals: differences of code make a page ten times as large.',
})

const listRoute = createRoute({
  method: 'get',
  path: '/findings',
  tags: ['findings'],
  summary:
    'Lists findings, most severe first, then the latest change first, with the evidence of their signals where `evidence` asks for it. Of a search for what many paths contain, a page may be shorter than `limit`, even empty: `next` says whether there is more.',
  request: { query: filterQuery.extend({ limit, cursor, evidence }) },
  responses: answers('A page of findings.', z.object({ findings: z.array(finding), next })),
})

const countRoute = createRoute({
  method: 'get',
  path: '/findings/count',
  tags: ['findings'],
  summary: `Counts findings, up to ${COUNT_UP_TO}.`,
  request: { query: filterQuery },
  responses: answers('The count.', z.object({ count: z.number(), more: z.boolean() })),
})

const findingRoute = createRoute({
  method: 'get',
  path: '/findings/{id}',
  tags: ['findings'],
  summary: 'Returns one finding. Its ETag is what If-Match of a decision takes.',
  request: { params: idParam },
  responses: answers('The finding.', finding),
})

const historyRoute = createRoute({
  method: 'get',
  path: '/findings/{id}/history',
  tags: ['findings'],
  summary:
    'Returns every change of a finding, of its module’s repository and tags, and of what inspections showed, oldest first.',
  request: { params: idParam },
  responses: answers('Its changes.', timeline),
})

export function mountFindings(api: ApiRouter): void {
  api.openapi(listRoute, async (c) => {
    const { limit: size, cursor: after, evidence: asked, ...filter } = c.req.valid('query')
    const page = { limit: size, after: positionOf(after, position) }
    const found = await listFindings(c.var.db, filterOf(filter), page)
    const watchers = await watchersOf(
      c.var.db,
      found.findings.map(({ id }) => id),
    )
    const findings = found.findings.map((each) => findingBody(each, watchers, asked !== undefined))
    return c.json({ findings, next: cursorOf(found.next) }, 200)
  })
  api.openapi(countRoute, async (c) => {
    return c.json(await countFindings(c.var.db, filterOf(c.req.valid('query')), COUNT_UP_TO), 200)
  })
  api.openapi(findingRoute, async (c) => {
    const { id } = c.req.valid('param')
    const found = await findingById(c.var.db, id)
    if (found === null) throw new WebProblem(404, `There is no finding ${id}.`)
    c.header('etag', etagOf(found))
    return c.json(findingBody(found, await watchersOf(c.var.db, [id])), 200)
  })
  api.openapi(historyRoute, async (c) => {
    const { id } = c.req.valid('param')
    const found = await findingById(c.var.db, id)
    if (found === null) throw new WebProblem(404, `There is no finding ${id}.`)
    return c.json(timelineBody(await findingTimeline(c.var.db, found)), 200)
  })
}
