import { createRoute, z } from '@hono/zod-openapi'
import { modulePathFault } from '@mirrorwatch/gomod/paths/module-path'
import { ownerFault } from '@mirrorwatch/gomod/paths/owner'
import { logDecision } from '@mirrorwatch/store/decisions/log'
import { allowHits } from '@mirrorwatch/store/queries/page-allow'
import { allow, disallow, listAllowEntries } from '@mirrorwatch/store/tables/allow'
import type { WebContext } from '../context.ts'
import { WebProblem } from '../problem.ts'
import { requireTriage } from '../require-triage.ts'
import { type ApiRouter, write } from './router.ts'
import { answers, body, idParam, reason, time, until } from './shapes.ts'

const kind = z.enum(['pair', 'owner', 'path'])
const entry = z
  .object({
    id: z.number(),
    kind,
    module: z.string(),
    target: z.string().nullable(),
    reason: z.string(),
    author: z.string(),
    createdAt: time,
    expiresAt: time.nullable(),
    hits: z.number().openapi({ description: 'Findings that it explains now.' }),
    lastHitAt: time.nullable().openapi({ description: 'Null: it never matched.' }),
  })
  .openapi('AllowEntry')

const name = z.string().trim().min(1).max(1_000)
const given = z
  .object({ kind, module: name, target: name.optional(), reason, until: until.optional() })
  .refine(
    ({ kind: of, target }) => (of === 'pair') === (target !== undefined),
    'a pair has a target, others have none',
  )

const listRoute = createRoute({
  method: 'get',
  path: '/allow',
  tags: ['lists'],
  summary: 'Lists the names that are known to be honest, expired ones included.',
  responses: answers('The entries.', z.object({ entries: z.array(entry) })),
})

const addRoute = createRoute({
  method: 'post',
  path: '/allow',
  tags: ['lists'],
  summary: 'Allows a name. Allowing it again replaces reason, author and end.',
  middleware: requireTriage,
  request: { body: body(given) },
  responses: answers('The id of the entry.', z.object({ id: z.number() })),
})

const removeRoute = createRoute({
  method: 'delete',
  path: '/allow/{id}',
  tags: ['lists'],
  summary: 'Removes an entry. Its modules are assessed again.',
  middleware: requireTriage,
  request: { params: idParam },
  responses: answers('The id of the entry.', z.object({ id: z.number() })),
})

/** Returns why a name cannot be allowed, or null. A code host alone would allow everybody's modules there. */
function nameFault({ kind: of, module, target }: z.infer<typeof given>): string | null {
  return of === 'owner'
    ? ownerFault(module)
    : (modulePathFault(module) ?? (target === undefined ? null : modulePathFault(target)))
}

export function mountAllow(api: ApiRouter, context: WebContext): void {
  api.openapi(listRoute, async (c) => {
    const hits = new Map((await allowHits(c.var.db)).map((each) => [each.id, each]))
    const entries = (await listAllowEntries(c.var.db)).map((each) => {
      const { hits: count = 0, lastSeenAt = null } = hits.get(each.id) ?? {}
      return { ...each, hits: count, lastHitAt: lastSeenAt }
    })
    return c.json({ entries }, 200)
  })
  api.openapi(addRoute, async (c) => {
    const answer = await write(c, context, async (trx, now) => {
      const fault = nameFault(c.req.valid('json'))
      if (fault !== null) throw new WebProblem(400, `The name cannot be allowed: ${fault}`)
      const { kind: of, module, target = null, reason: why, until: end = null } = c.req.valid('json')
      const author = c.var.person.name
      const line = {
        author,
        via: 'api',
        action: 'allow-add',
        reason: why,
        subject: `${of} ${module}`,
        until: end,
      } as const
      const decisionId = await logDecision(trx, line, now)
      const request = { kind: of, module, target, reason: why, author, expiresAt: end, decisionId }
      return { id: (await allow(trx, request, now)).id }
    })
    return c.json(answer, 200)
  })
  api.openapi(removeRoute, async (c) => {
    const answer = await write(c, context, async (trx, now) => {
      const { id } = c.req.valid('param')
      await disallow(trx, id, now)
      const line = {
        author: c.var.person.name,
        via: 'api',
        action: 'allow-remove',
        reason: '',
        subject: String(id),
      } as const
      await logDecision(trx, line, now)
      return { id }
    })
    return c.json(answer, 200)
  })
}
