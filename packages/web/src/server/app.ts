import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Access } from '../access/access.ts'
import { mountSignIn } from '../access/sign-in.ts'
import { mountApi } from '../api/api.ts'
import { mountAssets } from '../assets/assets.ts'
import type { WebApp, WebContext, WebEnv } from '../context.ts'
import { mountPages } from '../pages/pages.ts'
import { WebProblem } from '../problem.ts'
import { countRequests } from './count.ts'
import { failureResponse, notFoundResponse } from './failures.ts'
import { securityHeaders } from './headers.ts'
import { hostCheck, originCheck } from './same-site.ts'
import { oneByOne, turnsOfPersons } from './turns.ts'

/** Largest body of a request. The largest real one is a go.sum file or a bill of materials, of a few MB. */
const MAX_BODY_BYTES = 8 * 1024 * 1024

/** Builds the application: checks first, then what needs no sign-in, then sign-in, then pages and API. */
export function createApp(context: WebContext, access: Access): WebApp {
  const { publicUrl } = context.config
  const app = new Hono<WebEnv>()
  app.onError((error, c) => failureResponse(context, error, c))
  app.notFound(notFoundResponse)
  app.use(oneByOne(), countRequests(context))
  app.use(securityHeaders(publicUrl?.startsWith('https:') === true))
  app.use(hostCheck(publicUrl), originCheck(publicUrl))
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge }))
  app.get('/healthz', (c) => c.text('ok\n'))
  mountAssets(app)
  mountSignIn(app, access)
  app.use(access.requirePerson, turnsOfPersons())
  mountApi(app, context)
  mountPages(app, context)
  return app
}

function tooLarge(): never {
  throw new WebProblem(413, `A request may have at most ${MAX_BODY_BYTES} bytes.`)
}
