import { repositoryEvents, repositoryState, tagsOf } from '@mirrorwatch/store/queries/repositories'
import type { WebApp, WebContext } from '../../context.ts'
import { WebProblem } from '../../problem.ts'
import { queryOf, viewerOf } from '../parts/viewer.ts'
import { repositoryPage } from './repository-page.ts'

/** Events that the page shows. */
const EVENTS = 200

/** Adds the page of a repository. */
export function mountRepositories(app: WebApp, context: WebContext): void {
  app.get('/repositories', async (c) => {
    const { db } = c.var
    const repository = await repositoryState(db, (queryOf(c).get('url') ?? '').slice(0, 2_000))
    if (repository === null) throw new WebProblem(404, 'No such repository is known.')
    const events = await repositoryEvents(db, repository.id, EVENTS)
    const tags = await tagsOf(db, repository.id)
    return c.html(repositoryPage(viewerOf(c, context), { repository, events, tags }))
  })
}
