import { createRoute, z } from '@hono/zod-openapi'
import { deniedModules } from '@mirrorwatch/store/queries/denied-modules'
import type { WebContext } from '../context.ts'
import type { ApiRouter } from './router.ts'
import { answers, time } from './shapes.ts'

const denyRoute = createRoute({
  method: 'get',
  path: '/deny',
  tags: ['questions'],
  summary:
    'Returns the modules that a proxy should refuse: confirmed findings, and modules listed as malicious.',
  responses: answers(
    'The list, dated.',
    z.object({
      at: time,
      modules: z.array(
        z
          .object({
            module: z.string(),
            reason: z.string(),
            finding: z.number().nullable(),
            listedAs: z.string().nullable(),
          })
          .openapi('Denied'),
      ),
    }),
  ),
})

export function mountDeny(api: ApiRouter, context: WebContext): void {
  api.openapi(denyRoute, async (c) =>
    c.json({ at: context.clock().toISOString(), modules: await deniedModules(c.var.db) }, 200),
  )
}
