import { table } from './ddl.ts'

export const CRAWL = [
  ...table('feed_cursor', 'How far each feed has been read. Saved together with what was read.', {
    columns: {
      feed: ['text primary key', 'Name of the feed or of a window of it.'],
      position_micros: [
        'bigint not null',
        'Timestamp of the last entry that was saved: microseconds since 1970, or a record number.',
      ],
      seen_at_position: [
        'text[] not null',
        'Entries already saved that have exactly that timestamp, as path@version.',
      ],
      entries: ['bigint not null', 'Entries read so far, repeated ones included.'],
      pages: ['bigint not null', 'Pages read so far.'],
      updated_at: ['timestamptz not null', 'When the last page was saved.'],
    },
  }),
  ...table('feed_window', 'Stretches of a feed that are read side by side, each by one crawler at a time.', {
    columns: {
      name: ['text primary key', 'Name; also the name of its cursor: feed_cursor.feed'],
      feed: ['text not null', 'The feed or checksum database that it is a stretch of: its URL.'],
      kind: [
        "text not null check (kind in ('follow', 'backfill', 'log-follow', 'log-backfill', 'listed'))",
        'follow (the open end of the feed), backfill (a stretch of its past), log-follow and log-backfill (the same of the checksum database), listed (a round that looks for what was taken down).',
      ],
      since_position: ['bigint not null', 'Where it begins: microseconds since 1970, or a record number.'],
      until_position: ['bigint', 'Where it ends, itself not included; null: nowhere.'],
      rate: ['double precision', 'Entries read a second, smoothed.'],
      speed: ['double precision', 'Positions passed a second, smoothed.'],
      caught_up_at: ['timestamptz', 'When its end was last reached.'],
      finished_at: ['timestamptz', 'When it had been read for good; null: still to be read.'],
    },
    constraints: ['check (until_position > since_position)'],
    indexes: { feed_window_open: '(feed, kind, since_position) where finished_at is null' },
    storage: 'fillfactor = 50',
  }),
  ...table(
    'log_head',
    'The last tree head of each checksum database that was proven to continue the one before.',
    {
      columns: {
        log: ['text primary key', 'Name of the key that signs it.'],
        size: ['bigint not null', 'Records in the tree.'],
        hash: ['bytea not null', 'Hash over all of them; 32 bytes.'],
        note: ['text not null', 'The signed note that says so.'],
        accepted_at: ['timestamptz not null', 'When it was accepted.'],
      },
    },
  ),
  ...table(
    'log_alarm',
    'What a checksum database answered that contradicts its own signed history: evidence, kept for good.',
    {
      columns: {
        id: ['bigint generated always as identity primary key', 'Identity.'],
        log: ['text not null', 'Name of the key that signs it.'],
        kind: [
          "text not null check (kind in ('signature', 'fork', 'went-back', 'records', 'two-sums'))",
          'signature (a head that is not signed), fork (a head that does not continue the known one), went-back (an older head than the known one), records (a tile that is not in the signed tree), two-sums (a version logged with two hashes).',
        ],
        message: ['text not null', 'One line for a person.'],
        known_note: ['text', 'The head that was believed then.'],
        seen: ['bytea not null', 'The answer, byte for byte.'],
        seen_sha256: ['bytea not null', 'SHA-256 of the answer, by which repetitions are told.'],
        first_seen_at: ['timestamptz not null', 'When it was first seen.'],
        last_seen_at: ['timestamptz not null', 'When it was last seen.'],
        times: ['integer not null default 1', 'How often it was seen.'],
      },
      constraints: ['unique (log, kind, seen_sha256)'],
    },
  ),
]
