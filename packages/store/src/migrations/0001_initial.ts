import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/**
 * The first schema. Frozen: a change is a new migration.
 *
 * Ready for 60 million versions of 2.2 million modules: ids are bigint identities, `version` and `schedule` have no
 * foreign key (every row is inserted from a join with `module`, whose rows are never deleted, and the check would be paid
 * 60 million times), text keys are collated "C" (byte order: the same on every server, and the cheapest to compare).
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...TABLES, ...INDEXES, ...COMMENTS]) await sql.raw(statement).execute(db)
}

const TABLES = [
  `create table module (
    id bigint generated always as identity primary key,
    path text collate "C" not null unique,
    first_cached_at timestamptz not null,
    last_cached_at timestamptz not null,
    version_count integer not null default 0,
    latest_version text collate "C",
    dependents bigint not null default 0,
    matched_at timestamptz,
    declared_path text collate "C",
    blocked_at timestamptz
  ) with (fillfactor = 85)`,
  `create table version (
    module_id bigint not null,
    version text collate "C" not null,
    cached_at timestamptz not null,
    zip_sum bytea,
    gomod_sum bytea,
    taken_down_at timestamptz,
    primary key (module_id, version)
  )`,
  `create table feed_cursor (
    feed text primary key,
    position_micros bigint not null,
    seen_at_position text[] not null,
    entries bigint not null,
    pages bigint not null,
    updated_at timestamptz not null
  )`,
  `create table target (
    path text collate "C" primary key,
    dependents bigint not null,
    source text not null,
    added_at timestamptz not null,
    updated_at timestamptz not null,
    matched_backwards_at timestamptz
  )`,
  `create table requirement (
    module_id bigint not null references module (id),
    path text collate "C" not null,
    primary key (module_id, path)
  )`,
  `create table candidate (
    module_id bigint not null references module (id),
    target text collate "C" not null,
    rule text not null,
    strength text not null check (strength in ('strong', 'medium', 'weak', 'candidate')),
    distance integer,
    reason text not null,
    first_seen_at timestamptz not null,
    primary key (module_id, target, rule)
  )`,
  `create table schedule (
    module_id bigint not null,
    version text collate "C" not null,
    priority smallint not null check (priority between 0 and 9),
    due_at timestamptz,
    step smallint not null default 0,
    attempts smallint not null default 0,
    last_error_code text,
    last_error text,
    last_inspected_at timestamptz,
    primary key (module_id, version)
  ) with (fillfactor = 85)`,
  `create table inspection (
    id bigint generated always as identity primary key,
    module_id bigint not null references module (id),
    version text collate "C" not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    times integer not null default 1,
    verdict text not null check (verdict in
      ('same', 'differs', 'tag-moved', 'tag-missing', 'repository-missing', 'unverifiable')),
    expected_sum text,
    repository_sum text,
    repository text,
    commit_id text,
    reason text not null,
    files jsonb not null,
    notes jsonb not null,
    observations jsonb not null
  )`,
  `create table comparison (
    module_id bigint not null references module (id),
    version text collate "C" not null,
    target text collate "C" not null,
    target_version text collate "C" not null,
    result jsonb not null,
    compared_at timestamptz not null,
    primary key (module_id, version, target, target_version)
  )`,
  `create table finding (
    id bigint generated always as identity primary key,
    module_id bigint not null references module (id),
    target text collate "C",
    severity text not null check (severity in ('critical', 'high', 'medium', 'low', 'info')),
    severity_rank smallint not null generated always as (
      case severity when 'critical' then 0 when 'high' then 1 when 'medium' then 2 when 'low' then 3 else 4 end
    ) stored,
    status text not null default 'open' check (status in ('open', 'confirmed', 'dismissed')),
    summary text not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    changed_at timestamptz not null,
    decided_by text,
    decided_at timestamptz,
    decision_reason text,
    decided_severity text check (decided_severity in ('critical', 'high', 'medium', 'low', 'info')),
    new_evidence_at timestamptz,
    unique nulls not distinct (module_id, target)
  )`,
  `create table signal (
    finding_id bigint not null references finding (id),
    rule text not null,
    version text collate "C" not null default '',
    evidence jsonb not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    withdrawn_at timestamptz,
    primary key (finding_id, rule, version)
  )`,
  `create table finding_history (
    id bigint generated always as identity primary key,
    finding_id bigint not null references finding (id),
    at timestamptz not null,
    kind text not null check (kind in
      ('created', 'severity', 'signal-added', 'signal-withdrawn', 'status', 'summary')),
    from_value text,
    to_value text,
    author text,
    reason text
  )`,
  `create table allow_entry (
    id bigint generated always as identity primary key,
    kind text not null check (kind in ('pair', 'owner', 'path')),
    module text not null,
    target text,
    reason text not null,
    author text not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    check ((kind = 'pair') = (target is not null)),
    unique nulls not distinct (kind, module, target)
  )`,
  `create table assess_pending (
    module_id bigint primary key references module (id),
    since timestamptz not null,
    ticket bigint generated always as identity
  )`,
]

const INDEXES = [
  'create index module_unmatched on module (id) where matched_at is null',
  'create index target_dependents on target (dependents desc, path)',
  'create index target_not_matched_backwards on target (path) where matched_backwards_at is null',
  'create index requirement_path on requirement (path)',
  'create index candidate_target on candidate (target)',
  'create index schedule_due on schedule (priority, due_at) where due_at is not null',
  'create index schedule_failed on schedule (module_id, version) where last_error_code is not null',
  'create index inspection_latest on inspection (module_id, version, id desc)',
  'create index finding_order on finding (severity_rank, changed_at desc, id desc)',
  'create index finding_changed on finding (changed_at)',
  'create index finding_target on finding (target) where target is not null',
  'create index signal_rule on signal (rule) where withdrawn_at is null',
  'create index finding_history_finding on finding_history (finding_id, id)',
  'create index finding_history_at on finding_history (at)',
  'create index assess_pending_since on assess_pending (since, module_id)',
]

const COMMENTS = [
  ...describe('module', 'Every module path that the mirror has cached a version of.', {
    id: 'Identity; stable, used by every other table.',
    path: 'Module path, exactly as in the index feed (upper case kept, not escaped).',
    first_cached_at: 'When the mirror first cached a version of it.',
    last_cached_at: 'When the mirror last cached a version of it.',
    version_count: 'How many versions are known.',
    latest_version: 'Highest version by Go’s rules, where it has been worked out.',
    dependents: 'How many crawled modules require it directly.',
    matched_at: 'When its path was compared with all targets; null: still to be done.',
    declared_path: 'The module path that its own go.mod declares, where that was read and differs or not.',
    blocked_at: 'When the mirror refused it (403), if it did.',
  }),
  ...describe('version', 'Every module version that the mirror has cached.', {
    module_id: 'module.id',
    version: 'Version as in the index feed, pseudo-versions included.',
    cached_at: 'When the mirror first cached it, to the microsecond.',
    zip_sum: 'SHA-256 behind the h1: hash of the zip, from the checksum database; 32 bytes.',
    gomod_sum: 'SHA-256 behind the h1: hash of the go.mod file, from the checksum database; 32 bytes.',
    taken_down_at: 'When it was first noticed missing from the default feed.',
  }),
  ...describe('feed_cursor', 'How far each feed has been read. Saved together with what was read.', {
    feed: 'Name of the feed or of a window of it.',
    position_micros:
      'Timestamp of the last entry that was saved: microseconds since 1970, or a record number.',
    seen_at_position: 'Entries already saved that have exactly that timestamp, as path@version.',
    entries: 'Entries read so far, repeated ones included.',
    pages: 'Pages read so far.',
    updated_at: 'When the last page was saved.',
  }),
  ...describe('target', 'Modules that many others depend on, and so worth imitating.', {
    path: 'Module path.',
    dependents: 'How many modules or packages depend on it, as its source counts.',
    source: 'Where that figure comes from: built-in, import, crawl, …',
    added_at: 'When it became a target.',
    updated_at: 'When its figure last changed.',
    matched_backwards_at: 'When it was compared with every module path known then; null: still to be done.',
  }),
  ...describe('requirement', 'What the latest go.mod of each crawled module requires directly.', {
    module_id: 'The module whose go.mod it is: module.id',
    path: 'Module path that it requires.',
  }),
  ...describe('candidate', 'Pairs of names that can be confused, one row a rule.', {
    module_id: 'The module whose name resembles: module.id',
    target: 'The path that it resembles.',
    rule: 'Rule that says so; see the rule table in the documentation.',
    strength: 'strong, medium, weak, or candidate (worth comparing contents, no alert by name).',
    distance: 'Edits between the compared parts, for rules that count them.',
    reason: 'One line for a person.',
    first_seen_at: 'When the rule first said so.',
  }),
  ...describe('schedule', 'When each watched version is to be inspected (again).', {
    module_id: 'module.id',
    version: 'The version to look at.',
    priority: '0 is most urgent, 9 least.',
    due_at: 'When it is due; null: never again.',
    step: 'How far along the re-inspection ladder it is.',
    attempts: 'Failed attempts since the last success.',
    last_error_code: 'Code of the last failure; null after a success.',
    last_error: 'Message of the last failure; null after a success.',
    last_inspected_at: 'When it was last inspected with success.',
  }),
  ...describe(
    'inspection',
    'What was seen on looking at a version; a new row only where it differs from the last look.',
    {
      id: 'Identity; the highest of a version is the latest.',
      module_id: 'module.id',
      version: 'The version looked at.',
      first_seen_at: 'First look with this outcome.',
      last_seen_at: 'Last look with this outcome.',
      times: 'Looks with this outcome in a row.',
      verdict:
        'Cached zip against repository: same, differs, tag-moved, tag-missing, repository-missing, unverifiable.',
      expected_sum: 'h1: hash of the cached zip.',
      repository_sum: 'h1: hash that the repository would give today, where it was worked out.',
      repository: 'Repository URL.',
      commit_id: 'Commit that the tag (or pseudo-version) names today.',
      reason: 'One line for a person.',
      files: 'Files that differ: path, change, diff.',
      notes: 'Facts that lower or explain.',
      observations: 'Facts for the assessment, as the inspection stage wrote them.',
    },
  ),
  ...describe('comparison', 'A look-alike’s zip compared with its target’s.', {
    module_id: 'The look-alike: module.id',
    version: 'Its version.',
    target: 'Module path of the original.',
    target_version: 'Version of the original.',
    result: 'What is shared and what differs.',
    compared_at: 'When they were compared.',
  }),
  ...describe(
    'finding',
    'What a person decides on: everything seen about one module and, where it imitates one, one target.',
    {
      id: 'Identity; the number shown everywhere.',
      module_id: 'The module: module.id',
      target: 'The path that it imitates; null where the finding is about the module alone.',
      severity: 'critical, high, medium, low, info: worked out from the signals that hold now.',
      severity_rank: 'severity as a number for sorting: 0 critical … 4 info.',
      status: 'open, confirmed or dismissed: a person’s decision.',
      summary: 'One line for a person.',
      first_seen_at: 'When it was first found.',
      last_seen_at: 'When its signals were last seen.',
      changed_at: 'When severity, summary, signals, evidence or status last changed.',
      decided_by: 'Who decided.',
      decided_at: 'When.',
      decision_reason: 'Why.',
      decided_severity: 'The severity that the decision was about.',
      new_evidence_at: 'When the severity rose above the decided one: the decision wants a second look.',
    },
  ),
  ...describe('signal', 'One fact with its evidence, behind a finding.', {
    finding_id: 'finding.id',
    rule: 'Which kind of fact; see the signal table in the documentation.',
    version: 'The version that it was seen on; empty for facts about the module path.',
    evidence: 'The evidence.',
    first_seen_at: 'When it was first seen.',
    last_seen_at: 'When it was last seen.',
    withdrawn_at: 'When it was no longer so; null while it holds.',
  }),
  ...describe('finding_history', 'Every change of a finding.', {
    id: 'Identity, in order of time.',
    finding_id: 'finding.id',
    at: 'When.',
    kind: 'created, severity, signal-added, signal-withdrawn, status, summary.',
    from_value: 'The value before.',
    to_value: 'The value after; for signals the rule and, after an @, the version.',
    author: 'Who, for decisions.',
    reason: 'Why, for decisions.',
  }),
  ...describe('allow_entry', 'Names that are known to be honest, so that nobody is alerted.', {
    id: 'Identity.',
    kind: 'pair (module and target), owner (every module of one), path (one module).',
    module: 'Module path, or owner as host/owner.',
    target: 'The target of a pair.',
    reason: 'Why it is honest.',
    author: 'Who says so.',
    created_at: 'Since when.',
    expires_at: 'Until when; null: for good.',
  }),
  ...describe(
    'assess_pending',
    'Modules about which something was learned since their findings were worked out.',
    {
      module_id: 'module.id',
      since: 'Since when.',
      ticket:
        'Changes whenever something new is learned, so that what arrives during an assessment is not forgotten.',
    },
  ),
]

function describe(table: string, what: string, columns: Record<string, string>): string[] {
  const texts = Object.entries(columns).map(
    ([column, text]) => `comment on column ${table}.${column} is '${text}'`,
  )
  return [`comment on table ${table} is '${what}'`, ...texts]
}
