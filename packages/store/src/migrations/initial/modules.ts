import { LARGE, table } from './ddl.ts'

export const MODULES = [
  ...table('module', 'Every module path that the mirror has cached a version of.', {
    columns: {
      id: ['bigint generated always as identity primary key', 'Identity; stable, used by every other table.'],
      path: [
        'text collate "C" not null unique',
        'Module path, exactly as in the index feed (upper case kept, not escaped).',
      ],
      first_cached_at: ['timestamptz not null', 'When the mirror first cached a version of it.'],
      last_cached_at: ['timestamptz not null', 'When the mirror last cached a version of it.'],
      version_count: ['integer not null default 0', 'How many versions are known.'],
      latest_version: ['text collate "C"', 'Highest version by Go’s rules, where it has been worked out.'],
      dependents: ['bigint not null default 0', 'How many crawled modules require it directly.'],
      matched_at: ['timestamptz', 'When its path was compared with all targets; null: still to be done.'],
      declared_path: [
        'text collate "C"',
        'The module path that its own go.mod declares, where that was read and differs or not.',
      ],
      blocked_at: ['timestamptz', 'When the mirror refused it (403), if it did.'],
      repository_id: [
        'bigint references repository (id)',
        'Where it comes from: repository.id; null where that is unknown.',
      ],
      tag_prefix: [
        'text collate "C"',
        'What its tags have before the version: its directory with a slash, or nothing; null where that is unknown.',
      ],
      located_at: ['timestamptz', 'When its repository was last looked up; null: still to be done.'],
      printed_version: [
        'text collate "C"',
        'The version whose code was fingerprinted last, or could not be had; null: none was tried.',
      ],
    },
    indexes: {
      module_unmatched: '(id) where matched_at is null',
      module_unlocated: '(id) where located_at is null',
      module_repository: '(repository_id) where repository_id is not null',
      module_unprinted: '(dependents desc, id) where printed_version is null and dependents > 0',
    },
    storage: `fillfactor = 85, ${LARGE}`,
  }),
  ...table('version', 'Every module version that the mirror has cached.', {
    columns: {
      module_id: ['bigint not null', 'module.id'],
      version: ['text collate "C" not null', 'Version as in the index feed, pseudo-versions included.'],
      cached_at: ['timestamptz not null', 'When the mirror first cached it, to the microsecond.'],
      zip_sum: ['bytea', 'SHA-256 behind the h1: hash of the zip, from the checksum database; 32 bytes.'],
      gomod_sum: [
        'bytea',
        'SHA-256 behind the h1: hash of the go.mod file, from the checksum database; 32 bytes.',
      ],
      taken_down_at: ['timestamptz', 'When it was first noticed missing from the default feed.'],
      logged_only: [
        'boolean not null default false',
        'True while only the checksum database has brought it: cached_at is then an estimate.',
      ],
    },
    constraints: ['primary key (module_id, version)'],
    storage: LARGE,
  }),
  ...table('target', 'Modules that many others depend on, and so worth imitating.', {
    columns: {
      path: ['text collate "C" primary key', 'Module path.'],
      dependents: ['bigint not null', 'How many modules or packages depend on it, as its source counts.'],
      source: ['text not null', 'Where that figure comes from: built-in, import, crawl, …'],
      added_at: ['timestamptz not null', 'When it became a target.'],
      updated_at: ['timestamptz not null', 'When its figure last changed.'],
      matched_backwards_at: [
        'timestamptz',
        'When it was compared with every module path known then; null: still to be done.',
      ],
      matched_dependents: ['bigint', 'Its dependents then; twice as many, and it is compared again.'],
    },
    indexes: {
      target_dependents: '(dependents desc, path)',
      target_not_matched_backwards: '(path) where matched_backwards_at is null',
    },
  }),
  ...table(
    'target_refresh',
    'How far the list of most used modules was read from a service: one row a service.',
    {
      columns: {
        service: ['text collate "C" primary key', 'Base URL of the service.'],
        min_dependents: ['bigint not null', 'The figure at which the list ends.'],
        page: ['integer not null', 'The last page whose modules are targets, counted from 1.'],
        modules: ['bigint not null', 'Modules on all pages so far.'],
        started_at: ['timestamptz not null', 'When the first page was asked for.'],
        updated_at: ['timestamptz not null', 'When the last page was saved.'],
        finished_at: ['timestamptz', 'When the end was reached; null while there is more to read.'],
      },
    },
  ),
  ...table('requirement', 'What the latest go.mod of each crawled module requires directly.', {
    columns: {
      module_id: ['bigint not null references module (id)', 'The module whose go.mod it is: module.id'],
      path: ['text collate "C" not null', 'Module path that it requires.'],
    },
    constraints: ['primary key (module_id, path)'],
    indexes: { requirement_path: '(path)' },
    storage: LARGE,
  }),
  ...table('candidate', 'Pairs of names that can be confused, one row a rule.', {
    columns: {
      module_id: ['bigint not null references module (id)', 'The module whose name resembles: module.id'],
      target: ['text collate "C" not null', 'The path that it resembles.'],
      rule: ['text not null', 'Rule that says so; see the rule table in the documentation.'],
      strength: [
        "text not null check (strength in ('strong', 'medium', 'weak', 'candidate'))",
        'strong, medium, weak, or candidate (contents are compared; the name alone raises no alert).',
      ],
      distance: ['integer', 'Edits between the compared parts, for rules that count them.'],
      reason: ['text not null', 'One line for a person.'],
      first_seen_at: ['timestamptz not null', 'When the rule first said so.'],
    },
    constraints: ['primary key (module_id, target, rule)'],
    indexes: { candidate_target: '(target)' },
    storage: LARGE,
  }),
]
