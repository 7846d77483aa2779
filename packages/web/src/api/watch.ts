import { createRoute, z } from '@hono/zod-openapi'
import { watchFault } from '@mirrorwatch/pipeline/config/watch-fault'
import { MAX_HITS, MAX_WATCHED, unwatch, watchPage, watchPaths } from '@mirrorwatch/store/watch/entries'
import type { WebContext } from '../context.ts'
import { WebProblem } from '../problem.ts'
import { requireTriage } from '../require-triage.ts'
import { cursorOf, positionOf } from './cursor.ts'
import { type ApiRouter, write } from './router.ts'
import { answers, body, cursor, idParam, limit, next, reason, severity, time } from './shapes.ts'

const entry = z
  .object({
    id: z.number(),
    path: z.string(),
    source: z.string().nullable(),
    mail: z.array(z.string()),
    channels: z.array(z.string()),
    minSeverity: severity,
    reason: z.string(),
    author: z.string(),
    createdAt: time,
    hits: z.number().openapi({ description: `Findings that it touches, counted up to ${MAX_HITS}.` }),
    moreHits: z.boolean(),
    lastHitAt: time.nullable().openapi({ description: 'Null: it never matched.' }),
  })
  .openapi('WatchEntry')

/** A module path, or a path above modules, such as github.com/owner. */
const watchedPath = z
  .string()
  .regex(/^[A-Za-z0-9][\w.~-]*(\/[\w.~-]+)*$/)
  .max(1_000)
const given = z.object({
  paths: z
    .array(watchedPath)
    .min(1)
    .max(MAX_WATCHED)
    .openapi({ example: ['github.com/our-company'] }),
  source: z.string().max(300).optional().openapi({ description: 'File that the paths come from.' }),
  mail: z.array(z.email()).max(20).default([]),
  channels: z
    .array(z.string().max(40))
    .max(20)
    .default([])
    .openapi({ description: 'Names of channels in MIRRORWATCH_ALERT_CHANNELS.' }),
  minSeverity: severity.default('high'),
  reason,
})

const listRoute = createRoute({
  method: 'get',
  path: '/watch',
  tags: ['lists'],
  summary: 'Lists what is watched, by path, with the findings that each entry touches.',
  request: { query: z.object({ limit, cursor }) },
  responses: answers('A page of entries.', z.object({ entries: z.array(entry), next })),
})

const addRoute = createRoute({
  method: 'post',
  path: '/watch',
  tags: ['lists'],
  summary: 'Watches paths, what is below them, and what imitates them.',
  middleware: requireTriage,
  request: { body: body(given) },
  responses: answers('How many paths.', z.object({ paths: z.number() })),
})

const removeRoute = createRoute({
  method: 'delete',
  path: '/watch/{id}',
  tags: ['lists'],
  summary: 'Stops watching a path.',
  middleware: requireTriage,
  request: { params: idParam },
  responses: answers('How many paths.', z.object({ paths: z.number() })),
})

export function mountWatch(api: ApiRouter, context: WebContext): void {
  api.openapi(listRoute, async (c) => {
    const { limit: size, cursor: untrustedCursor } = c.req.valid('query')
    const after = positionOf(untrustedCursor, z.string().max(1_000))
    const { entries, nextPath } = await watchPage(c.var.db, { limit: size, after })
    const body = entries.map(({ hits, lastSeenAt, ...rest }) => ({
      ...rest,
      hits: Math.min(hits, MAX_HITS),
      moreHits: hits > MAX_HITS,
      lastHitAt: lastSeenAt,
    }))
    return c.json({ entries: body, next: cursorOf(nextPath) }, 200)
  })
  api.openapi(addRoute, async (c) => {
    const answer = await write(c, context, async (trx, now) => {
      const { source = null, ...rest } = c.req.valid('json')
      const fault = watchFault(rest, context.config)
      if (fault !== null) throw new WebProblem(400, fault)
      await watchPaths(trx, { ...rest, source, author: c.var.person.name, via: 'api' }, now)
      return { paths: rest.paths.length }
    })
    return c.json(answer, 200)
  })
  api.openapi(removeRoute, async (c) => {
    const answer = await write(c, context, async (trx, now) => {
      const by = { author: c.var.person.name, via: 'api' } as const
      return { paths: await unwatch(trx, c.req.valid('param'), by, now) }
    })
    return c.json(answer, 200)
  })
}
