import { POPULAR_DEPENDENTS } from '@mirrorwatch/detect/dependents'
import { sql } from 'kysely'
import type { Db, Trx } from '../database.ts'
import { isPseudoVersion } from '../pseudo-version.ts'
import type { RepositoryState } from '../repository-tables.ts'
import type { TimeInput } from '../values.ts'
import { timeText } from '../values.ts'
import { MAX_ERROR_CHARS } from '../work/due.ts'
import { REPOSITORY, type Repository } from './repositories.ts'

/** Seconds between two looks by pace: hourly, daily, once a round. */
export const PACE_SECONDS = [3_600, 86_400, 3 * 86_400] as const

/**
 * Returns the repositories due at `now`, the most overdue first, as a share of their interval. So where the hosts' rate limits
 * do not suffice, all intervals grow alike, and hourly and daily looks cannot keep the others from ever having their turn. One
 * lookup per pace, because each reads only the rows that it returns.
 */
export async function dueRepositories(db: Db, now: TimeInput, limit: number): Promise<number[]> {
  const at = sql`${timeText(now)}::timestamptz`
  const { rows } = await sql<{ id: number }>`
    select d.id
    from unnest(${PACE_SECONDS}::integer[]) with ordinality as p (seconds, place)
    cross join lateral (
      select r.id, r.due_at from repository r
      where r.pace = p.place - 1 and r.due_at <= ${at}
      order by r.due_at limit ${limit}
    ) d
    order by extract(epoch from ${at} - d.due_at) / p.seconds desc, d.id
    limit ${limit}`.execute(db)
  return rows.map(({ id }) => id)
}

/** Starting point of a look. */
export interface RepositoryToLook extends Repository {
  /** The packed list of tags of the look before; null before the first. */
  packed: Buffer | null
  /** True where one of its modules is a popular target or resembles a target by name. */
  watched: boolean
  /** Dependents of its most depended-on module. */
  dependents: number
  /** When the mirror first cached its youngest module; null without modules. */
  youngestModuleAt: string | null
  /** When the mirror first cached its youngest version with a tag; null where that was more than a day before `now`. */
  youngestVersionAt: string | null
}

/** Returns what a look at `now` starts from; null for an unknown id. */
export async function repositoryToLook(db: Db, id: number, now: TimeInput): Promise<RepositoryToLook | null> {
  const { rows } = await sql<RepositoryToLook>`
    select ${REPOSITORY}, t.packed, coalesce(f.watched, false) as watched, coalesce(f.dependents, 0) as dependents,
      f.module_at as "youngestModuleAt", f.version_at as "youngestVersionAt"
    from repository r
    left join repository_tags t on t.repository_id = r.id
    cross join lateral (
      select max(m.dependents) as dependents, max(m.first_cached_at) as module_at,
        max(case when m.last_cached_at > ${timeText(now)}::timestamptz - interval '1 day' then (
          select max(v.cached_at) from version v where v.module_id = m.id and not ${isPseudoVersion(sql.ref('v.version'))}
        ) end) as version_at,
        bool_or(
          exists (select from candidate c where c.module_id = m.id and c.strength <> 'candidate')
          or exists (select from target t where t.path = m.path and t.dependents >= ${sql.lit(POPULAR_DEPENDENTS)})
        ) as watched
      from module m where m.repository_id = r.id
    ) f
    where r.id = ${id}`.execute(db)
  return rows[0] ?? null
}

/** Result of a look and its consequences, for the row of `repository`. */
export interface LookRow {
  state: RepositoryState
  movedTo: string | null
  /** Commit of HEAD; null where none was seen: the one before stays. */
  head: string | null
  dueAt: TimeInput
  pace: number
  dependents: number
  /** Null where they are as they were. */
  tags: { packed: Buffer; count: number } | null
}

/**
 * Saves a look that found the tags as they were: one update of one narrow row, which needs no transaction. Returns false, and
 * changes nothing, where another look was saved since `before` was read.
 */
export async function touchRepository(
  db: Db,
  before: Pick<Repository, 'id' | 'lookedAt'>,
  look: LookRow,
  now: TimeInput,
): Promise<boolean> {
  const at = sql`${timeText(now)}::timestamptz`
  const { numAffectedRows } = await sql`
    update repository set
      state = ${look.state}, moved_to = ${look.movedTo}, pace = ${look.pace}, dependents = ${look.dependents},
      due_at = ${timeText(look.dueAt)}::timestamptz, looked_at = ${at}, attempts = 0, last_error = null,
      state_since = case when state = ${look.state} then state_since else ${at} end,
      head = coalesce(decode(${look.head}, 'hex'), head),
      tags = coalesce(${look.tags?.count ?? null}::integer, tags),
      tags_at = case when ${look.tags !== null} then ${at} else tags_at end
    where id = ${before.id} and looked_at is not distinct from ${before.lookedAt}::timestamptz`.execute(db)
  return numAffectedRows === 1n
}

/** Saves a look with its tags. Returns false, and changes nothing, where another look was saved since `before` was read. */
export async function saveLook(
  trx: Trx,
  before: Pick<Repository, 'id' | 'lookedAt'>,
  look: LookRow,
  now: TimeInput,
): Promise<boolean> {
  if (!(await touchRepository(trx, before, look, now))) return false
  if (look.tags !== null)
    await sql`
      insert into repository_tags (repository_id, packed) values (${before.id}, ${look.tags.packed})
      on conflict (repository_id) do update set packed = excluded.packed`.execute(trx)
  return true
}

/** Records a look that failed, and counts it. `unreachable`: it has failed for days. */
export async function failLook(
  trx: Trx,
  id: number,
  failure: { message: string; dueAt: TimeInput; unreachable: boolean },
  now: TimeInput,
): Promise<void> {
  const at = sql`${timeText(now)}::timestamptz`
  await sql`
    update repository set
      due_at = ${timeText(failure.dueAt)}::timestamptz, attempts = least(attempts + 1, 32767),
      last_error = ${failure.message.slice(0, MAX_ERROR_CHARS)},
      state_since = case when ${failure.unreachable} and state <> 'unreachable' then ${at} else state_since end,
      state = case when ${failure.unreachable} then 'unreachable' else state end
    where id = ${id}`.execute(trx)
}

/** Postpones a look that failed because of an internal error, which says nothing about the repository. */
export async function postponeLook(
  trx: Trx,
  id: number,
  failure: { message: string; dueAt: TimeInput },
): Promise<void> {
  await sql`
    update repository set due_at = ${timeText(failure.dueAt)}::timestamptz,
      last_error = ${failure.message.slice(0, MAX_ERROR_CHARS)}
    where id = ${id} and due_at <= ${timeText(failure.dueAt)}::timestamptz`.execute(trx)
}
