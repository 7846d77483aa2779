import { etag } from 'hono/etag'
import type { WebApp, WebContext } from '../context.ts'
import { mountAllow } from './allow.ts'
import { mountCampaigns } from './campaigns.ts'
import { mountDecisions } from './decisions.ts'
import { mountDeny } from './deny.ts'
import { mountFindings } from './findings.ts'
import { mountModules } from './modules.ts'
import { mountMatch } from './names.ts'
import { mountReports } from './reports.ts'
import { type ApiRouter, createRouter } from './router.ts'
import { mountVerify } from './sums.ts'
import { mountWatch } from './watch.ts'

const API_PATH = '/api/v1'

/** Head of the OpenAPI description. */
const DESCRIPTION = {
  openapi: '3.1.0',
  info: {
    title: 'mirrorwatch',
    version: '1',
    description:
      'Findings about look-alike Go modules and about cached zips that differ from their repository.',
  },
  servers: [{ url: API_PATH }],
  security: [{ bearer: [] }],
}

/** Builds the API with all its routes. */
function createApi(context: WebContext): ApiRouter {
  const api = createRouter()
  api.openAPIRegistry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' })
  api.use(etag())
  mountFindings(api)
  mountDecisions(api, context)
  mountCampaigns(api)
  mountModules(api)
  mountAllow(api, context)
  mountWatch(api, context)
  mountReports(api, context)
  mountVerify(api)
  mountMatch(api, context)
  mountDeny(api, context)
  return api
}

/** Adds the API below {@link API_PATH}, with its own description. */
export function mountApi(app: WebApp, context: WebContext): void {
  const api = createApi(context)
  // Made once, when it is first asked for: that takes a hundred requests' time.
  let text: string | null = null
  api.get('/openapi.json', (c) => {
    text ??= JSON.stringify(api.getOpenAPI31Document(DESCRIPTION))
    return c.body(text, 200, { 'content-type': 'application/json' })
  })
  app.route(API_PATH, api)
}

/** Returns the OpenAPI description, for the committed file. */
export function openApiDocument(): unknown {
  // Routes read the context when they are asked, or a part of it that they are built with; none is asked here.
  const context = { databases: {}, config: {}, clock: () => new Date() } as WebContext
  return createApi(context).getOpenAPI31Document(DESCRIPTION)
}
