import { html } from 'hono/html'
import type { WebApp } from '../context.ts'
import { WebProblem } from '../problem.ts'
import { type Access, ownerName } from './access.ts'

/** Adds the routes by which people enter and leave. */
export function mountSignIn(app: WebApp, access: Access): void {
  const { attempts, sessions, clock } = access
  app.get('/enter', async (c) => {
    const { link } = access
    // HEAD is sent by previews, which must not use the link up.
    if (link === null || c.req.method !== 'GET') return c.notFound()
    const address = c.env.incoming.socket.remoteAddress ?? ''
    attempts.check(address, clock().getTime())
    if (!link.use(c.req.query('code') ?? '')) {
      attempts.failed(address, clock().getTime())
      throw new WebProblem(
        403,
        'This link was used already, or is not the latest one. mirrorwatch prints a new one.',
      )
    }
    access.onLinkUsed()
    await sessions.begin(c, { name: ownerName(), role: 'triage', via: 'link', tokenId: null })
    return c.redirect('/', 303)
  })
  app.get('/sign-in', (c) =>
    c.html(
      html`<!doctype html>
        <html lang="en">
          <head>
            <meta charset="utf-8" />
            <title>Sign in – mirrorwatch</title>
            <link rel="stylesheet" href="/assets/mirrorwatch.css" />
          </head>
          <body>
            <main>
              <h1>Sign in</h1>
              <p>Open the link that mirrorwatch printed when it started.</p>
            </main>
          </body>
        </html>`,
    ),
  )
  app.post('/sign-out', async (c) => {
    await sessions.end(c)
    return c.redirect('/sign-in', 303)
  })
}
