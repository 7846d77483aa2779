import { sql } from 'kysely'
import type { Db } from '../database.ts'

/**
 * Takes the lease `name` for `holder`, or moves it on where `holder` has it, for `ms` by the database's clock. False where
 * another holds it.
 */
export async function takeLease(db: Db, name: string, holder: string, ms: number): Promise<boolean> {
  const { rows } = await sql<{ holder: string }>`
    insert into lease as l (name, holder, taken_at, until)
    values (${name}, ${holder}, clock_timestamp(), clock_timestamp() + ${ms} * interval '1 millisecond')
    on conflict (name) do update set
      holder = excluded.holder,
      until = excluded.until,
      taken_at = case when l.holder = excluded.holder then l.taken_at else excluded.taken_at end
    where l.holder = excluded.holder or l.until <= clock_timestamp()
    returning holder`.execute(db)
  return rows.length > 0
}

/** Gives it back, so that another need not wait for its end. Nothing happens where `holder` does not have it. */
export async function releaseLease(db: Db, name: string, holder: string): Promise<void> {
  await db.deleteFrom('lease').where('name', '=', name).where('holder', '=', holder).execute()
}
