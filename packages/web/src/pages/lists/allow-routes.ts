import { modulePathFault } from '@mirrorwatch/gomod/paths/module-path'
import { ownerFault } from '@mirrorwatch/gomod/paths/owner'
import { logDecision } from '@mirrorwatch/store/decisions/log'
import { allowHits } from '@mirrorwatch/store/queries/page-allow'
import { type AllowRequest, allow, disallow, listAllowEntries } from '@mirrorwatch/store/tables/allow'
import { html } from 'hono/html'
import * as z from 'zod'
import type { WebApp, WebContext } from '../../context.ts'
import { WebProblem } from '../../problem.ts'
import { requireTriage } from '../../require-triage.ts'
import { idOf, queryOf, viewerOf } from '../parts/viewer.ts'
import { allowPage } from './allow-page.ts'

const schema = z.object({
  kind: z.enum(['pair', 'path', 'owner']),
  module: z.string().trim().min(1).max(1_000),
  target: z.string().trim().max(1_000).default(''),
  reason: z.string().trim().min(1).max(2_000),
  until: z.union([z.literal(''), z.iso.date()]).default(''),
})

/** Adds the page of allowed names. */
export function mountAllow(app: WebApp, context: WebContext): void {
  app.get('/allow', async (c) => {
    const entries = await listAllowEntries(c.var.db)
    const hits = await allowHits(c.var.db)
    const query = queryOf(c)
    const saved = query.get('saved') === '1'
    const from = Number(/^\d{1,6}$/.exec(query.get('from') ?? '')?.[0] ?? 0)
    const notice = saved ? html`<p>Saved. The modules concerned are assessed again.</p>` : null
    return c.html(allowPage(viewerOf(c, context), { entries: entries.toReversed(), hits, from, notice }))
  })

  app.post('/allow', requireTriage, async (c) => {
    const now = context.clock()
    const request = requestOf(await c.req.parseBody(), c.var.person.name)
    const { author, reason, expiresAt: until } = request
    await c.var.db.transaction().execute(async (trx) => {
      const { id } = await allow(trx, request, now)
      const entry = { author, via: 'page', action: 'allow-add', reason, subject: String(id), until } as const
      await logDecision(trx, entry, now)
    })
    return c.redirect('/allow?saved=1', 303)
  })

  app.post('/allow/:id/remove', requireTriage, async (c) => {
    const now = context.clock()
    const id = idOf(c.req.param('id'))
    const author = c.var.person.name
    await c.var.db.transaction().execute(async (trx) => {
      await disallow(trx, id, now)
      const entry = { author, via: 'page', action: 'allow-remove', reason: '', subject: String(id) } as const
      await logDecision(trx, entry, now)
    })
    return c.redirect('/allow?saved=1', 303)
  })
}

function requestOf(untrustedBody: unknown, author: string): AllowRequest {
  const parsed = schema.safeParse(untrustedBody)
  if (!parsed.success) throw new WebProblem(422, 'An entry needs a kind, a name and a reason.')
  const { kind, module, target, reason, until } = parsed.data
  if ((kind === 'pair') !== (target !== ''))
    throw new WebProblem(422, kind === 'pair' ? 'A pair needs a target.' : 'Only a pair has a target.')
  for (const [name, fault] of [
    [module, kind === 'owner' ? ownerFault(module) : modulePathFault(module)],
    [target, target === '' ? null : modulePathFault(target)],
  ]) {
    if (fault !== null) throw new WebProblem(422, `“${name}” cannot be allowed: ${fault}.`)
  }
  // The chosen day is the last on which the entry holds.
  const expiresAt = until === '' ? null : new Date(Date.parse(until) + 86_400_000)
  return { kind, module, target: target === '' ? null : target, reason, author, expiresAt }
}
