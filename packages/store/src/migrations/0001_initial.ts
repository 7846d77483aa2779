import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { CRAWL } from './initial/crawl.ts'
import { DECISIONS } from './initial/decisions.ts'
import { FINDINGS } from './initial/findings.ts'
import { INSPECTIONS } from './initial/inspections.ts'
import { MODULES } from './initial/modules.ts'
import { READINGS } from './initial/readings.ts'
import { REPOSITORIES } from './initial/repositories.ts'
import { REPOSITORY_VIEWS } from './initial/repository-views.ts'
import { ROLES } from './initial/roles.ts'
import { VIEWS } from './initial/views.ts'
import { WEB } from './initial/web.ts'
import { WORK } from './initial/work.ts'

/**
 * Makes all tables, views and roles.
 *
 * Ready for 60 million versions of 2.2 million modules: ids are bigint identities. `version` and `schedule` have no foreign
 * key: every row is inserted from a join with `module`, whose rows are never deleted, and the check would be paid 60 million
 * times. Text keys are collated "C": byte order is the same on every server and the cheapest to compare.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    ...REPOSITORIES,
    ...MODULES,
    ...CRAWL,
    ...INSPECTIONS,
    ...READINGS,
    ...DECISIONS,
    ...FINDINGS,
    ...WORK,
    ...WEB,
    ...VIEWS,
    ...REPOSITORY_VIEWS,
    ...ROLES,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}
