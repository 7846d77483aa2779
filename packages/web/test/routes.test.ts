import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { readConfig } from '@mirrorwatch/pipeline/config/config'
import { createLogger } from '@mirrorwatch/pipeline/observe/log'
import { createMetrics } from '@mirrorwatch/pipeline/observe/metrics'
import type { RoleDatabases } from '@mirrorwatch/store/connect/roles'
import { createAccess } from '../src/access/access.ts'
import { createToken } from '../src/access/tokens.ts'
import type { WebContext } from '../src/context.ts'
import { createApp } from '../src/server/app.ts'
import { ask, cookieOf, type LabServer, openWebLab, type WebLab } from './web-lab.ts'

/** People who may use a route: anyone, anyone who has signed in, or only those who may decide. */
type Kind = 'open' | 'read' | 'write'

/** Every route of the page and the API. A new one without a line here fails the test. */
const ROUTES: Record<string, Kind> = {
  'GET /healthz': 'open',
  'GET /assets/:name': 'open',
  'GET /sign-in': 'open',
  'POST /sign-in': 'open',
  'GET /enter': 'open',
  'GET /sign-in/oidc': 'open',
  'GET /sign-in/oidc/callback': 'open',
  'GET /': 'read',
  'GET /reports/:week': 'read',
  'GET /findings': 'read',
  'GET /search': 'read',
  'POST /findings/decide': 'write',
  'POST /decisions/undo': 'write',
  'GET /findings/:id': 'read',
  'GET /findings/:id/report': 'read',
  'GET /findings/:id/osv.json': 'read',
  'POST /findings/:id/notes': 'write',
  'GET /modules/*': 'read',
  'GET /targets/*': 'read',
  'GET /owners/*': 'read',
  'GET /campaigns/:id': 'read',
  'GET /repositories': 'read',
  'GET /zips/*': 'read',
  'GET /allow': 'read',
  'POST /allow': 'write',
  'POST /allow/:id/remove': 'write',
  'GET /watch': 'read',
  'POST /watch': 'write',
  'POST /watch/:id/remove': 'write',
  'GET /audit': 'read',
  'GET /audit.csv': 'read',
  'GET /audit.jsonl': 'read',
  'GET /feeds/findings.atom': 'read',
  'GET /api/v1/openapi.json': 'read',
  'GET /api/v1/findings': 'read',
  'GET /api/v1/findings/count': 'read',
  'GET /api/v1/findings/:id': 'read',
  'GET /api/v1/findings/:id/history': 'read',
  'POST /api/v1/findings/:id/decision': 'write',
  'POST /api/v1/findings/:id/notes': 'write',
  'POST /api/v1/decisions': 'write',
  'POST /api/v1/decisions/:id/undo': 'write',
  'GET /api/v1/decisions': 'read',
  'GET /api/v1/campaigns': 'read',
  'GET /api/v1/modules': 'read',
  'GET /api/v1/versions': 'read',
  'GET /api/v1/targets': 'read',
  'GET /api/v1/repositories': 'read',
  'GET /api/v1/allow': 'read',
  'POST /api/v1/allow': 'write',
  'DELETE /api/v1/allow/:id': 'write',
  'GET /api/v1/watch': 'read',
  'POST /api/v1/watch': 'write',
  'DELETE /api/v1/watch/:id': 'write',
  'GET /api/v1/reports': 'read',
  'GET /api/v1/reports/:week': 'read',
  'GET /api/v1/deny': 'read',
  // Questions that need a body.
  'POST /api/v1/verify': 'read',
  'POST /api/v1/match': 'read',
  // Last, because it ends the session.
  'POST /sign-out': 'open',
}

