import { sql } from 'kysely'
import type { Db, Trx } from '../database.ts'
import type { TimeInput } from '../values.ts'
import { timeText } from '../values.ts'
import type { VersionKey } from './schedule.ts'

/** Longest error message that is kept, in characters. */
const MAX_ERROR_LENGTH = 500

/**
 * Asks what versions are nearly copies of. In the transaction that saves their fingerprints, so that no kill loses the
 * question. `passedOn`: asked again, because a likely original came later; such a question is not passed on further.
 */
export async function askForCopies(
  trx: Trx,
  versions: readonly VersionKey[],
  dueAt: TimeInput,
  passedOn = false,
): Promise<void> {
  if (versions.length === 0) return
  await sql`
    insert into copies_due (module_id, version, due_at, passed_on)
    select distinct v.module_id, v.version, ${timeText(dueAt)}::timestamptz, ${passedOn}::boolean
    from unnest(${versions.map((v) => v.moduleId)}::bigint[], ${versions.map((v) => v.version)}::text[])
      as v (module_id, version)
    order by 1, 2
    on conflict do nothing`.execute(trx)
}

/** Versions whose question is due, longest waiting first. */
export async function dueCopies(db: Db, now: TimeInput, limit: number): Promise<VersionKey[]> {
  return db
    .selectFrom('copies_due')
    .select(['module_id as moduleId', 'version'])
    .where('due_at', '<=', timeText(now))
    .orderBy('due_at')
    .orderBy('module_id')
    .orderBy('version')
    .limit(limit)
    .execute()
}

export interface DueQuestion {
  /** Failures in a row. */
  attempts: number
  dueAt: string
  passedOn: boolean
}

/** The question that waits about a version; null where none does. */
export async function copiesDue(db: Db, { moduleId, version }: VersionKey): Promise<DueQuestion | null> {
  const row = await db
    .selectFrom('copies_due')
    .select(['attempts', 'due_at as dueAt', 'passed_on as passedOn'])
    .where('module_id', '=', moduleId)
    .where('version', '=', version)
    .executeTakeFirst()
  return row ?? null
}

/** The question was answered. */
export async function finishCopies(trx: Trx, { moduleId, version }: VersionKey): Promise<void> {
  await trx
    .deleteFrom('copies_due')
    .where('module_id', '=', moduleId)
    .where('version', '=', version)
    .execute()
}

/** It could not be answered now. */
export async function postponeCopies(
  trx: Trx,
  { moduleId, version }: VersionKey,
  failure: { message: string; dueAt: TimeInput },
): Promise<void> {
  await trx
    .updateTable('copies_due')
    .set((eb) => ({
      due_at: timeText(failure.dueAt),
      attempts: sql<number>`least(${eb.ref('attempts')} + 1, 32767)`,
      last_error: failure.message.slice(0, MAX_ERROR_LENGTH),
    }))
    .where('module_id', '=', moduleId)
    .where('version', '=', version)
    .execute()
}
