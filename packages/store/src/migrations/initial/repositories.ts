import { LARGE, table } from './ddl.ts'

export const REPOSITORIES = [
  /*
   * Touched at every look, of which an ecosystem needs 400,000 a day: narrow, without the list of tags, and vacuumed early. The
   * index on the due time keeps an update from staying on its page, so pages are not left empty for it.
   */
  ...table('repository', 'Every repository that a module comes from.', {
    columns: {
      id: ['bigint generated always as identity primary key', 'Identity; stable.'],
      url: [
        'text collate "C" not null unique',
        'Address that is asked: without `.git`, in lower case where the host ignores case.',
      ],
      state: [
        "text not null default 'unseen' check (state in ('unseen', 'present', 'moved', 'gone', 'private', 'unreachable'))",
        'unseen (never looked at), present, moved (the host redirects to moved_to), gone, private (or gone, where the host does not say), unreachable (for days).',
      ],
      moved_to: ['text', 'Address to which the host redirects.'],
      pace: [
        'smallint not null default 2 check (pace between 0 and 2)',
        'How often it is looked at: 0 hourly, 1 daily, 2 once a round.',
      ],
      due_at: ['timestamptz', 'When the next look is due; null: never again.'],
      looked_at: ['timestamptz', 'When it last answered, or was last found gone.'],
      state_since: ['timestamptz', 'When the state was first seen.'],
      attempts: ['smallint not null default 0', 'Failed looks in a row.'],
      last_error: ['text', 'Why the last look failed; null after a success.'],
      head: ['bytea', 'Commit of its HEAD at the last look that saw one.'],
      tags: ['integer not null default 0', 'Version tags at the last look.'],
      tags_at: ['timestamptz', 'When the list of tags last changed; null before the first.'],
      dependents: [
        'bigint not null default 0',
        'Dependents of its most depended-on module, at the last look.',
      ],
      baseline_at: [
        'timestamptz',
        'When the versions from before the first look were checked; null: still to be done.',
      ],
      baseline_cursor: [
        'text collate "C"',
        'The version last checked, as module id and version; null before the first.',
      ],
      baseline_retry_at: [
        'timestamptz',
        'When that check may go on after a failure; null where it did not fail.',
      ],
      baseline_error: ['text', 'Why the check of the old versions last failed; null where it did not.'],
    },
    indexes: {
      repository_due: '(pace, due_at) where due_at is not null',
      repository_baseline:
        "(dependents desc, id desc) where baseline_at is null and tags_at is not null and state in ('present', 'moved')",
    },
    storage: LARGE,
  }),
  ...table('repository_tags', 'The version tags of each repository: written only where they have changed.', {
    columns: {
      repository_id: ['bigint primary key references repository (id)', 'repository.id'],
      packed: ['bytea not null', 'Names and commits; packages/store/src/repositories/tag-list.ts reads it.'],
    },
    storage: LARGE,
  }),
  // Commit ids are random: trying to compress them costs time and saves nothing.
  'alter table repository_tags alter column packed set storage external',
  ...table(
    'repository_event',
    'What happened to repositories and to the tags of known versions, one row a change.',
    {
      columns: {
        id: ['bigint generated always as identity primary key', 'Identity, in order of time.'],
        repository_id: ['bigint not null references repository (id)', 'repository.id'],
        kind: [
          "text not null check (kind in ('tag-moved', 'tag-vanished', 'tag-returned', 'gone', 'returned', 'reborn', 'moved', 'moved-back'))",
          'tag-moved (names another commit), tag-vanished, tag-returned (with the same commit), gone (deleted or private), returned (with the same history), reborn (present with another history), moved (the host redirects elsewhere), moved-back (it no longer does).',
        ],
        tag: [`text collate "C" not null default ''`, 'The tag; empty for what happened to the repository.'],
        from_value: ['text', 'The commit that the tag named before, or the address before.'],
        to_value: ['text', 'The commit that the tag names since, or the address since; for gone the answer.'],
        last_seen_at: ['timestamptz', 'The last look that showed the state before.'],
        first_seen_at: ['timestamptz not null', 'The first look that showed the state since.'],
      },
      indexes: {
        repository_event_repository: '(repository_id, tag, id)',
        repository_event_at: '(first_seen_at)',
      },
    },
  ),
]
