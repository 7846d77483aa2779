import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/** For the question who else copied an original. Frozen: a change is a new migration. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index comparison_target on comparison (target)`.execute(db)
}
