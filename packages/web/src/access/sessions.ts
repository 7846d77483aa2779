import { createHash, randomBytes } from 'node:crypto'
import { endSession, findSession, saveSession, type WebSession } from '@mirrorwatch/store/web/sessions'
import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { CookieOptions } from 'hono/utils/cookie'
import type { WebContext, WebEnv } from '../context.ts'

/** A working day and a bit; after it, a person signs in again. */
const LIFETIME_MS = 12 * 3_600_000

/** Sessions of browsers: a random cookie, whose hash is a row of the store. */
export interface Sessions {
  /** Starts a session and sets its cookie. */
  begin(c: Context<WebEnv>, session: WebSession): Promise<void>
  /** Returns the session of the request's cookie, or null. */
  find(c: Context<WebEnv>): Promise<WebSession | null>
  /** Ends the session of the request's cookie. */
  end(c: Context<WebEnv>): Promise<void>
  /** Returns name and options of a further cookie of this server. */
  cookie(what: string): { name: string; options: CookieOptions }
}

/** Creates the sessions. @param port distinguishes several servers on this machine, which share their cookies */
export function createSessions({ config, databases, clock }: WebContext, port: number): Sessions {
  const { web: db } = databases
  // A browser keeps a `__Host-` cookie to this host, path / and TLS.
  const isTls = config.publicUrl?.startsWith('https:') === true
  const name = isTls ? '__Host-mirrorwatch' : `mirrorwatch-${port}`
  const options = { path: '/', httpOnly: true, sameSite: 'Lax', secure: isTls } as const
  return {
    cookie: (what) => ({ name: `${name}-${what}`, options }),
    async begin(c, session) {
      const id = randomBytes(32).toString('base64url')
      const now = clock()
      const expiresAt = new Date(now.getTime() + LIFETIME_MS)
      await saveSession(db, hashOf(id), session, { now, expiresAt })
      setCookie(c, name, id, { ...options, maxAge: LIFETIME_MS / 1000 })
    },
    async find(c) {
      const untrustedId = getCookie(c, name)
      return untrustedId === undefined ? null : findSession(db, hashOf(untrustedId), clock())
    },
    async end(c) {
      const untrustedId = getCookie(c, name)
      if (untrustedId !== undefined) await endSession(db, hashOf(untrustedId))
      deleteCookie(c, name, options)
    },
  }
}

function hashOf(untrustedId: string): Buffer {
  return createHash('sha256').update(untrustedId).digest()
}
