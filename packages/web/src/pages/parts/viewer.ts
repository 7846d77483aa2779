import type { Context } from 'hono'
import type { WebContext, WebEnv } from '../../context.ts'
import { WebProblem } from '../../problem.ts'
import type { Viewer } from './shell.ts'

/** Returns who looks at a page, and when. */
export function viewerOf(c: Context<WebEnv>, context: Pick<WebContext, 'clock'>): Viewer {
  const { name, role } = c.var.person
  return { name, role, now: context.clock() }
}

/** Returns the id in a path. @throws WebProblem 404 for an invalid one */
export function idOf(untrusted: string): number {
  const id = /^[1-9]\d{0,14}$/.test(untrusted) ? Number(untrusted) : null
  if (id === null) throw new WebProblem(404, 'There is no such finding.')
  return id
}

/** Returns the query of a request's address. */
export function queryOf(c: Context<WebEnv>): URLSearchParams {
  return new URL(c.req.url).searchParams
}

/** Characters of a path in an address. */
const MAX_PATH = 4_000

/**
 * Returns the path after `prefix` in a request's address, each element decoded once, and `%2e` once more where an element was
 * made of dots (see encodePath).
 *
 * @throws WebProblem 404 for an address that is not properly encoded
 */
export function pathIn(c: Context<WebEnv>, prefix: string): string {
  const untrusted = new URL(c.req.url).pathname.slice(prefix.length)
  if (untrusted.length > MAX_PATH) throw new WebProblem(404, 'There is no such path.')
  try {
    return untrusted.split('/').map(decodeElement).join('/')
  } catch (error) {
    if (error instanceof URIError) throw new WebProblem(404, 'There is no such path.')
    throw error
  }
}

function decodeElement(element: string): string {
  const once = decodeURIComponent(element)
  return /^(%2e){1,2}$/.test(once) ? decodeURIComponent(once) : once
}

/** Returns a text field of a form; empty where it is missing or a file. */
export function fieldOf(untrustedBody: Record<string, unknown>, name: string): string {
  const value = untrustedBody[name]
  return typeof value === 'string' ? value : ''
}
