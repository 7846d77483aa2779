import { createRoute, z } from '@hono/zod-openapi'
import { findingsOn } from '@mirrorwatch/store/queries/known-findings'
import { repositoryEvents, repositoryState } from '@mirrorwatch/store/queries/repositories'
import { inspectionsOf } from '@mirrorwatch/store/tables/inspections'
import { moduleByPath, versionsOf } from '@mirrorwatch/store/tables/modules'
import { listTargets } from '@mirrorwatch/store/tables/targets'
import { WebProblem } from '../problem.ts'
import { cursorOf, positionOf } from './cursor.ts'
import type { ApiRouter } from './router.ts'
import {
  answers,
  cursor,
  limit,
  modulePath,
  next,
  severity as severityShape,
  status as statusShape,
  time,
} from './shapes.ts'

const nullable = z.string().nullable()

const moduleRoute = createRoute({
  method: 'get',
  path: '/modules',
  tags: ['modules'],
  summary: 'Returns what is known of one module, with its findings.',
  request: { query: z.object({ path: modulePath }) },
  responses: answers(
    'The module.',
    z
      .object({
        path: z.string(),
        firstCachedAt: time,
        lastCachedAt: time,
        versions: z.number(),
        latestVersion: nullable,
        dependents: z.number(),
        declaredPath: nullable,
        blockedAt: time.nullable(),
        findings: z.array(
          z.object({
            id: z.number(),
            target: nullable,
            severity: severityShape,
            status: statusShape,
            summary: z.string(),
          }),
        ),
      })
      .openapi('Module'),
  ),
})

const versionsRoute = createRoute({
  method: 'get',
  path: '/versions',
  tags: ['modules'],
  summary:
    'Returns the versions of one module, oldest in the mirror first, with the verdict of the latest inspection.',
  request: { query: z.object({ module: modulePath }) },
  responses: answers(
    'Its versions.',
    z.object({
      versions: z.array(
        z
          .object({
            version: z.string(),
            cachedAt: time,
            zipSum: nullable,
            goModSum: nullable,
            takenDownAt: time.nullable(),
            verdict: nullable,
          })
          .openapi('Version'),
      ),
    }),
  ),
})

const targetsRoute = createRoute({
  method: 'get',
  path: '/targets',
  tags: ['modules'],
  summary: 'Lists the high-dependent modules, most dependents first.',
  request: { query: z.object({ search: z.string().max(200).optional(), limit, cursor }) },
  responses: answers(
    'A page of targets.',
    z.object({
      targets: z.array(
        z
          .object({ path: z.string(), dependents: z.number(), source: z.string(), addedAt: time })
          .openapi('Target'),
      ),
      next,
    }),
  ),
})

/** Events that one answer has. */
const MAX_EVENTS = 1_000

const repositoryRoute = createRoute({
  method: 'get',
  path: '/repositories',
  tags: ['modules'],
  summary: 'Returns what is known of one repository.',
  request: { query: z.object({ url: z.url({ protocol: /^https?$/ }).max(2_000) }) },
  responses: answers(
    'The repository.',
    z
      .object({
        url: z.string(),
        state: z.string(),
        movedTo: nullable,
        lookedAt: time.nullable(),
        head: nullable,
        tags: z.number(),
        modules: z.array(z.string()),
        events: z
          .array(
            z.object({
              kind: z.string(),
              tag: nullable,
              from: nullable,
              to: nullable,
              lastSeenAt: time.nullable(),
              firstSeenAt: time,
            }),
          )
          .openapi({
            description: 'What happened to the repository (`tag` null) and to its tags, newest first.',
          }),
      })
      .openapi('Repository'),
  ),
})

const position = z.object({ dependents: z.int(), path: z.string().max(1_000) })

export function mountModules(api: ApiRouter): void {
  api.openapi(moduleRoute, async (c) => {
    const { path } = c.req.valid('query')
    const found = await moduleByPath(c.var.db, path)
    if (found === null) throw new WebProblem(404, `The module ${path} is not known.`)
    const findings = (await findingsOn(c.var.db, [path])).map(
      ({ id, target, severity, status, summary }) => ({ id, target, severity, status, summary }),
    )
    const { firstCachedAt, lastCachedAt, versionCount, latestVersion, dependents, declaredPath, blockedAt } =
      found
    const facts = { firstCachedAt, lastCachedAt, versions: versionCount, latestVersion, dependents }
    return c.json({ path, ...facts, declaredPath, blockedAt, findings }, 200)
  })
  api.openapi(versionsRoute, async (c) => {
    const { module: path } = c.req.valid('query')
    const found = await moduleByPath(c.var.db, path)
    if (found === null) throw new WebProblem(404, `The module ${path} is not known.`)
    const verdicts = new Map<string, string>()
    for (const { version, verdict } of await inspectionsOf(c.var.db, found.id)) verdicts.set(version, verdict)
    const versions = (await versionsOf(c.var.db, found.id)).map((each) => ({
      version: each.version,
      cachedAt: each.cachedAt,
      zipSum: each.zipSum,
      goModSum: each.gomodSum,
      takenDownAt: each.takenDownAt,
      verdict: verdicts.get(each.version) ?? null,
    }))
    return c.json({ versions }, 200)
  })
  api.openapi(targetsRoute, async (c) => {
    const { search, limit: size, cursor: untrustedCursor } = c.req.valid('query')
    const after = positionOf(untrustedCursor, position)
    const page = {
      limit: size + 1,
      ...(after === null ? {} : { after }),
      ...(search === undefined ? {} : { search }),
    }
    const rows = await listTargets(c.var.db, page)
    const shown = rows.slice(0, size)
    const last = rows.length > size ? shown.at(-1) : undefined
    const nextPosition = last === undefined ? null : { dependents: last.dependents, path: last.path }
    const targets = shown.map(({ path, dependents, source, addedAt }) => ({
      path,
      dependents,
      source,
      addedAt,
    }))
    return c.json({ targets, next: cursorOf(nextPosition) }, 200)
  })
  api.openapi(repositoryRoute, async (c) => {
    const { url } = c.req.valid('query')
    const found = await repositoryState(c.var.db, url)
    if (found === null) throw new WebProblem(404, `The repository ${url} is not known.`)
    const { state, movedTo, lookedAt, head, tags, modules } = found
    const events = (await repositoryEvents(c.var.db, found.id, MAX_EVENTS)).map(
      ({ kind, tag, from, to, lastSeenAt, firstSeenAt }) => ({
        kind,
        tag,
        from,
        to,
        lastSeenAt,
        firstSeenAt,
      }),
    )
    return c.json({ url: found.url, state, movedTo, lookedAt, head, tags, modules, events }, 200)
  })
}
