import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { Migrator } from 'kysely/migration'
import type { Db } from '../database.ts'
import { isStoreError, messageOf, StoreError } from '../errors.ts'
import * as initial from '../migrations/0001_initial.ts'
import * as goModDue from '../migrations/0002_go_mod_due.ts'
import * as installation from '../migrations/0003_installation.ts'
import * as findingOrder from '../migrations/0004_finding_order.ts'
import * as comparisonTarget from '../migrations/0005_comparison_target.ts'
import * as deliveries from '../migrations/0006_deliveries.ts'
import * as views from '../migrations/0007_views.ts'
import * as fingerprints from '../migrations/0008_fingerprints.ts'
import * as targetRefresh from '../migrations/0009_target_refresh.ts'
import * as copies from '../migrations/0010_copies.ts'
import * as upstreamTurns from '../migrations/0011_upstream_turns.ts'
import * as crawl from '../migrations/0012_crawl.ts'
import * as operation from '../migrations/0013_operation.ts'
import * as autovacuum from '../migrations/0014_autovacuum.ts'
import * as matchedDependents from '../migrations/0015_matched_dependents.ts'

/** Every migration, in order. The names are recorded in each database: never rename or reorder. */
export const MIGRATIONS: Record<string, Migration> = {
  '0001_initial': initial,
  '0002_go_mod_due': goModDue,
  '0003_installation': installation,
  '0004_finding_order': findingOrder,
  '0005_comparison_target': comparisonTarget,
  '0006_deliveries': deliveries,
  '0007_views': views,
  '0008_fingerprints': fingerprints,
  '0009_target_refresh': targetRefresh,
  '0010_copies': copies,
  '0011_upstream_turns': upstreamTurns,
  '0012_crawl': crawl,
  '0013_operation': operation,
  '0014_autovacuum': autovacuum,
  '0015_matched_dependents': matchedDependents,
}

/**
 * Brings the schema up to date. Safe with any number of processes starting at once: Kysely's migrator holds a
 * transaction-scoped advisory lock, and all migrations of one run commit together. A role that may not create tables
 * can call it on a database that is up to date.
 *
 * @throws StoreError `unsupported` (migrated by a newer release), `migration-failed`
 */
export async function migrate(db: Db, where: string): Promise<void> {
  const applied = await appliedMigrations(db)
  const unknown = applied.filter((name) => !(name in MIGRATIONS))
  if (unknown.length > 0) {
    throw new StoreError(
      'unsupported',
      `The database ${where} was set up by a newer mirrorwatch (${unknown.join(', ')}). Upgrade this one.`,
    )
  }
  if (applied.length === Object.keys(MIGRATIONS).length) return
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(MIGRATIONS) } })
  const { error, results } = await migrator.migrateToLatest()
  if (error === undefined) return
  if (isStoreError(error)) throw error
  const failed = results?.find((result) => result.status === 'Error')?.migrationName ?? 'the first'
  throw new StoreError(
    'migration-failed',
    `Could not set up the tables in ${where} (migration ${failed}): ${messageOf(error)}. ` +
      'Nothing was changed. The role needs CREATE on the database and on its schema "public".',
    { cause: error },
  )
}

async function appliedMigrations(db: Db): Promise<string[]> {
  const table = await sql<{ known: boolean }>`
    select to_regclass('kysely_migration') is not null as known`.execute(db)
  if (table.rows[0]?.known !== true) return []
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
  return rows.map((row) => row.name)
}
