import { sql } from 'kysely'
import type { Db } from '../database.ts'
import type { TimeInput } from '../values.ts'
import { timeText } from '../values.ts'

/** Position in a walk through old rows; null: at the beginning. */
export interface RetentionPlace {
  at: string
  moduleId: number
  /** Key that distinguishes rows with the same time and module. */
  rest: string
}

interface RetentionStep {
  deleted: number
  /** Position of the next step; null if no row older than the limit is left. */
  next: RetentionPlace | null
}

interface StepRow extends RetentionPlace {
  deleted: number
}

/** One step through rows older than `before`: reads `limit` of them and deletes those that may go. */
export type RetentionStepper = (
  db: Db,
  before: TimeInput,
  from: RetentionPlace | null,
  limit: number,
) => Promise<RetentionStep>

const BEGINNING: RetentionPlace = { at: '-infinity', moduleId: 0, rest: '' }

/**
 * Deletes outcomes of inspections that were not seen since `before`. It deletes only outcomes that a later one of the same
 * version has replaced, and none of a module with a finding, even a dismissed one.
 */
export const deleteOldInspections: RetentionStepper = async (db, before, from, limit) => {
  const { at, rest } = from ?? BEGINNING
  const { rows } = await sql<StepRow>`
    with old as (
      select i.id, i.module_id, i.version, i.last_seen_at from inspection i
      where i.last_seen_at < ${timeText(before)}::timestamptz and i.last_seen_at >= ${at}::timestamptz
        and (i.last_seen_at, i.id) > (${at}::timestamptz, ${rest === '' ? '0' : rest}::bigint)
      order by i.last_seen_at, i.id limit ${limit}
    ), gone as (
      delete from inspection i using old
      where i.id = old.id
        and exists (select from inspection n where n.module_id = old.module_id and n.version = old.version and n.id > old.id)
        and not exists (select from finding f where f.module_id = old.module_id)
      returning i.id
    )
    select last_seen_at as at, module_id as "moduleId", id::text as rest, (select count(*) from gone) as deleted
    from old order by last_seen_at desc, id desc limit 1`.execute(db)
  return step(rows)
}

/** Deletes comparisons of modules without a finding that were not repeated since `before`. */
export const deleteOldComparisons: RetentionStepper = async (db, before, from, limit) => {
  const { at, moduleId, rest } = from ?? BEGINNING
  const name = sql`c.version || ' ' || c.target || ' ' || c.target_version`
  const { rows } = await sql<StepRow>`
    with old as (
      select c.module_id, c.version, c.target, c.target_version, c.compared_at, ${name} as name from comparison c
      where c.compared_at < ${timeText(before)}::timestamptz and c.compared_at >= ${at}::timestamptz
        and (c.compared_at, c.module_id, (${name}) collate "C") > (${at}::timestamptz, ${moduleId}::bigint, ${rest})
      order by c.compared_at, c.module_id, (${name}) collate "C" limit ${limit}
    ), gone as (
      delete from comparison c using old
      where (c.module_id, c.version, c.target, c.target_version)
          = (old.module_id, old.version, old.target, old.target_version)
        and not exists (select from finding f where f.module_id = old.module_id)
      returning c.module_id
    )
    select compared_at as at, module_id as "moduleId", name as rest, (select count(*) from gone) as deleted
    from old order by compared_at desc, module_id desc, name collate "C" desc limit 1`.execute(db)
  return step(rows)
}

function step([last]: StepRow[]): RetentionStep {
  if (last === undefined) return { deleted: 0, next: null }
  const { deleted, ...next } = last
  return { deleted, next }
}
