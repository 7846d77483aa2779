import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/**
 * What is still to be asked about copies, what is known to be malicious, and why a finding has its severity. Frozen: a
 * change is a new migration.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  `create table copies_due (
    module_id bigint not null references module (id),
    version text collate "C" not null,
    due_at timestamptz not null,
    passed_on boolean not null default false,
    attempts smallint not null default 0,
    last_error text,
    primary key (module_id, version)
  )`,
  'create index copies_due_at on copies_due (due_at, module_id, version)',
  `comment on table copies_due is 'Versions whose zip was listed, and of which it was not asked yet what they are nearly copies of; a row goes when it was.'`,
  `comment on column copies_due.module_id is 'module.id'`,
  `comment on column copies_due.version is 'The version; it has a fingerprint.'`,
  `comment on column copies_due.due_at is 'When it is to be asked.'`,
  `comment on column copies_due.passed_on is 'True where it is asked again because a likely original came later; such a question is not passed on further.'`,
  `comment on column copies_due.attempts is 'Failed attempts so far.'`,
  `comment on column copies_due.last_error is 'Why the last attempt failed; null where none did.'`,
  `create table malicious_entry (
    source text not null,
    id text collate "C" not null,
    module text collate "C" not null,
    summary text not null,
    affected jsonb not null,
    published_at timestamptz,
    withdrawn_at timestamptz,
    imported_at timestamptz not null,
    primary key (source, id, module)
  )`,
  'create index malicious_entry_module on malicious_entry (module)',
  `comment on table malicious_entry is 'Imported entries of databases of malicious packages, one row an entry and module.'`,
  `comment on column malicious_entry.source is 'Name of the database, as given with the import.'`,
  `comment on column malicious_entry.id is 'The id of the entry in it, MAL-2025-47 say.'`,
  `comment on column malicious_entry.module is 'Module path that it names.'`,
  `comment on column malicious_entry.summary is 'One line of the entry.'`,
  `comment on column malicious_entry.affected is 'Which versions, as OSV writes it: versions (a list) and ranges (events each); both empty where it is every version.'`,
  `comment on column malicious_entry.published_at is 'When it was published; null where it does not say.'`,
  `comment on column malicious_entry.withdrawn_at is 'When it was taken back; null where it holds.'`,
  `comment on column malicious_entry.imported_at is 'When it was last imported.'`,
  `alter table finding add column because text[] not null default '{}'`,
  `comment on column finding.because is 'Why the severity is what it is: the row of docs/severity.md that decided, with its signals, then each honest explanation.'`,
  // Findings of before say why as soon as they are worked out again.
  `insert into assess_pending (module_id, since) select distinct module_id, now() from finding on conflict do nothing`,
  `create or replace view open_findings as
    select f.id, f.severity, f.severity_rank, m.path as module, f.target, f.summary, f.first_seen_at, f.changed_at,
           f.new_evidence_at, f.because
    from finding f join module m on m.id = f.module_id
    where f.status = 'open'`,
  `create or replace view new_findings as
    select o.* from open_findings o where o.first_seen_at >= now() - interval '7 days'`,
  `comment on column open_findings.because is 'Why the severity is what it is.'`,
  `comment on column new_findings.because is 'Why the severity is what it is.'`,
  `do $$
  begin
    grant select on copies_due, malicious_entry to mirrorwatch_reader;
  exception
    when undefined_object or insufficient_privilege then
      raise notice 'mirrorwatch_reader was not granted the new tables: %', sqlerrm;
  end
  $$`,
]
