import type { HttpBindings } from '@hono/node-server'
import type { Config } from '@mirrorwatch/pipeline/config/config'
import type { Role } from '@mirrorwatch/pipeline/config/web-variables'
import type { Logger } from '@mirrorwatch/pipeline/observe/log'
import type { Metrics } from '@mirrorwatch/pipeline/observe/metrics'
import type { Clients } from '@mirrorwatch/pipeline/service/clients'
import type { RoleDatabases } from '@mirrorwatch/store/connect/roles'
import type { Db } from '@mirrorwatch/store/database'
import type { Hono } from 'hono'

/** Dependencies of all routes, one set for each process. */
export interface WebContext {
  config: Config
  log: Logger
  clock: () => Date
  /** One pool for each role; a route takes the one of its person, {@link WebEnv}. */
  databases: RoleDatabases
  /** Clients of the module proxy and of code hosts, with the rate limits of all workers. */
  clients: Pick<Clients, 'proxy' | 'verify'>
  metrics: Pick<Metrics, 'webRequests' | 'webSeconds' | 'signInFailures'>
}

/** The person or token that asks, and the way of signing in. */
export interface Person {
  /** The author of this person's decisions. */
  name: string
  role: Role
  via: 'link' | 'token' | 'proxy' | 'oidc'
}

/** Hono's environment of every route behind the sign-in. */
export interface WebEnv {
  Bindings: HttpBindings
  Variables: {
    person: Person
    /** The pool of the person's role: a reader's cannot write. */
    db: Db
    requestId: string
  }
}

/** The application to which pages and API add their routes. */
export type WebApp = Hono<WebEnv>
