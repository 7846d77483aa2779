import { sql } from 'kysely'
import type { Db, Trx } from '../database.ts'
import type { TimeInput } from '../values.ts'
import { timeOrNow, timeText } from '../values.ts'

/** A module whose findings are to be worked out again. */
export interface PendingAssessment {
  moduleId: number
  since: string
  /** Changes each time something new is learned about the module. */
  ticket: number
}

/**
 * Notes that something was learned about these modules. In the transaction that saves what was learned: a kill between
 * inspection and assessment then loses nothing.
 */
export async function markPending(trx: Trx, moduleIds: readonly number[], now?: TimeInput): Promise<void> {
  if (moduleIds.length === 0) return
  await sql`
    insert into assess_pending as p (module_id, since)
    select distinct id, ${timeOrNow(now)} from unnest(${moduleIds}::bigint[]) as m (id) order by id
    on conflict (module_id) do update set ticket = default`.execute(trx)
}

/** What is to be assessed, longest waiting first. */
export async function pendingAssessments(db: Db, limit: number): Promise<PendingAssessment[]> {
  return db
    .selectFrom('assess_pending')
    .select(['module_id as moduleId', 'since', 'ticket'])
    .orderBy('since')
    .orderBy('module_id')
    .limit(limit)
    .execute()
}

/** The pending assessment of one module; null where there is none. Read it before reading what is to be assessed. */
export async function pendingAssessment(db: Db, moduleId: number): Promise<PendingAssessment | null> {
  const row = await db
    .selectFrom('assess_pending')
    .select(['module_id as moduleId', 'since', 'ticket'])
    .where('module_id', '=', moduleId)
    .executeTakeFirst()
  return row ?? null
}

/** Has a module wait as if it had been marked at `until`: behind all that wait already. */
export async function postponeAssessment(trx: Trx, moduleId: number, until: TimeInput): Promise<void> {
  await trx
    .updateTable('assess_pending')
    .set({ since: timeText(until) })
    .where('module_id', '=', moduleId)
    .execute()
}

/** Notes that these were assessed. One that was marked again in the meantime stays pending. */
export async function clearPending(trx: Trx, done: readonly PendingAssessment[]): Promise<void> {
  if (done.length === 0) return
  await sql`
    delete from assess_pending p
    using unnest(${done.map((row) => row.moduleId)}::bigint[], ${done.map((row) => row.ticket)}::bigint[])
      as d (module_id, ticket)
    where p.module_id = d.module_id and p.ticket = d.ticket`.execute(trx)
}

export async function countPending(db: Db): Promise<number> {
  const row = await db
    .selectFrom('assess_pending')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return row.count
}
