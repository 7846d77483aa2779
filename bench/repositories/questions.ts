import { backlogs } from '@mirrorwatch/store/queries/backlog'
import {
  coverage,
  moduleEvents,
  repositoryEvents,
  repositoryState,
  tagEvents,
  tagsOf,
} from '@mirrorwatch/store/queries/repositories'
import { dueBaselines, readBaseline, uncheckedVersions } from '@mirrorwatch/store/repositories/baseline'
import { vanishedTags } from '@mirrorwatch/store/repositories/events'
import { dueRepositories, repositoryToLook } from '@mirrorwatch/store/repositories/looks'
import { unlocatedModules } from '@mirrorwatch/store/tables/modules'
import type { Question } from '../harness/plans.ts'
import { pathOf } from './synthetic.ts'

const NOW = new Date()
const SOME = 4242

/** Questions of the scheduler, the stages and people about repositories. */
export const QUESTIONS: readonly Question[] = [
  { name: 'repositories due for a look', grows: 'rows', ask: (db) => dueRepositories(db, NOW, 2_000) },
  { name: 'repositories due for a baseline', grows: 'rows', ask: (db) => dueBaselines(db, NOW, 2_000) },
  { name: 'modules without a repository', grows: 'rows', ask: (db) => unlocatedModules(db, 0, 2_000) },
  { name: 'metrics: what waits', grows: 'rows', ask: (db) => backlogs(db, NOW, NOW) },
  { name: 'a repository to look at', grows: 'rows', ask: (db) => repositoryToLook(db, SOME, NOW) },
  { name: 'vanished tags among 20', grows: 'rows', ask: (db) => vanishedTags(db, SOME, SOME_TAGS) },
  { name: 'where a baseline stands', grows: 'rows', ask: (db) => readBaseline(db, SOME) },
  { name: 'versions of a baseline', grows: 'rows', ask: (db) => uncheckedVersions(db, SOME, null, 200) },
  { name: 'events of a module', grows: 'rows', ask: (db) => moduleEvents(db, SOME) },
  {
    name: 'a repository by its URL',
    grows: 'rows',
    ask: (db) => repositoryState(db, `https://${pathOf(SOME)}`),
  },
  { name: 'its tags', grows: 'rows', ask: (db) => tagsOf(db, SOME) },
  { name: 'its events', grows: 'rows', ask: (db) => repositoryEvents(db, SOME, 100) },
  { name: 'the newest 100 events', grows: 'rows', ask: (db) => tagEvents(db, { limit: 100 }) },
  { name: 'coverage (doctor, report, every 10 minutes for metrics)', grows: 'all', ask: coverage },
]

const SOME_TAGS = Array.from({ length: 20 }, (_, k) => `v1.${k}.0`)
