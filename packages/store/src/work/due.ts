import { sql } from 'kysely'
import type { Db, DueStage, Trx } from '../database.ts'
import type { TimeInput } from '../values.ts'
import { timeOrNow, timeText } from '../values.ts'

/**
 * The work queue of the stages. A row of `due_work` is a task of one stage for a module or a version, and is deleted once the
 * task is done; where modules with a page come from is asked again monthly. It is written in the transaction that makes the task
 * necessary, so that no kill loses it. Inspections repeat, so they have a separate table: schedule.ts.
 */

/** Key of a task. `version` is empty if the task is for the whole module. */
export interface DueKey {
  moduleId: number
  version: string
}

export interface DueRow extends DueKey {
  dueAt: string
  /** Failures in a row. */
  attempts: number
  /** Changes with each request for a new assessment. */
  ticket: number
  /** True if a likely original that appeared later caused the request. Such a request is not passed on further. */
  passedOn: boolean
}

/** Longest error message that is kept: enough to recognise it, too little for a hostile server to fill the table. */
export const MAX_ERROR_CHARS = 500

/** Returns what a stage has to do at `now`, longest due first. */
export async function dueKeys(db: Db, stage: DueStage, now: TimeInput, limit: number): Promise<DueKey[]> {
  return db
    .selectFrom('due_work')
    .select(['module_id as moduleId', 'version'])
    .where('stage', '=', stage)
    .where('due_at', '<=', timeText(now))
    .orderBy('due_at')
    .orderBy('module_id')
    .orderBy('version')
    .limit(limit)
    .execute()
}

/** Returns the row of a module or version; null where it has nothing to do. Read it before what the work is about. */
export async function dueRow(db: Db, stage: DueStage, key: DueKey): Promise<DueRow | null> {
  const row = await db
    .selectFrom('due_work')
    .select([
      'module_id as moduleId',
      'version',
      'due_at as dueAt',
      'attempts',
      'ticket',
      'passed_on as passedOn',
    ])
    .where('stage', '=', stage)
    .where('module_id', '=', key.moduleId)
    .where('version', '=', key.version)
    .executeTakeFirst()
  return row ?? null
}

/** Removes a row whose work was done. One that was asked for again since `row` was read stays. */
export async function finishDue(trx: Trx, stage: DueStage, row: DueRow): Promise<void> {
  await trx
    .deleteFrom('due_work')
    .where('stage', '=', stage)
    .where('module_id', '=', row.moduleId)
    .where('version', '=', row.version)
    .where('ticket', '=', row.ticket)
    .execute()
}

/** Plans a row's work again after it was done. One that was asked for again since `row` was read stays as it is. */
export async function repeatDue(trx: Trx, stage: DueStage, row: DueRow, dueAt: TimeInput): Promise<void> {
  await trx
    .updateTable('due_work')
    .set({ due_at: timeText(dueAt), attempts: 0, last_error: null })
    .where('stage', '=', stage)
    .where('module_id', '=', row.moduleId)
    .where('version', '=', row.version)
    .where('ticket', '=', row.ticket)
    .execute()
}

/** Moves a row whose work failed, and counts the failure. */
export async function postponeDue(
  trx: Trx,
  stage: DueStage,
  key: DueKey,
  failure: { message: string; dueAt: TimeInput },
): Promise<void> {
  await trx
    .updateTable('due_work')
    .set((eb) => ({
      due_at: timeText(failure.dueAt),
      attempts: sql<number>`least(${eb.ref('attempts')} + 1, 32767)`,
      last_error: failure.message.slice(0, MAX_ERROR_CHARS),
    }))
    .where('stage', '=', stage)
    .where('module_id', '=', key.moduleId)
    .where('version', '=', key.version)
    .execute()
}

/** Asks for an assessment of modules about which something was learned. */
export async function askForAssessment(
  trx: Trx,
  moduleIds: readonly number[],
  now?: TimeInput,
): Promise<void> {
  if (moduleIds.length === 0) return
  await sql`
    insert into due_work (stage, module_id, due_at)
    select distinct 'assess', id, ${timeOrNow(now)} from unnest(${moduleIds}::bigint[]) as m (id) order by id
    on conflict (stage, module_id, version) do update set ticket = default`.execute(trx)
}

/** Asks what versions are nearly copies of. What is asked already stays as it is. */
export async function askForCopies(
  trx: Trx,
  versions: readonly DueKey[],
  dueAt: TimeInput,
  passedOn = false,
): Promise<void> {
  if (versions.length === 0) return
  await sql`
    insert into due_work (stage, module_id, version, due_at, passed_on)
    select distinct 'copies', v.module_id, v.version, ${timeText(dueAt)}::timestamptz, ${passedOn}::boolean
    from unnest(${versions.map((v) => v.moduleId)}::bigint[], ${versions.map((v) => v.version)}::text[])
      as v (module_id, version)
    order by 2, 3
    on conflict do nothing`.execute(trx)
}

/**
 * Asks for the go.mod of modules whose was never read. A module that becomes a look-alike is one where only the go.mod files of
 * look-alikes and targets are read.
 */
export async function askForGoMods(
  trx: Trx,
  modules: { ids: readonly number[] } | { paths: readonly string[] },
  dueAt: TimeInput,
): Promise<void> {
  const chosen =
    'ids' in modules ? sql`m.id = any(${modules.ids}::bigint[])` : sql`m.path = any(${modules.paths}::text[])`
  await sql`
    insert into due_work as d (stage, module_id, due_at)
    select 'require', m.id, ${timeText(dueAt)}::timestamptz from module m
    where ${chosen} and m.latest_version is null order by m.id
    on conflict (stage, module_id, version) do update set due_at = least(d.due_at, excluded.due_at)`.execute(
    trx,
  )
}

/** Asks which repository these modules come from. */
export async function askForRepositories(
  trx: Trx,
  moduleIds: readonly number[],
  dueAt: TimeInput,
): Promise<void> {
  if (moduleIds.length === 0) return
  await sql`
    insert into due_work as d (stage, module_id, due_at)
    select 'locate', id, ${timeText(dueAt)}::timestamptz from unnest(${moduleIds}::bigint[]) as m (id) order by id
    on conflict (stage, module_id, version) do update set due_at = least(d.due_at, excluded.due_at)`.execute(
    trx,
  )
}
