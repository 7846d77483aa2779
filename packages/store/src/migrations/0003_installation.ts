import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/** One row that tells this database from every other. Frozen: a change is a new migration. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  `create table installation (
    only_one boolean primary key default true check (only_one),
    id uuid not null default gen_random_uuid(),
    created_at timestamptz not null default now()
  )`,
  'insert into installation default values',
  `comment on table installation is 'This installation of mirrorwatch: exactly one row.'`,
  `comment on column installation.only_one is 'Always true: keeps the table at one row.'`,
  `comment on column installation.id is 'Names this installation where something is shared with others, a Redis say.'`,
  `comment on column installation.created_at is 'When it was set up.'`,
]
