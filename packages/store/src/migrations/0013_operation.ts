import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/**
 * Who runs the scheduler, what finds old evidence, and the roles of workers and of people who triage. Frozen: a change is a
 * new migration.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...LEASE, RETENTION, READER, WORKER, TRIAGE]) await sql.raw(statement).execute(db)
}

const LEASE = [
  `create table lease (
    name text primary key,
    holder text not null,
    taken_at timestamptz not null,
    until timestamptz not null
  ) with (fillfactor = 50)`,
  `comment on table lease is 'Tasks that one process does for all, and which one that is.'`,
  `comment on column lease.name is 'The task.'`,
  `comment on column lease.holder is 'The process that does it: application, machine, process id, and something random.'`,
  `comment on column lease.taken_at is 'Since when.'`,
  `comment on column lease.until is 'Until when it alone does so; moved on while it lives.'`,
]

const RETENTION = `create index comparison_compared on comparison (compared_at, module_id)`

/** Granted once more: where two databases of one cluster were set up at once, one had lost its grants with the role. */
const READER = role('mirrorwatch_reader', [
  'grant usage on schema public to mirrorwatch_reader',
  'grant select on all tables in schema public to mirrorwatch_reader',
  'alter default privileges in schema public grant select on tables to mirrorwatch_reader',
])

/**
 * A worker reads everything and writes rows; it makes, changes and drops no table. Findings, their history, alerts and
 * deliveries it cannot delete, and a person's decisions (allow entries, the decision's columns) it cannot change.
 */
const WORKER = role('mirrorwatch_worker', [
  'grant usage on schema public to mirrorwatch_worker',
  'grant select, insert, update, delete on all tables in schema public to mirrorwatch_worker',
  'alter default privileges in schema public grant select, insert, update, delete on tables to mirrorwatch_worker',
  'revoke insert, update, delete on allow_entry, installation, kysely_migration, kysely_migration_lock from mirrorwatch_worker',
  'revoke update, delete on finding, finding_history from mirrorwatch_worker',
  'revoke delete on signal, alert, alert_finding, delivery from mirrorwatch_worker',
  `execute (
    select 'grant update (' || string_agg(quote_ident(attname), ', ') || ') on finding to mirrorwatch_worker'
    from pg_attribute
    where attrelid = 'finding'::regclass and attnum > 0 and not attisdropped and attgenerated = ''
      and attname not in ('id', 'module_id', 'target', 'first_seen_at', 'status')
      and attname not like 'decided%' and attname not like 'decision%'
  )`,
])

/** Decisions with their history, and names that are known to be honest: with them goes the wish to assess anew. */
const TRIAGE = role('mirrorwatch_triage', [
  'grant usage on schema public to mirrorwatch_triage',
  'grant select on all tables in schema public to mirrorwatch_triage',
  'alter default privileges in schema public grant select on tables to mirrorwatch_triage',
  `grant update (status, decided_by, decided_at, decision_reason, decided_severity, new_evidence_at, changed_at)
     on finding to mirrorwatch_triage`,
  'grant insert on finding_history to mirrorwatch_triage',
  'grant insert, update, delete on allow_entry to mirrorwatch_triage',
  'grant insert, update on assess_pending to mirrorwatch_triage',
])

/** Whoever may not make roles (on a managed database, say) makes them first: infra/postgres/roles.sql. */
function role(name: string, grants: string[]): string {
  return `do $$
begin
  if not exists (select from pg_roles where rolname = '${name}') then
    begin
      create role ${name} nologin;
    exception
      -- Roles are the whole cluster's: another database has made it in this moment.
      when duplicate_object or unique_violation then null;
    end;
  end if;
  ${grants.join(';\n  ')};
exception
  when insufficient_privilege or undefined_object then
    raise notice 'the role ${name} was not made: %', sqlerrm;
end
$$`
}
