import { setImmediate as immediate } from 'node:timers/promises'
import { createRoute, z } from '@hono/zod-openapi'
import type { NameIndex } from '@mirrorwatch/detect/names/name-index'
import { modulePathFault } from '@mirrorwatch/gomod/paths/module-path'
import { createNameIndexCache } from '@mirrorwatch/pipeline/targets/name-index-cache'
import type { WebContext } from '../context.ts'
import { Kept } from '../kept.ts'
import type { ApiRouter } from './router.ts'
import { answers, body } from './shapes.ts'

/** Paths of one request: a go.mod of a monorepo has some hundreds. */
const MAX_PATHS = 2_000

const candidate = z
  .object({
    module: z.string(),
    target: z.string(),
    rule: z.string(),
    distance: z.number().nullable(),
    strength: z.enum(['strong', 'medium', 'weak', 'candidate']),
    reason: z.string(),
  })
  .openapi('Candidate')

const matchRoute = createRoute({
  method: 'post',
  path: '/match',
  tags: ['questions'],
  summary: 'Compares module paths with the targets by name.',
  request: { body: body(z.object({ paths: z.array(z.string().max(1_000)).max(MAX_PATHS) })) },
  responses: answers(
    'Targets that a path can be taken for, and what is no module path.',
    z.object({
      candidates: z.array(candidate),
      invalid: z.array(z.string()),
    }),
  ),
})

export function mountMatch(api: ApiRouter, context: WebContext): void {
  const nameIndex = createNameIndexCache(context.databases.reader)
  // Whether the targets have changed is a question about all of them.
  const indexes = new Kept<NameIndex>(context.log, 1)
  api.openapi(matchRoute, async (c) => {
    const { paths } = c.req.valid('json')
    const index = await indexes.get('', context.clock(), nameIndex)
    const isPath = (path: string): boolean => modulePathFault(path) === null
    const candidates: z.infer<typeof candidate>[] = []
    for (const module of paths.filter(isPath)) {
      for (const { target, rule, distance, strength, reason } of index.match(module))
        candidates.push({ module, target, rule, distance: distance ?? null, strength, reason })
      // Comparing is pure work: other requests get their turn between two names.
      await immediate()
    }
    return c.json({ candidates, invalid: paths.filter((path) => !isPath(path)) }, 200)
  })
}
