import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** Answer to a request that failed, as RFC 9457 has it. */
export interface Problem {
  type: string
  title: string
  status: number
  detail?: string
}

const TITLES: Partial<Record<number, string>> = {
  400: 'Bad request',
  401: 'Sign-in required',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'Request timeout',
  409: 'Conflict',
  412: 'Precondition failed',
  413: 'Request too large',
  415: 'Unsupported media type',
  421: 'Misdirected request',
  422: 'Invalid content',
  428: 'Precondition required',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Store not available',
}

/** Error that ends a request with a status and a sentence for the person. */
export class WebProblem extends HTTPException {
  readonly headers: Record<string, string>

  constructor(status: ContentfulStatusCode, detail: string, headers: Record<string, string> = {}) {
    super(status, { message: detail })
    this.headers = headers
  }
}

/** Returns the body of a problem. */
export function problemOf(status: number, detail?: string): Problem {
  const title = TITLES[status] ?? 'Request failed'
  return { type: 'about:blank', title, status, ...(detail === undefined ? {} : { detail }) }
}

/** Returns a problem as a response. */
export function problemResponse(
  status: number,
  detail?: string,
  headers: Record<string, string> = {},
): Response {
  return new Response(JSON.stringify(problemOf(status, detail)), {
    status,
    headers: { ...headers, 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
  })
}
