/** Roles, each with what it may do. A reader reads everything and writes nothing. */
export const ROLES = [
  'insert into installation default values',
  role('mirrorwatch_reader', [
    'grant usage on schema public to mirrorwatch_reader',
    'grant select on all tables in schema public to mirrorwatch_reader',
    'alter default privileges in schema public grant select on tables to mirrorwatch_reader',
  ]),
  // A worker reads everything and writes rows; it makes, changes and drops no table. It cannot delete findings, their
  // history, alerts or deliveries, nor change a person's decisions: allow entries and the decision's columns.
  role('mirrorwatch_worker', [
    'grant usage on schema public to mirrorwatch_worker',
    'grant select, insert, update, delete on all tables in schema public to mirrorwatch_worker',
    'alter default privileges in schema public grant select, insert, update, delete on tables to mirrorwatch_worker',
    'revoke insert, update, delete on allow_entry, watch_entry, decision, idempotency_key, installation, kysely_migration, kysely_migration_lock from mirrorwatch_worker',
    // The sweep ends expired entries.
    'grant update (ended_at) on allow_entry to mirrorwatch_worker',
    'revoke update, delete on finding, finding_history from mirrorwatch_worker',
    'revoke delete on signal, alert, alert_finding, delivery from mirrorwatch_worker',
    `execute (
      select 'grant update (' || string_agg(quote_ident(attname), ', ') || ') on finding to mirrorwatch_worker'
      from pg_attribute
      where attrelid = 'finding'::regclass and attnum > 0 and not attisdropped and attgenerated = ''
        and attname not in ('id', 'module_id', 'target', 'first_seen_at', 'status')
        and attname <> 'assignee' and attname not like 'decided%' and attname not like 'decision%'
    )`,
  ]),
  // Triage decides, and keeps the allowed names; each decision asks for a new assessment.
  role('mirrorwatch_triage', [
    'grant usage on schema public to mirrorwatch_triage',
    'grant select on all tables in schema public to mirrorwatch_triage',
    'alter default privileges in schema public grant select on tables to mirrorwatch_triage',
    `grant update (status, assignee, decided_by, decided_at, decision_reason, decision_kind, decision_until, decision_id,
       decided_severity, new_evidence_at, changed_at) on finding to mirrorwatch_triage`,
    'grant insert on finding_history, decision to mirrorwatch_triage',
    'grant update (undone_by) on decision to mirrorwatch_triage',
    'grant insert, delete on idempotency_key to mirrorwatch_triage',
    'grant insert, update, delete on allow_entry, watch_entry to mirrorwatch_triage',
    'grant insert, update on due_work to mirrorwatch_triage',
  ]),
  // The page's own notes: who is signed in, when tokens were last used, and its turns at the rate limits.
  role('mirrorwatch_web', [
    'grant usage on schema public to mirrorwatch_web',
    'grant select, insert, update, delete on web_session, token_use, upstream_turn to mirrorwatch_web',
  ]),
  revokeFrom(['mirrorwatch_reader', 'mirrorwatch_worker', 'mirrorwatch_triage'], 'all on web_session'),
  revokeFrom(['mirrorwatch_reader', 'mirrorwatch_worker'], 'all on idempotency_key'),
]

/** Takes rights from those of `roles` that exist. */
function revokeFrom(roles: string[], rights: string): string {
  const revokes = roles.map(
    (name) => `if exists (select from pg_roles where rolname = '${name}') then
    revoke ${rights} from ${name};
  end if;`,
  )
  return `do $$
begin
  ${revokes.join('\n  ')}
end
$$`
}

/** A user who may not make roles (on a managed database) has them made first: infra/postgres/roles.sql. */
function role(name: string, grants: string[]): string {
  return `do $$
begin
  if not exists (select from pg_roles where rolname = '${name}') then
    begin
      create role ${name} nologin;
    exception
      -- Roles belong to the whole cluster: another database may have made it just now.
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
