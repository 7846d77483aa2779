import { isOutage, isStoreError } from '@mirrorwatch/store/errors'
import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { WebContext, WebEnv } from '../context.ts'
import { errorPage } from '../pages/error-page.ts'
import { problemOf, problemResponse, WebProblem } from '../problem.ts'

/** Returns the answer to a request that failed: a problem for programs, a page for people. Logs what is our fault. */
export function failureResponse(
  context: Pick<WebContext, 'log'>,
  error: Error,
  c: Context<WebEnv>,
): Response | Promise<Response> {
  const { status, detail, headers } = failureOf(error)
  if (status >= 500) context.log.error({ err: error, path: c.req.path }, 'could not answer')
  return answer(c, status, detail, headers)
}

/** Returns the answer for a path without a route. */
export function notFoundResponse(c: Context<WebEnv>): Response | Promise<Response> {
  return answer(c, 404, 'There is nothing at this address.', {})
}

function answer(
  c: Context<WebEnv>,
  status: number,
  detail: string | undefined,
  headers: Record<string, string>,
): Response | Promise<Response> {
  const isPage = !c.req.path.startsWith('/api/') && (c.req.header('accept') ?? '').includes('text/html')
  if (!isPage) return problemResponse(status, detail, headers)
  for (const [name, value] of Object.entries(headers)) c.header(name, value)
  return errorPage(c, problemOf(status, detail))
}

interface Failure {
  status: number
  detail: string | undefined
  headers: Record<string, string>
}

function failureOf(error: Error): Failure {
  if (error instanceof WebProblem) {
    return { status: error.status, detail: error.message, headers: error.headers }
  }
  if (error instanceof HTTPException) return { status: error.status, detail: error.message, headers: {} }
  if (isStoreError(error, 'not-found')) return { status: 404, detail: error.message, headers: {} }
  if (isStoreError(error, 'invalid-input')) return { status: 422, detail: error.message, headers: {} }
  if (isStoreError(error, 'refused')) {
    return { status: 403, detail: 'The database does not allow this to your role.', headers: {} }
  }
  if (isOutage(error)) {
    return { status: 503, detail: 'The store does not answer. Try again.', headers: { 'retry-after': '5' } }
  }
  return { status: 500, detail: undefined, headers: {} }
}
