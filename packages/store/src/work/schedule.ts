import { POPULAR_DEPENDENTS } from '@mirrorwatch/detect/dependents'
import { sql } from 'kysely'
import type { Db, Trx } from '../database.ts'
import type { TimeInput } from '../values.ts'
import { timeOrNow, timeText } from '../values.ts'
import { MAX_ERROR_CHARS } from './due.ts'
import { POPULAR_TARGET_PRIORITY } from './priority.ts'

export interface VersionKey {
  moduleId: number
  version: string
}

export interface DueVersion extends VersionKey {
  path: string
  /** 0 is most urgent, 9 least. */
  priority: number
  dueAt: string
  step: number
  attempts: number
}

/**
 * Returns the inspections due at `now`, most urgent first, then longest overdue. It runs one lookup per priority, because each
 * lookup reads only the rows that it returns. One lookup over all priorities would also read rows that are not due yet.
 */
export async function dueVersions(db: Db, now: TimeInput, limit: number): Promise<DueVersion[]> {
  const { rows } = await sql<DueVersion>`
    select d.module_id as "moduleId", d.version, m.path, d.priority, d.due_at as "dueAt", d.step, d.attempts
    from generate_series(0, 9) as p (priority)
    cross join lateral (
      select * from schedule s
      where s.priority = p.priority and s.due_at <= ${timeText(now)}::timestamptz
      order by s.due_at limit ${limit}
    ) d
    join module m on m.id = d.module_id
    order by d.priority, d.due_at, d.module_id, d.version
    limit ${limit}`.execute(db)
  return rows
}

export interface ScheduleRequest extends VersionKey {
  dueAt: TimeInput
  /** 0 is most urgent, 9 least. */
  priority: number
}

/**
 * Asks for inspections. Where one is planned already, the earlier time and the more urgent priority win. One that runs at this
 * moment may have read what was there before, so another follows it.
 */
export async function scheduleVersions(trx: Trx, rows: readonly ScheduleRequest[]): Promise<void> {
  if (rows.length === 0) return
  await sql`
    insert into schedule as s (module_id, version, priority, due_at)
    select r.module_id, r.version, min(r.priority), min(r.due_at)
    from unnest(
      ${rows.map((row) => row.moduleId)}::bigint[], ${rows.map((row) => row.version)}::text[],
      ${rows.map((row) => row.priority)}::smallint[], ${rows.map((row) => timeText(row.dueAt))}::timestamptz[]
    ) as r (module_id, version, priority, due_at)
    group by r.module_id, r.version
    order by r.module_id, r.version
    on conflict (module_id, version) do update
    set priority = least(s.priority, excluded.priority), due_at = least(s.due_at, excluded.due_at), asked = s.asked + 1`.execute(
    trx,
  )
}

/**
 * Notes a successful inspection; `nextDueAt` null: never again. With `asked`, as it was when the inspection began, one that was
 * asked for since stays due.
 */
export async function finishInspection(
  trx: Trx,
  key: VersionKey,
  next: { nextDueAt: TimeInput | null; step: number; priority?: number; asked?: number },
  now?: TimeInput,
): Promise<void> {
  const isLast = next.asked === undefined ? sql<boolean>`true` : sql<boolean>`asked = ${next.asked}::integer`
  const nextDueAt = next.nextDueAt === null ? null : timeText(next.nextDueAt)
  await trx
    .updateTable('schedule')
    .set({
      due_at: sql<string | null>`case when ${isLast} then ${nextDueAt}::timestamptz else due_at end`,
      step: next.step,
      attempts: 0,
      last_error_code: null,
      last_error: null,
      last_inspected_at: timeOrNow(now),
      ...(next.priority === undefined
        ? {}
        : { priority: sql<number>`case when ${isLast} then ${next.priority}::smallint else priority end` }),
    })
    .where('module_id', '=', key.moduleId)
    .where('version', '=', key.version)
    .execute()
}

/** Records a failed inspection and counts it; `nextDueAt` null: given up. */
export async function failInspection(
  trx: Trx,
  key: VersionKey,
  failure: { code: string; message: string; nextDueAt: TimeInput | null },
): Promise<void> {
  await trx
    .updateTable('schedule')
    .set((eb) => ({ ...failed(failure), attempts: sql<number>`least(${eb.ref('attempts')} + 1, 32767)` }))
    .where('module_id', '=', key.moduleId)
    .where('version', '=', key.version)
    .execute()
}

/**
 * Postpones an inspection that failed because of an internal error. That says nothing about the module, so it does not
 * count towards the failures in a row after which a repository is given up. An inspection that another process has completed
 * in the meantime stays unchanged.
 */