suite('every role on every route', () => {
  let lab: WebLab
  let server: LabServer
  let tokensFile: string
  let now = new Date('2026-11-28T08:00:00Z')
  /** Headers of each person. */
  let people: Record<string, Record<string, string>>

  before(async () => {
    lab = await openWebLab()
    tokensFile = path.join(lab.folder, 'tokens')
    const made = {
      reader: createToken('reader', 'reader', new Date('2099-01-01')),
      triage: createToken('triage', 'triage', new Date('2099-01-01')),
      removed: createToken('removed', 'triage', new Date('2099-01-01')),
    }
    const { removed, ...kept } = made
    writeFileSync(
      tokensFile,
      Object.values(made)
        .map(({ line }) => line)
        .join('\n'),
    )
    server = await lab.start({ MIRRORWATCH_WEB_TOKENS_FILE: tokensFile }, () => now)
    const session = async ({ secret }: { secret: string }): Promise<string> => {
      const headers = { origin: server.url, 'content-type': 'application/x-www-form-urlencoded' }
      const answer = await ask(`${server.url}/sign-in`, { method: 'POST', headers, body: `token=${secret}` })
      assert.equal(answer.status, 303)
      return cookieOf(answer)
    }
    const expiredSession = await session(made.triage)
    now = new Date(now.getTime() + 13 * 3_600_000)
    const bearer = ({ secret }: { secret: string }) => ({ authorization: `Bearer ${secret}` })
    people = {
      nobody: {},
      'an expired session': { cookie: expiredSession },
      'a session of a removed token': { cookie: await session(removed) },
      'a token of a reader': bearer(made.reader),
      'a session of a reader': { cookie: await session(made.reader) },
      'a token of a triage person': bearer(made.triage),
      'a session of a triage person': { cookie: await session(made.triage) },
    }
    writeFileSync(
      tokensFile,
      Object.values(kept)
        .map(({ line }) => line)
        .join('\n'),
    )
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
    await lab[Symbol.asyncDispose]()
  })

  /** Returns the routes of the application under each way of signing in. */
  function routesOfRouter(): string[] {
    const ways = [
      {},
      { MIRRORWATCH_WEB_TOKENS_FILE: tokensFile },
      {
        MIRRORWATCH_OIDC_ISSUER: 'http://127.0.0.1:1',
        MIRRORWATCH_OIDC_CLIENT_ID: 'x',
        MIRRORWATCH_PUBLIC_URL: 'http://127.0.0.1:1',
      },
    ]
    const found = ways.flatMap((env) => {
      const context: WebContext = {
        config: readConfig(env, lab.folder),
        log: createLogger('silent'),
        clock: () => now,
        databases: {} as RoleDatabases,
        clients: {} as WebContext['clients'],
        metrics: createMetrics(),
      }
      const app = createApp(
        context,
        createAccess(context, 1, () => undefined),
      )
      return app.routes
        .filter(({ method }) => method !== 'ALL')
        .map((route) => `${route.method} ${route.path}`)
    })
    return [...new Set(found)]
  }

  function statusOf(route: string, headers: Record<string, string>, origin = server.url): Promise<number> {
    const [method = '', where = ''] = route.split(' ')
    const url =
      server.url +
      where
        .replace(':week', '2026-W47')
        .replaceAll(/:\w+(\{[^}]*\})?/g, '1')
        .replace('*', 'x/y')
    const sent = method === 'GET' ? headers : { ...headers, origin }
    return ask(url, { method, headers: sent }).then(({ status }) => status)
  }

  test('the router and the table have the same routes', () => {
    assert.deepEqual(routesOfRouter().toSorted(), Object.keys(ROUTES).toSorted())
  })

  test('strangers enter nowhere, readers write nowhere, and no role meets a failure', async () => {
    const wrong: string[] = []
    for (const [route, kind] of Object.entries(ROUTES)) {
      // Routes of other ways to sign in do not exist on this server.
      if (kind === 'open' && /enter|oidc/.test(route)) continue
      for (const [person, headers] of Object.entries(people)) {
        const status = await statusOf(route, headers)
        const isStranger = /nobody|expired|removed/.test(person)
        const isOpen = route === 'POST /sign-in' ? status === 401 : status !== 401 && status !== 403
        const isRight =
          kind === 'open'
            ? isOpen
            : isStranger
              ? status === 401
              : kind === 'write' && person.includes('reader')
                ? status === 403
                : status !== 401 && status !== 403
        if (!isRight || status >= 500) wrong.push(`${person} on ${route}: ${status}`)
      }
    }
    assert.deepEqual(wrong, [])
  })

  test('no write is taken from another site, or from one that does not say where it comes from', async () => {
    const { 'a session of a triage person': headers = {} } = people
    for (const [route, kind] of Object.entries(ROUTES)) {
      if (kind !== 'write') continue
      assert.equal(await statusOf(route, headers, 'https://evil.example'), 403, route)
      assert.equal(await statusOf(route, headers, 'null'), 403, route)
    }
  })
})
