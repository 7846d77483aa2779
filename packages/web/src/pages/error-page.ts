import type { Context } from 'hono'
import { html } from 'hono/html'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Problem } from '../problem.ts'
import { plainPage } from './parts/plain-page.ts'

/** Renders a problem for a person. */
export function errorPage(c: Context, problem: Problem): Response | Promise<Response> {
  c.status(problem.status as ContentfulStatusCode)
  const content = html`<h1>${problem.title}</h1>
<p>${problem.detail ?? ''}</p>
<p><a href="/findings">Back to the findings</a></p>`
  return c.html(plainPage(problem.title, content))
}
