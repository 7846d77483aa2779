import type { MiddlewareHandler } from 'hono'
import type { WebContext, WebEnv } from '../context.ts'

/** Counts requests with how long they took. The labels are closed sets: never a path or a name. */
export function countRequests({ metrics }: Pick<WebContext, 'metrics'>): MiddlewareHandler<WebEnv> {
  return async (c, next) => {
    const began = performance.now()
    await next()
    const part = partOf(c.req.path)
    metrics.webRequests.inc({ part, status: `${Math.floor(c.res.status / 100)}xx` })
    metrics.webSeconds.observe({ part }, (performance.now() - began) / 1000)
  }
}

function partOf(path: string): string {
  if (path.startsWith('/api/')) return 'api'
  return path.startsWith('/assets/') ? 'asset' : 'page'
}
