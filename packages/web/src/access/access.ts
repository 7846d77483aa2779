import { noteTokenUse } from '@mirrorwatch/store/web/sessions'
import type { Context, MiddlewareHandler } from 'hono'
import type { Person, WebContext, WebEnv } from '../context.ts'
import { WebProblem } from '../problem.ts'
import { Attempts } from './attempts.ts'
import { createOidc, type Oidc } from './oidc.ts'
import { createOneTimeLink, type OneTimeLink } from './one-time-link.ts'
import { addressOf, createProxyPerson } from './proxy.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { openTokens, type Token, type Tokens } from './tokens.ts'

/** Everything about who may enter. Null for each way that is not configured. */
export interface Access {
  sessions: Sessions
  /** The link is the fallback where no other way is configured. */
  link: OneTimeLink | null
  tokens: Tokens | null
  oidc: Oidc | null
  /** Called after the link was used: there is a new one. */
  onLinkUsed: () => void
  /** Returns the token with this secret. Counts a failure. @throws WebProblem 403, 429 */
  useToken(c: Context<WebEnv>, untrustedSecret: string): Promise<Token>
  /** Counts failed attempts by the address of the client. @throws WebProblem 429 */
  limited<T>(c: Context<WebEnv>, attempt: () => T | null): T | null
  /** Returns who sends the request, or null. @throws WebProblem 401, 429 for a token that is not valid */
  personOf(c: Context<WebEnv>): Promise<Person | null>
  /** Sets `person` and `db`, or ends the request: a browser goes to the sign-in page. */
  requirePerson: MiddlewareHandler<WebEnv>
}

/** Time between two notes of a token's use. */
const NOTE_EVERY_MS = 60_000

/**
 * Creates the access control.
 *
 * @param port see {@link createSessions}
 * @throws PipelineError `bad-config` where the tokens file cannot be used
 */
export function createAccess(context: WebContext, port: number, onLinkUsed: () => void): Access {
  const { databases, clock, config } = context
  const { web, publicUrl } = config
  const sessions = createSessions(context, port)
  const tokens = web.tokensFile === null ? null : openTokens(web.tokensFile)
  const oidc =
    web.oidc === null || publicUrl === null ? null : createOidc(web.oidc, publicUrl, web.groupRoles)
  const proxyPerson = createProxyPerson(web)
  const isOpenByLink = tokens === null && oidc === null && web.proxy === null
  const limited = limitedBy(new Attempts(), context)
  const noteUse = createUseNotes(context)

  async function useToken(c: Context<WebEnv>, untrustedSecret: string): Promise<Token> {
    const token = limited(c, () => tokens?.find(untrustedSecret.trim(), clock()) ?? null)
    if (token === null)
      throw new WebProblem(401, 'This token is not valid.', { 'www-authenticate': 'Bearer' })
    await noteUse(token)
    return token
  }

  async function personOf(c: Context<WebEnv>): Promise<Person | null> {
    const [, bearer] = /^bearer (.+)$/i.exec(c.req.header('authorization') ?? '') ?? []
    if (bearer !== undefined) {
      const { name, role } = await useToken(c, bearer)
      return { name, role, via: 'token' }
    }
    return proxyPerson(c.env.incoming) ?? (await sessionPerson(c))
  }

  async function sessionPerson(c: Context<WebEnv>): Promise<Person | null> {
    const session = await sessions.find(c)
    if (session === null) return null
    const { name, role, via, tokenId } = session
    // A session does not outlive its token, nor the way by which it began.
    if (via === 'token' && !(tokenId !== null && tokens?.isValid(tokenId, clock()) === true)) return null
    if ((via === 'link' && !isOpenByLink) || (via === 'oidc' && oidc === null)) return null
    return { name, role, via }
  }

  return {
    sessions,
    link: isOpenByLink ? createOneTimeLink() : null,
    tokens,
    oidc,
    onLinkUsed,
    useToken,
    limited,
    personOf,
    async requirePerson(c, next) {
      const person = await personOf(c)
      if (person === null) {
        if (wantsPage(c.req.path, c.req.header('accept')))
          return c.redirect(`/sign-in?to=${returnPath(c)}`, 303)
        throw new WebProblem(401, 'Sign in, or send a bearer token.', { 'www-authenticate': 'Bearer' })
      }
      c.set('person', person)
      c.set('db', databases[person.role])
      return next()
    },
  }
}

function limitedBy(attempts: Attempts, { clock, metrics }: WebContext): Access['limited'] {
  return (c, attempt) => {
    const address = addressOf(c.env.incoming.socket.remoteAddress)
    attempts.check(address, clock().getTime())
    const result = attempt()
    if (result === null) {
      metrics.signInFailures.inc()
      attempts.failed(address, clock().getTime())
    }
    return result
  }
}

function createUseNotes({ databases, clock }: WebContext): (token: Token) => Promise<void> {
  const notedAt = new Map<string, number>()
  return async ({ id, name }) => {
    const now = clock()
    if (now.getTime() - (notedAt.get(id) ?? 0) < NOTE_EVERY_MS) return
    notedAt.set(id, now.getTime())
    await noteTokenUse(databases.web, id, name, now)
  }
}

function wantsPage(path: string, accept = ''): boolean {
  return !path.startsWith('/api/') && accept.includes('text/html')
}

/** Returns where a person wanted to go, for after the sign-in. */
function returnPath(c: Context): string {
  const { pathname, search } = new URL(c.req.url)
  return encodeURIComponent(c.req.method === 'GET' ? `${pathname}${search}` : '/')
}
