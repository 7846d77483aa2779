import {
  repositoryChanges,
  repositoryModules,
  repositoryTags,
} from '@mirrorwatch/store/queries/page-repository'
import { repositoryByUrl } from '@mirrorwatch/store/repositories/repositories'
import type { WebApp, WebContext } from '../../context.ts'
import { WebProblem } from '../../problem.ts'
import { queryOf, viewerOf } from '../parts/viewer.ts'
import { repositoryPage } from './repository-page.ts'

/** Changes and modules that the page shows. */
const CHANGES = 200
const MODULES = 200

/** Adds the page of a repository. */
export function mountRepositories(app: WebApp, context: WebContext): void {
  app.get('/repositories', async (c) => {
    const { db } = c.var
    const repository = await repositoryByUrl(db, (queryOf(c).get('url') ?? '').slice(0, 2_000))
    if (repository === null) throw new WebProblem(404, 'No such repository is known.')
    const changes = await repositoryChanges(db, repository.id, CHANGES)
    const modules = await repositoryModules(db, repository.id, MODULES)
    const tags = await repositoryTags(db, repository.id)
    return c.html(repositoryPage(viewerOf(c, context), { repository, changes, modules, tags }))
  })
}
