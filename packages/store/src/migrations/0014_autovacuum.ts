import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/**
 * When tables are cleaned and analysed. Postgres waits for a fifth of a table to change, which is a month's looks at six
 * million scheduled versions, and by then the planner's figures are wrong. Frozen: a change is a new migration.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of LARGE) {
    await sql
      .raw(
        `alter table ${table} set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02)`,
      )
      .execute(db)
  }
  for (const table of LISTS) {
    await sql
      .raw(
        `alter table ${table} set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)`,
      )
      .execute(db)
  }
}

/** Large tables of which a small share changes every day, and insert-only ones, for their statistics. */
const LARGE = ['module', 'version', 'schedule', 'inspection', 'finding', 'signal', 'candidate', 'requirement']

/** Lists of what is to be done: short, and every row comes and goes. */
const LISTS = ['go_mod_due', 'assess_pending', 'copies_due', 'delivery']
