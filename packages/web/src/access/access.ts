import { userInfo } from 'node:os'
import type { MiddlewareHandler } from 'hono'
import type { Person, WebContext, WebEnv } from '../context.ts'
import { WebProblem } from '../problem.ts'
import { Attempts } from './attempts.ts'
import { createOneTimeLink, type OneTimeLink } from './one-time-link.ts'
import { createSessions, type Sessions } from './sessions.ts'

/** Everything about who may enter. */
export interface Access {
  sessions: Sessions
  attempts: Attempts
  /** Null where another way to sign in is configured. */
  link: OneTimeLink | null
  /** Called after the link was used, with the new one. */
  onLinkUsed: () => void
  clock: () => Date
  /** Sets `person` and `db`, or ends the request: a browser goes to the sign-in page. */
  requirePerson: MiddlewareHandler<WebEnv>
}

/** Creates the access control. @param port see {@link createSessions} */
export function createAccess(context: WebContext, port: number, onLinkUsed: () => void): Access {
  const sessions = createSessions(context, port)
  const { databases, clock } = context
  return {
    sessions,
    attempts: new Attempts(),
    link: createOneTimeLink(),
    onLinkUsed,
    clock,
    async requirePerson(c, next) {
      const person: Person | null = await sessions.find(c)
      if (person === null) {
        if (!wantsPage(c.req.path, c.req.header('accept'))) {
          throw new WebProblem(401, 'Sign in, or send a bearer token.', { 'www-authenticate': 'Bearer' })
        }
        return c.redirect(`/sign-in?to=${encodeURIComponent(new URL(c.req.url).pathname)}`, 303)
      }
      c.set('person', person)
      c.set('db', databases[person.role])
      return next()
    },
  }
}

function wantsPage(path: string, accept = ''): boolean {
  return !path.startsWith('/api/') && accept.includes('text/html')
}

/** Ends the request of a person who may only read. */
export const requireTriage: MiddlewareHandler<WebEnv> = async (c, next) => {
  if (c.var.person.role !== 'triage') throw new WebProblem(403, 'Your role may read, not decide.')
  await next()
}

/** Returns the name of the user of this machine: the author of decisions where no one else signs in. */
export function ownerName(): string {
  try {
    return userInfo().username
  } catch {
    // A container's user may have no name.
    return 'owner'
  }
}
