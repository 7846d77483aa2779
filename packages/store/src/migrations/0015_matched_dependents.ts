import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/**
 * With which figure a target was last compared with the modules known before it, so that it is compared again when it has
 * grown. Those that were counted from go.mod files may have been compared when hardly any were read: once more. Frozen: a
 * change is a new migration.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table target add column matched_dependents bigint`.execute(db)
  await sql`
    comment on column target.matched_dependents is 'Its dependents then; twice as many, and it is compared again.'`.execute(
    db,
  )
  await sql`update target set matched_dependents = dependents where matched_backwards_at is not null`.execute(
    db,
  )
  await sql`update target set matched_backwards_at = null where source = 'crawl'`.execute(db)
}
