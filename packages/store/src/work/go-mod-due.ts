import { sql } from 'kysely'
import type { Db, Trx } from '../database.ts'
import type { TimeInput } from '../values.ts'
import { timeText } from '../values.ts'

/** Modules whose newest go.mod is to be read at `now`, longest due first. */
export async function dueGoMods(
  db: Db,
  now: TimeInput,
  limit: number,
): Promise<{ moduleId: number; attempts: number }[]> {
  return db
    .selectFrom('go_mod_due')
    .select(['module_id as moduleId', 'attempts'])
    .where('due_at', '<=', timeText(now))
    .orderBy('due_at')
    .orderBy('module_id')
    .limit(limit)
    .execute()
}

/**
 * Asks for the go.mod of those modules whose was never read: one became a look-alike, say, where only those of look-alikes
 * and targets are read.
 */
export async function scheduleUnreadGoMods(
  trx: Trx,
  modules: { ids: readonly number[] } | { paths: readonly string[] },
  dueAt: TimeInput,
): Promise<void> {
  const chosen =
    'ids' in modules ? sql`m.id = any(${modules.ids}::bigint[])` : sql`m.path = any(${modules.paths}::text[])`
  await sql`
    insert into go_mod_due as d (module_id, due_at)
    select m.id, ${timeText(dueAt)}::timestamptz from module m
    where ${chosen} and m.latest_version is null order by m.id
    on conflict (module_id) do update set due_at = least(d.due_at, excluded.due_at)`.execute(trx)
}

/** The go.mod was read, or never will be. */
export async function finishGoMod(trx: Trx, moduleId: number): Promise<void> {
  await trx.deleteFrom('go_mod_due').where('module_id', '=', moduleId).execute()
}

/** How often in a row it could not be read; 0 where it is not waiting. */
export async function goModAttempts(db: Db, moduleId: number): Promise<number> {
  const row = await db
    .selectFrom('go_mod_due')
    .select('attempts')
    .where('module_id', '=', moduleId)
    .executeTakeFirst()
  return row?.attempts ?? 0
}

/** It could not be read now. */
export async function postponeGoMod(trx: Trx, moduleId: number, dueAt: TimeInput): Promise<void> {
  await trx
    .updateTable('go_mod_due')
    .set((eb) => ({
      due_at: timeText(dueAt),
      attempts: sql<number>`least(${eb.ref('attempts')} + 1, 32767)`,
    }))
    .where('module_id', '=', moduleId)
    .execute()
}
