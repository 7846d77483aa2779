import type { Db } from '../database.ts'

/** The id that tells this database from every other: a UUID made when it was set up. */
export async function installationId(db: Db): Promise<string> {
  const row = await db.selectFrom('installation').select('id').executeTakeFirstOrThrow()
  return row.id
}
