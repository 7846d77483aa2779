import type { Context } from 'hono'
import { html } from 'hono/html'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Problem } from '../problem.ts'

/** Renders a problem for a person. */
export function errorPage(c: Context, problem: Problem): Response | Promise<Response> {
  c.status(problem.status as ContentfulStatusCode)
  return c.html(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <title>${problem.title} – mirrorwatch</title>
          <link rel="stylesheet" href="/assets/mirrorwatch.css" />
        </head>
        <body>
          <main>
            <h1>${problem.title}</h1>
            <p>${problem.detail ?? ''}</p>
            <p><a href="/">Back to the findings</a></p>
          </main>
        </body>
      </html>`,
  )
}
