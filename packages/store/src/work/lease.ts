import { sql } from 'kysely'
import type { Db, Trx } from '../database.ts'

/** A task that one process does for all, and the process that does it. Times are the database's: no other clock matters. */
export interface Lease {
  name: string
  holder: string
}

/** Takes a lease, or extends it where `holder` has it, for `ms`. Returns false where another process holds it. */
export async function takeLease(db: Db, { name, holder }: Lease, ms: number): Promise<boolean> {
  const { rows } = await sql`
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

/** Returns whether `holder` has the lease. No other process can take it before the transaction ends. */
export async function lockLease(trx: Trx, { name, holder }: Lease): Promise<boolean> {
  const { rows } = await sql`
    select from lease where name = ${name} and holder = ${holder} for update`.execute(trx)
  return rows.length > 0
}

/** Gives a lease back, so that the next process need not wait for its end. Does nothing where another process has it. */
export async function releaseLease(db: Db, { name, holder }: Lease): Promise<void> {
  await db.deleteFrom('lease').where('name', '=', name).where('holder', '=', holder).execute()
}
