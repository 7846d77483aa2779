import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/**
 * What the crawler keeps beside its cursors: windows that several crawlers share, the heads of the checksum database, and
 * what of that database could not be believed. Frozen: a change is a new migration.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...TABLES, ...COMMENTS]) await sql.raw(statement).execute(db)
}

/** The new column has a constant default, so that adding it does not write 60 million rows. */
const TABLES = [
  `create table feed_window (
    name text primary key,
    feed text not null,
    kind text not null check (kind in ('follow', 'backfill', 'log-follow', 'log-backfill', 'listed')),
    since_position bigint not null,
    until_position bigint,
    lease_owner uuid,
    lease_until timestamptz,
    rate double precision,
    speed double precision,
    caught_up_at timestamptz,
    finished_at timestamptz,
    check (until_position > since_position)
  ) with (fillfactor = 50)`,
  `create index feed_window_open on feed_window (feed, kind, since_position) where finished_at is null`,
  `create table log_head (
    log text primary key,
    size bigint not null,
    hash bytea not null,
    note text not null,
    accepted_at timestamptz not null
  )`,
  `create table log_alarm (
    id bigint generated always as identity primary key,
    log text not null,
    kind text not null check (kind in ('signature', 'fork', 'went-back', 'records', 'two-sums')),
    message text not null,
    known_note text,
    seen bytea not null,
    seen_sha256 bytea not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    times integer not null default 1,
    unique (log, kind, seen_sha256)
  )`,
  `alter table version add column logged_only boolean not null default false`,
]

const COMMENTS = [
  `comment on table feed_window is 'Stretches of a feed that are read side by side, each by one crawler at a time.'`,
  ...columns('feed_window', {
    name: 'Name; also the name of its cursor: feed_cursor.feed',
    feed: 'The feed or checksum database that it is a stretch of: its URL.',
    kind: 'follow (the open end of the feed), backfill (a stretch of its past), log-follow and log-backfill (the same of the checksum database), listed (a round that looks for what was taken down).',
    since_position: 'Where it begins: microseconds since 1970, or a record number.',
    until_position: 'Where it ends, itself not included; null: nowhere.',
    lease_owner: 'Which reader has it.',
    lease_until: 'Until when, unless renewed; a reader that was killed loses it then.',
    rate: 'Entries read a second, smoothed.',
    speed: 'Positions passed a second, smoothed.',
    caught_up_at: 'When its end was last reached.',
    finished_at: 'When it had been read for good; null: still to be read.',
  }),
  `comment on table log_head is 'The last tree head of each checksum database that was proven to continue the one before.'`,
  ...columns('log_head', {
    log: 'Name of the key that signs it.',
    size: 'Records in the tree.',
    hash: 'Hash over all of them; 32 bytes.',
    note: 'The signed note that says so.',
    accepted_at: 'When it was accepted.',
  }),
  `comment on table log_alarm is 'What a checksum database answered that contradicts its own signed history: evidence, kept for good.'`,
  ...columns('log_alarm', {
    id: 'Identity.',
    log: 'Name of the key that signs it.',
    kind: 'signature (a head that is not signed), fork (a head that does not continue the known one), went-back (an older head than the known one), records (a tile that is not in the signed tree), two-sums (a version logged with two hashes).',
    message: 'One line for a person.',
    known_note: 'The head that was believed then.',
    seen: 'The answer, byte for byte.',
    seen_sha256: 'SHA-256 of the answer, by which repetitions are told.',
    first_seen_at: 'When it was first seen.',
    last_seen_at: 'When it was last seen.',
    times: 'How often it was seen.',
  }),
  `comment on column version.logged_only is 'True while only the checksum database has brought it: cached_at is then an estimate.'`,
]

function columns(table: string, texts: Record<string, string>): string[] {
  return Object.entries(texts).map(([column, text]) => `comment on column ${table}.${column} is '${text}'`)
}
