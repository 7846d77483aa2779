import type { Context } from 'hono'
import { html } from 'hono/html'

export interface SignInOptions {
  /** Path to go to afterwards. */
  to: string
  byLink: boolean
  byToken: boolean
  byOidc: boolean
}

/** Renders the page on which a person signs in. */
export function signInPage(
  c: Context,
  { to, byLink, byToken, byOidc }: SignInOptions,
): Response | Promise<Response> {
  return c.html(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>Sign in – mirrorwatch</title>
          <link rel="stylesheet" href="/assets/mirrorwatch.css" />
        </head>
        <body>
          <main>
            <h1>Sign in</h1>
            ${byLink ? html`<p>Open the link that mirrorwatch printed when it started.</p>` : ''}
            ${
              byOidc
                ? html`<p><a href="/sign-in/oidc?to=${encodeURIComponent(to)}">Sign in with your organisation</a></p>`
                : ''
            }
            ${
              byToken
                ? html`<form method="post" action="/sign-in">
                    <input type="hidden" name="to" value="${to}" />
                    <label>Token <input type="password" name="token" autocomplete="current-password" required /></label>
                    <button>Sign in</button>
                  </form>`
                : ''
            }
          </main>
        </body>
      </html>`,
  )
}
