import { createRoute, z } from '@hono/zod-openapi'
import { listCampaigns } from '@mirrorwatch/store/queries/campaigns'
import type { ApiRouter } from './router.ts'
import { answers, severity, time } from './shapes.ts'

const campaignsRoute = createRoute({
  method: 'get',
  path: '/campaigns',
  tags: ['findings'],
  summary: 'Lists campaigns, the latest first. `GET /findings?campaign=ID` lists the members.',
  responses: answers(
    'The campaigns.',
    z.object({
      campaigns: z.array(
        z
          .object({
            id: z.string(),
            findings: z.number(),
            open: z.number(),
            severity,
            firstSeen: time,
            lastSeen: time,
          })
          .openapi('Campaign'),
      ),
    }),
  ),
})

export function mountCampaigns(api: ApiRouter): void {
  api.openapi(campaignsRoute, async (c) => c.json({ campaigns: await listCampaigns(c.var.db) }, 200))
}
