import type { Context } from 'hono'
import { html } from 'hono/html'
import { plainPage } from './parts/plain-page.ts'

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
  const content = html`<h1>Sign in</h1>
${byLink ? html`<p>Open the link that mirrorwatch printed when it started, or that <code>mirrorwatch web link</code> prints. It works once.</p>` : ''}
${byOidc ? html`<p><a class="button" href="/sign-in/oidc?to=${encodeURIComponent(to)}">Sign in with your organisation</a></p>` : ''}
${
  byToken
    ? html`<form method="post" action="/sign-in"><input type="hidden" name="to" value="${to}"><label>Token <input type="password" name="token" autocomplete="current-password" required></label> <button class="primary">Sign in</button></form>`
    : ''
}`
  return c.html(plainPage('Sign in', content))
}
