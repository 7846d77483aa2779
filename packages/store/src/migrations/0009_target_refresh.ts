import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/** How far a list of most used modules was read from a service. Frozen: a change is a new migration. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  `create table target_refresh (
    service text collate "C" primary key,
    min_dependents bigint not null,
    page integer not null,
    modules bigint not null,
    started_at timestamptz not null,
    updated_at timestamptz not null,
    finished_at timestamptz
  )`,
  `comment on table target_refresh is 'How far the list of most used modules was read from a service: one row a service.'`,
  `comment on column target_refresh.service is 'Base URL of the service.'`,
  `comment on column target_refresh.min_dependents is 'The figure at which the list ends.'`,
  `comment on column target_refresh.page is 'The last page whose modules are targets, counted from 1.'`,
  `comment on column target_refresh.modules is 'Modules on all pages so far.'`,
  `comment on column target_refresh.started_at is 'When the first page was asked for.'`,
  `comment on column target_refresh.updated_at is 'When the last page was saved.'`,
  `comment on column target_refresh.finished_at is 'When the end was reached; null while there is more to read.'`,
]
