import type { MiddlewareHandler } from 'hono'
import type { WebEnv } from './context.ts'
import { WebProblem } from './problem.ts'

/** Ends the request of a person who may only read. */
export const requireTriage: MiddlewareHandler<WebEnv> = (c, next) => {
  if (c.var.person.role !== 'triage') throw new WebProblem(403, 'Your role may read, not decide.')
  return next()
}
