import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/** What module zips consist of, and an index for "which modules is this nearly a copy of?". Frozen: a change is a new migration. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

/**
 * Features are rows and not an array under GIN, although that would be half as large (about 72 bytes a feature, 5 GB for
 * 2.2 million modules): a b-tree can be asked for the first few modules of a feature, so a file that everybody has costs as
 * little as one that two have; GIN reads a posting list to its end.
 */
const STATEMENTS = [
  `create table fingerprint (
    module_id bigint not null references module (id),
    version text collate "C" not null,
    files integer not null,
    bytes bigint not null,
    listing bytea not null,
    taken_at timestamptz not null,
    primary key (module_id, version)
  )`,
  'alter table fingerprint alter column listing set compression pglz',
  `create table fingerprint_feature (
    feature bigint not null,
    module_id bigint not null references module (id),
    primary key (feature, module_id)
  )`,
  `comment on table fingerprint is 'What a version’s zip consists of: names, sizes and checksums, no contents.'`,
  `comment on column fingerprint.module_id is 'module.id'`,
  `comment on column fingerprint.version is 'The version whose zip it is.'`,
  `comment on column fingerprint.files is 'Files in the zip.'`,
  `comment on column fingerprint.bytes is 'Bytes of all files together.'`,
  `comment on column fingerprint.listing is 'The packed list; packages/detect/src/clone/fingerprint.ts reads it.'`,
  `comment on column fingerprint.taken_at is 'When the zip’s directory was read.'`,
  `comment on table fingerprint_feature is 'Which modules have a file in common: one row a file that says something.'`,
  `comment on column fingerprint_feature.feature is 'Hash of a file’s checksum and size.'`,
  `comment on column fingerprint_feature.module_id is 'A module with such a file in one of its versions: module.id'`,
]
