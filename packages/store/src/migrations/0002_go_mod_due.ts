import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/**
 * What is still to be read of go.mod files. A table of its own instead of a column of `module`: rows come and go with
 * every new version, and `module` stays free of that churn. Frozen: a change is a new migration.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  `create table go_mod_due (
    module_id bigint primary key references module (id),
    due_at timestamptz not null,
    attempts smallint not null default 0
  )`,
  'create index go_mod_due_at on go_mod_due (due_at, module_id)',
  `comment on table go_mod_due is 'Modules with a new version whose go.mod was not read yet; a row goes when it was.'`,
  `comment on column go_mod_due.module_id is 'module.id'`,
  `comment on column go_mod_due.due_at is 'When it is to be read.'`,
  `comment on column go_mod_due.attempts is 'Failed attempts so far.'`,
]
