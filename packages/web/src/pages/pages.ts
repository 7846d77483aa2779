import { listFindings } from '@mirrorwatch/store/queries/findings-list'
import { html } from 'hono/html'
import type { WebApp, WebContext } from '../context.ts'

/** Adds the pages. Every route here is behind the sign-in: `c.var.person` asks, and `c.var.db` may do what that role may. */
export function mountPages(app: WebApp, _context: WebContext): void {
  app.get('/', async (c) => {
    const { findings } = await listFindings(c.var.db, { statuses: ['open'] }, { limit: 50 })
    return c.html(
      html`<!doctype html>
        <html lang="en">
          <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width" />
            <title>Findings – mirrorwatch</title>
            <link rel="stylesheet" href="/assets/mirrorwatch.css" />
          </head>
          <body>
            <main>
              <h1>Open findings</h1>
              <p>Signed in as ${c.var.person.name}, ${c.var.person.role}.</p>
              <ul>
                ${findings.map(
                  ({ severity, module, summary }) => html`<li>${severity} <b>${module}</b> ${summary}</li>`,
                )}
              </ul>
            </main>
          </body>
        </html>`,
    )
  })
}
