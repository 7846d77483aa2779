import { LARGE, table } from './ddl.ts'

export const INSPECTIONS = [
  ...table(
    'inspection',
    'What was seen on looking at a version; a new row only where it differs from the last look.',
    {
      columns: {
        id: [
          'bigint generated always as identity primary key',
          'Identity; the highest of a version is the latest.',
        ],
        module_id: ['bigint not null references module (id)', 'module.id'],
        version: ['text collate "C" not null', 'The version looked at.'],
        first_seen_at: ['timestamptz not null', 'First look with this outcome.'],
        last_seen_at: ['timestamptz not null', 'Last look with this outcome.'],
        times: ['integer not null default 1', 'Looks with this outcome in a row.'],
        verdict: [
          "text not null check (verdict in ('same', 'differs', 'tag-moved', 'tag-missing', 'repository-missing', 'unverifiable'))",
          'Cached zip against repository: same, differs, tag-moved, tag-missing, repository-missing, unverifiable.',
        ],
        expected_sum: ['text', 'h1: hash of the cached zip.'],
        repository_sum: ['text', 'h1: hash that the repository would give today, where it was worked out.'],
        repository: ['text', 'Repository URL.'],
        commit_id: ['text', 'Commit that the tag (or pseudo-version) names today.'],
        reason: ['text not null', 'One line for a person.'],
        files: ['jsonb not null', 'Files that differ: path, change, diff.'],
        notes: ['jsonb not null', 'Facts that lower or explain.'],
        observations: ['jsonb not null', 'Facts for the assessment, as the inspection stage wrote them.'],
      },
      indexes: { inspection_latest: '(module_id, version, id desc)', inspection_last_seen: '(last_seen_at)' },
      storage: LARGE,
    },
  ),
  ...table('comparison', 'A look-alike’s zip compared with its target’s.', {
    columns: {
      module_id: ['bigint not null references module (id)', 'The look-alike: module.id'],
      version: ['text collate "C" not null', 'Its version.'],
      target: ['text collate "C" not null', 'Module path of the original.'],
      target_version: ['text collate "C" not null', 'Version of the original.'],
      result: ['jsonb not null', 'What is shared and what differs.'],
      compared_at: ['timestamptz not null', 'When they were compared.'],
    },
    constraints: ['primary key (module_id, version, target, target_version)'],
    indexes: { comparison_target: '(target)', comparison_compared: '(compared_at, module_id)' },
  }),
  ...table('fingerprint', 'What a version’s zip consists of: names, sizes and checksums, no contents.', {
    columns: {
      module_id: ['bigint not null references module (id)', 'module.id'],
      version: ['text collate "C" not null', 'The version whose zip it is.'],
      files: ['integer not null', 'Files in the zip.'],
      bytes: ['bigint not null', 'Bytes of all files together.'],
      listing: ['bytea not null', 'The packed list; packages/detect/src/clone/fingerprint.ts reads it.'],
      taken_at: ['timestamptz not null', 'When the zip’s directory was read.'],
    },
    constraints: ['primary key (module_id, version)'],
  }),
  'alter table fingerprint alter column listing set compression pglz',
  /*
   * Features are rows and not an array under GIN, although that would be half as large (about 72 bytes a feature, 5 GB for
   * 2.2 million modules). A b-tree can be asked for the first few modules of a feature, so a file that every module has costs
   * as little as one that two have; GIN reads a posting list to its end.
   */
  ...table(
    'fingerprint_feature',
    'Which modules have a file in common: one row a file that says something.',
    {
      columns: {
        feature: ['bigint not null', 'Hash of a file’s checksum and size.'],
        module_id: [
          'bigint not null references module (id)',
          'A module with such a file in one of its versions: module.id',
        ],
      },
      constraints: ['primary key (feature, module_id)'],
    },
  ),
  ...table('known_refresh', 'Archives of known malicious modules that were read.', {
    columns: {
      source: ['text primary key', 'Address of the archive.'],
      etag: ['text', 'ETag of the last answer: an unchanged archive is not read again.'],
      read_at: ['timestamptz not null', 'When it was last read.'],
    },
  }),
  ...table(
    'malicious_entry',
    'Imported entries of databases of malicious packages, one row an entry and module.',
    {
      columns: {
        source: ['text not null', 'Name of the database, as given with the import.'],
        id: ['text collate "C" not null', 'The id of the entry in it, MAL-2025-47 say.'],
        module: ['text collate "C" not null', 'Module path that it names.'],
        summary: ['text not null', 'One line of the entry.'],
        affected: [
          'jsonb not null',
          'Which versions, as OSV writes it: versions (a list) and ranges (events each); both empty where it is every version.',
        ],
        published_at: ['timestamptz', 'When it was published; null where it does not say.'],
        withdrawn_at: ['timestamptz', 'When it was taken back; null where it holds.'],
        imported_at: ['timestamptz not null', 'When it was last imported.'],
      },
      constraints: ['primary key (source, id, module)'],
      indexes: { malicious_entry_module: '(module)' },
    },
  ),
]
