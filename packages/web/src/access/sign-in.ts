import { userInfo } from 'node:os'
import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { z } from 'zod'
import type { WebApp, WebEnv } from '../context.ts'
import { signInPage } from '../pages/sign-in-page.ts'
import { WebProblem } from '../problem.ts'
import type { Access } from './access.ts'
import type { Oidc } from './oidc.ts'

/** Time to sign in at the issuer. */
const OIDC_SECONDS = 600

/** Adds the routes by which people enter and leave. */
export function mountSignIn(app: WebApp, access: Access): void {
  const { sessions, link, tokens, oidc } = access
  app.get('/sign-in', (c) =>
    signInPage(c, {
      to: localPath(c.req.query('to')),
      byLink: link !== null,
      byToken: tokens !== null,
      byOidc: oidc !== null,
    }),
  )
  app.post('/sign-in', async (c) => {
    const form = await c.req.parseBody()
    const secret = typeof form['token'] === 'string' ? form['token'] : ''
    const { id, name, role } = await access.useToken(c, secret)
    await sessions.begin(c, { name, role, via: 'token', tokenId: id })
    return c.redirect(localPath(form['to']), 303)
  })
  app.post('/sign-out', async (c) => {
    await sessions.end(c)
    return c.redirect('/sign-in', 303)
  })
  if (link !== null) app.get('/enter', (c) => enter(c, access))
  if (oidc !== null) mountOidc(app, access, oidc)
}

async function enter(c: Context<WebEnv>, access: Access): Promise<Response> {
  // HEAD is what previews send: they must not use the link up.
  if (c.req.method !== 'GET') return c.body(null, 204)
  const isRight = access.limited(c, () => access.link?.use(c.req.query('code') ?? '') === true || null)
  if (isRight === null) {
    throw new WebProblem(
      403,
      'This link was used, or is not the latest one. The command "mirrorwatch web link" prints the valid one.',
    )
  }
  access.onLinkUsed()
  await access.sessions.begin(c, { name: ownerName(), role: 'triage', via: 'link', tokenId: null })
  return c.redirect('/', 303)
}

const attemptSchema = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), to: z.string() })

function mountOidc(app: WebApp, { sessions }: Access, oidc: Oidc): void {
  const { name, options } = sessions.cookie('oidc')
  app.get('/sign-in/oidc', async (c) => {
    const { url, attempt } = await oidc.begin()
    const kept = { ...attempt, to: localPath(c.req.query('to')) }
    setCookie(c, name, JSON.stringify(kept), { ...options, maxAge: OIDC_SECONDS })
    return c.redirect(url.href, 303)
  })
  app.get('/sign-in/oidc/callback', async (c) => {
    const { to, ...attempt } = keptAttempt(getCookie(c, name))
    deleteCookie(c, name, options)
    const person = await oidc.finish(new URL(c.req.url), attempt)
    await sessions.begin(c, { ...person, via: 'oidc', tokenId: null })
    return c.redirect(localPath(to), 303)
  })
}

function keptAttempt(untrustedCookie: string | undefined): z.infer<typeof attemptSchema> {
  try {
    return attemptSchema.parse(JSON.parse(untrustedCookie ?? ''))
  } catch {
    throw new WebProblem(403, 'The sign-in took too long, or began in another browser. Begin again.')
  }
}

/** Returns a path of this server; `/` for anything that a browser could take for another server. */
function localPath(untrusted: unknown): string {
  return typeof untrusted === 'string' &&
    /^\/(?![/\\])[\x21-\x7e]*$/.test(untrusted) &&
    !untrusted.includes('\\')
    ? untrusted
    : '/'
}

/** Returns the name of the user of this machine: the author of decisions where no one else signs in. */
function ownerName(): string {
  try {
    return userInfo().username
  } catch {
    // A container's user may have no name.
    return 'owner'
  }
}
