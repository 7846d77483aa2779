import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { Migrator } from 'kysely/migration'
import type { Db } from '../database.ts'
import { isStoreError, messageOf, StoreError } from '../errors.ts'
import { up as createSchema } from '../migrations/0001_initial.ts'

/** Every migration, in order. The names are recorded in each database: never rename or reorder them after a release. */
export const MIGRATIONS: Record<string, Migration> = { '0001_initial': { up: createSchema } }

/**
 * Brings the schema up to date. Safe with any number of processes starting at once: Kysely's migrator holds a
 * transaction-scoped advisory lock, and all migrations of one run commit together. A role that may not create tables
 * can call it on a database that is up to date.
 *
 * @throws StoreError `unsupported` (migrated by a newer release), `migration-failed`
 */
export async function migrate(db: Db, where: string, migrations = MIGRATIONS): Promise<void> {
  const applied = await appliedMigrations(db)
  const unknown = applied.filter((name) => !(name in migrations))
  if (unknown.length > 0) {
    throw new StoreError(
      'unsupported',
      `The database ${where} was set up by a newer mirrorwatch (${unknown.join(', ')}). Upgrade this one.`,
    )
  }
  const missing = Object.keys(migrations).filter((name) => !applied.includes(name))
  if (missing.length === 0) return
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } })
  const { error } = await migrator.migrateToLatest()
  if (error === undefined) return
  if (isStoreError(error) && error.code !== 'refused') throw error
  const todo =
    applied.length === 0
      ? 'The role needs CREATE on the database and on its schema "public".'
      : 'Run "mirrorwatch migrate" of this release as the role that owns the tables, then start again.'
  throw new StoreError(
    'migration-failed',
    `Could not ${applied.length === 0 ? 'set up' : 'upgrade'} the tables in ${where} (migration ${missing[0]}): ` +
      `${messageOf(error)}. Nothing was changed. ${todo}`,
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