export async function postponeInspection(
  trx: Trx,
  key: VersionKey,
  failure: { code: string; message: string; nextDueAt: TimeInput },
): Promise<void> {
  await trx
    .updateTable('schedule')
    .set(failed(failure))
    .where('module_id', '=', key.moduleId)
    .where('version', '=', key.version)
    .where('due_at', '<=', timeText(failure.nextDueAt))
    .execute()
}

function failed({
  code,
  message,
  nextDueAt,
}: {
  code: string
  message: string
  nextDueAt: TimeInput | null
}) {
  return { due_at: nextDueAt, last_error_code: code, last_error: message.slice(0, MAX_ERROR_CHARS) }
}

/** Counts the inspections due at `now`, up to `atMost`: an exact count is not worth a scan of millions of rows. */
export async function countDue(db: Db, now: TimeInput, atMost = 1_000_000): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (
      select from generate_series(0, 9) as p (priority)
      cross join lateral (
        select from schedule s
        where s.priority = p.priority and s.due_at <= ${timeText(now)}::timestamptz limit ${atMost}
      ) d limit ${atMost}
    ) due`.execute(db)
  return rows[0]?.count ?? 0
}

/** When the next inspection is due (it may be overdue); null where none is planned. */
export async function nextDueAt(db: Db): Promise<string | null> {
  const { rows } = await sql<{ at: string | null }>`
    select min(d.due_at) as at
    from generate_series(0, 9) as p (priority)
    cross join lateral (
      select s.due_at from schedule s
      where s.priority = p.priority and s.due_at is not null order by s.due_at limit 1
    ) d`.execute(db)
  return rows[0]?.at ?? null
}

export interface ScheduleState extends VersionKey {
  priority: number
  dueAt: string | null
  step: number
  attempts: number
  lastErrorCode: string | null
  lastError: string | null
  lastInspectedAt: string | null
  /** Counts what was seen to change. */
  asked: number
}

export async function scheduleOf(db: Db, key: VersionKey): Promise<ScheduleState | null> {
  const row = await db
    .selectFrom('schedule')
    .select([
      'module_id as moduleId',
      'version',
      'priority',
      'due_at as dueAt',
      'step',
      'attempts',
      'last_error_code as lastErrorCode',
      'last_error as lastError',
      'last_inspected_at as lastInspectedAt',
      'asked',
    ])
    .where('module_id', '=', key.moduleId)
    .where('version', '=', key.version)
    .executeTakeFirst()
  return row ?? null
}

/**
 * Has every known version of these modules inspected with at least this priority (0 is most urgent): at once where nothing is
 * planned, else when it is due anyway. One that runs at this moment began before the module was watched, so another follows it.
 */
export async function watchVersions(
  trx: Trx,
  modules: readonly { moduleId: number; priority: number }[],
  now: TimeInput,
): Promise<void> {
  if (modules.length === 0) return
  await sql`
    insert into schedule as s (module_id, version, priority, due_at)
    select v.module_id, v.version, w.priority, ${timeText(now)}::timestamptz
    from unnest(${modules.map((m) => m.moduleId)}::bigint[], ${modules.map((m) => m.priority)}::smallint[])
      as w (module_id, priority)
    join version v on v.module_id = w.module_id
    order by v.module_id, v.version
    on conflict (module_id, version) do update
    set priority = least(s.priority, excluded.priority), due_at = coalesce(s.due_at, excluded.due_at), asked = s.asked + 1`.execute(
    trx,
  )
}

/**
 * Puts the first looks at popular targets before routine ones. For modules that have just become targets; the versions that
 * come later are sorted when they come.
 */
export async function hastenPopular(
  trx: Trx,
  targets: readonly { path: string; dependents: number }[],
): Promise<void> {
  const popular = targets.filter(({ dependents }) => dependents >= POPULAR_DEPENDENTS).map(({ path }) => path)
  if (popular.length === 0) return
  await sql`
    update schedule s set priority = ${sql.lit(POPULAR_TARGET_PRIORITY)}
    from module m
    where m.path = any(${popular}::text[]) and s.module_id = m.id
      and s.priority > ${sql.lit(POPULAR_TARGET_PRIORITY)} and s.last_inspected_at is null`.execute(trx)
}

export interface FailedInspections {
  total: number
  examples: { path: string; version: string; lastErrorCode: string; lastError: string | null }[]
}

/** Versions whose last inspection failed, with some examples. */
export async function failedInspections(db: Db, examples: number): Promise<FailedInspections> {
  const { rows } = await sql<FailedInspections['examples'][number]>`
    select m.path, s.version, s.last_error_code as "lastErrorCode", s.last_error as "lastError"
    from schedule s join module m on m.id = s.module_id
    where s.last_error_code is not null
    order by s.module_id, s.version limit ${examples}`.execute(db)
  const counted = await sql<{ total: number }>`
    select count(*) as total from schedule where last_error_code is not null`.execute(db)
  return { total: counted.rows[0]?.total ?? 0, examples: rows }
}
