import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/**
 * Views for the questions that a security team asks, and a role that can read everything and write nothing. Frozen: a
 * change is a new migration.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...VIEWS, ...COMMENTS, READER]) await sql.raw(statement).execute(db)
}

const VIEWS = [
  `create view open_findings as
    select f.id, f.severity, f.severity_rank, m.path as module, f.target, f.summary, f.first_seen_at, f.changed_at,
           f.new_evidence_at
    from finding f join module m on m.id = f.module_id
    where f.status = 'open'`,
  `create view new_findings as
    select o.* from open_findings o where o.first_seen_at >= now() - interval '7 days'`,
  `create view imitated_modules as
    select f.target, count(*) as findings,
           count(*) filter (where f.severity in ('critical', 'high')) as serious,
           min(f.severity_rank) as worst_rank, max(f.first_seen_at) as newest_at
    from finding f where f.target is not null and f.status <> 'dismissed'
    group by f.target`,
  `create view campaigns as
    select s.evidence ->> 'id' as campaign, s.evidence ->> 'kind' as kind, count(*) as modules,
           min(f.severity_rank) as worst_rank, min(m.first_cached_at) as first_cached_at,
           max(m.first_cached_at) as last_cached_at, array_agg(m.path order by m.path) as paths
    from signal s join finding f on f.id = s.finding_id join module m on m.id = f.module_id
    where s.rule = 'campaign' and s.withdrawn_at is null
    group by 1, 2`,
  `create view tag_drift as
    select m.path as module, s.version, m.dependents, f.id as finding, f.severity, s.evidence, s.first_seen_at
    from signal s join finding f on f.id = s.finding_id join module m on m.id = f.module_id
    where s.rule in ('cache-differs', 'cache-differs-harmless', 'tag-moved') and s.withdrawn_at is null`,
  `create view due_inspections as
    select m.path as module, s.version, s.priority, s.due_at, s.attempts, s.last_error_code, s.last_error
    from schedule s join module m on m.id = s.module_id
    where s.due_at <= now()`,
  `create view never_inspected as
    select m.path as module, s.version, s.priority, s.due_at, s.attempts, s.last_error_code, s.last_error
    from schedule s join module m on m.id = s.module_id
    where s.last_inspected_at is null`,
]

const COMMENTS = [
  `comment on view open_findings is 'Findings that wait for a decision.'`,
  `comment on view new_findings is 'Open findings of the last seven days.'`,
  `comment on view imitated_modules is 'How often each target is imitated, dismissed findings left out.'`,
  `comment on view campaigns is 'Copies that several owners published close in time.'`,
  `comment on view tag_drift is 'Versions whose repository no longer shows what is compiled.'`,
  `comment on view due_inspections is 'Versions whose inspection is due.'`,
  `comment on view never_inspected is 'Watched versions that no inspection has seen yet.'`,
  ...columns('open_findings', {
    id: 'finding.id',
    severity: 'critical, high, medium, low, info.',
    severity_rank: 'severity as a number for sorting: 0 critical … 4 info.',
    module: 'Module path.',
    target: 'What it imitates; null where the finding is about the module alone.',
    summary: 'One line for a person.',
    first_seen_at: 'When it was first found.',
    changed_at: 'When anything about it last changed.',
    new_evidence_at: 'When the severity rose above the one that had been decided on.',
  }),
]

function columns(view: string, texts: Record<string, string>): string[] {
  return Object.entries(texts).map(([column, text]) => `comment on column ${view}.${column} is '${text}'`)
}

/** A role that may not make roles (a managed database's, say) goes without; docs/findings.md has the statements. */
const READER = `do $$
begin
  if not exists (select from pg_roles where rolname = 'mirrorwatch_reader') then
    create role mirrorwatch_reader nologin;
  end if;
  grant usage on schema public to mirrorwatch_reader;
  grant select on all tables in schema public to mirrorwatch_reader;
  alter default privileges in schema public grant select on tables to mirrorwatch_reader;
exception
  when insufficient_privilege or duplicate_object or unique_violation then
    raise notice 'the role mirrorwatch_reader was not made: %', sqlerrm;
end
$$`
