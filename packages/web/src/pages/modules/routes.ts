import { ownerPrefix, parseOwner } from '@mirrorwatch/gomod/paths/owner'
import { countFindings, type FindingFilter, listFindings } from '@mirrorwatch/store/queries/findings-list'
import {
  dependentsOf,
  modulesBelow,
  type VersionPosition,
  versionRows,
} from '@mirrorwatch/store/queries/page-module'
import { targetByPath } from '@mirrorwatch/store/queries/page-target'
import { moduleByPath } from '@mirrorwatch/store/tables/modules'
import type { WebApp, WebContext } from '../../context.ts'
import { WebProblem } from '../../problem.ts'
import { countText } from '../findings/list-page.ts'
import { moduleLink, ownerLink } from '../parts/links.ts'
import { pathIn, queryOf, viewerOf } from '../parts/viewer.ts'
import { campaignPage } from './campaign-page.ts'
import { modulePage } from './module-page.ts'
import { ownerPage } from './owner-page.ts'
import { targetPage } from './target-page.ts'

const FINDINGS = 50
const VERSIONS = 100
const MODULES = 200
const COUNT_UP_TO = 1_000

/** Adds the pages of modules, targets, owners and campaigns. */
export function mountModules(app: WebApp, context: WebContext): void {
  app.get('/modules/*', async (c) => {
    const path = pathIn(c, '/modules/')
    const module = await moduleByPath(c.var.db, path)
    if (module === null) throw new WebProblem(404, 'No such module has been seen in the feed.')
    const after = versionPosition(queryOf(c))
    const findings = await listFindings(c.var.db, { module: path }, { limit: FINDINGS, withoutSignals: true })
    const [target, dependents, versions] = [
      await targetByPath(c.var.db, path),
      await dependentsOf(c.var.db, path),
      await versionRows(c.var.db, module.id, { limit: VERSIONS, after }),
    ]
    const last = versions.length < VERSIONS ? undefined : versions.at(-1)
    const nextVersions =
      last === undefined
        ? null
        : `${moduleLink(path)}?before=${encodeURIComponent(last.cachedAt)}&version=${encodeURIComponent(last.version)}`
    return c.html(
      modulePage(viewerOf(c, context), {
        module,
        findings: findings.findings,
        target,
        dependents,
        versions,
        nextVersions,
      }),
    )
  })

  app.get('/targets/*', async (c) => {
    const path = pathIn(c, '/targets/')
    const { db } = c.var
    const found = await listFindings(db, { target: path }, { limit: FINDINGS, withoutSignals: true })
    const target = await targetByPath(db, path)
    if (target === null && found.findings.length === 0) throw new WebProblem(404, 'No such target is known.')
    const count = countText(
      found.next === null
        ? { count: found.findings.length, more: false }
        : await countFindings(db, { target: path }, COUNT_UP_TO),
    )
    const dependents = await dependentsOf(db, path)
    const data = { path, target, findings: found.findings, count, more: found.next !== null, dependents }
    return c.html(targetPage(viewerOf(c, context), data))
  })

  app.get('/owners/*', async (c) => {
    const owner = parseOwner(pathIn(c, '/owners/'))
    const filter: FindingFilter = { owner }
    const { findings } = await listFindings(c.var.db, filter, { limit: FINDINGS, withoutSignals: true })
    const modules = await modulesBelow(c.var.db, ownerPrefix(`${owner}/repository`), {
      limit: MODULES,
      after: queryOf(c).get('after'),
    })
    const last = modules.length < MODULES ? undefined : modules.at(-1)
    const nextModules =
      last === undefined ? null : `${ownerLink(owner)}?after=${encodeURIComponent(last.path)}`
    return c.html(ownerPage(viewerOf(c, context), { owner, findings, modules, nextModules }))
  })

  app.get('/campaigns/:id', async (c) => {
    const id = c.req.param('id')
    const { findings, next } = await listFindings(c.var.db, { campaign: id }, { limit: FINDINGS })
    if (findings.length === 0) throw new WebProblem(404, 'No such campaign is known.')
    return c.html(campaignPage(viewerOf(c, context), { id, findings, more: next !== null }))
  })
}

function versionPosition(query: URLSearchParams): VersionPosition | null {
  const [cachedAt, version] = [query.get('before'), query.get('version')]
  if (cachedAt === null || version === null || Number.isNaN(Date.parse(cachedAt))) return null
  return { cachedAt, version }
}
