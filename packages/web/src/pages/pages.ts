import type { WebApp, WebContext } from '../context.ts'
import { mountFeeds } from './feeds/routes.ts'
import { mountFinding } from './finding/routes.ts'
import { mountFindings } from './findings/routes.ts'
import { mountAllow } from './lists/allow-routes.ts'
import { mountAudit } from './lists/audit-routes.ts'
import { mountWatch } from './lists/watch-routes.ts'
import { mountRepositories } from './modules/repository-routes.ts'
import { mountModules } from './modules/routes.ts'
import { mountOverview } from './overview/routes.ts'
import { mountZips } from './zips/routes.ts'

/** Adds the pages. Every route here is behind the sign-in: `c.var.person` asks, and `c.var.db` may do what that role may. */
export function mountPages(app: WebApp, context: WebContext): void {
  mountOverview(app, context)
  mountFindings(app, context)
  mountFinding(app, context)
  mountModules(app, context)
  mountRepositories(app, context)
  mountZips(app, context)
  mountAllow(app, context)
  mountWatch(app, context)
  mountAudit(app, context)
  mountFeeds(app, context)
}
