import { SEVERITIES, type Severity } from '@mirrorwatch/detect/severity'
import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'
import type { Db, DueStage, FindingStatus } from '../database.ts'
import { FINDING_STATUSES } from '../status.ts'
import type { TimeInput } from '../values.ts'
import { timeText } from '../values.ts'

/** Amount of work that waits in one place. */
interface Backlog {
  /** Rows due, counted up to {@link COUNT_UP_TO}. */
  due: number
  /** Those of the due rows that became due before the caller's `overdueBefore`. */
  overdue: number
  /** Time at which the oldest due row became due; null if no row is due or no time is kept. */
  oldestAt: string | null
}

interface Backlogs {
  require: Backlog
  targets: Backlog
  match: Backlog
  locate: Backlog
  look: Backlog
  baseline: Backlog
  inspect: Backlog
  read: Backlog
  copies: Backlog
  assess: Backlog
}

/** Limit of exact counts. An operator does the same about any larger number. */
const COUNT_UP_TO = 10_000

/** Counts the work due at `now`, and the work due since before `overdueBefore`. Reads a bounded number of index entries. */
export async function backlogs(db: Db, now: TimeInput, overdueBefore: TimeInput): Promise<Backlogs> {
  const at = sql`${timeText(now)}::timestamptz`
  const ask = (due: RawBuilder<unknown>): Promise<Backlog> => count(db, due, timeText(overdueBefore))
  const list = (stage: DueStage): Promise<Backlog> =>
    ask(sql`
      select due_at as at from due_work where stage = ${stage} and due_at <= ${at} order by due_at limit ${COUNT_UP_TO}`)
  // One lookup for each priority, because an index begins with it.
  const dueByPriority = (table: 'schedule' | 'code_reading'): RawBuilder<unknown> => sql`
    select d.due_at as at from generate_series(0, 9) as p (priority)
    cross join lateral (
      select r.due_at from ${sql.table(table)} r
      where r.priority = p.priority and r.due_at <= ${at} order by r.due_at limit ${COUNT_UP_TO}
    ) d`
  return {
    require: await list('require'),
    targets: await ask(
      sql`select null::timestamptz as at from target where matched_backwards_at is null limit ${COUNT_UP_TO}`,
    ),
    match: await ask(
      sql`select null::timestamptz as at from module where matched_at is null limit ${COUNT_UP_TO}`,
    ),
    locate: await list('locate'),
    look: await ask(sql`
      select d.due_at as at from generate_series(0, 2) as p (pace)
      cross join lateral (
        select r.due_at from repository r
        where r.pace = p.pace and r.due_at <= ${at} order by r.due_at limit ${COUNT_UP_TO}
      ) d`),
    baseline: await ask(sql`
      select null::timestamptz as at from repository
      where baseline_at is null and tags_at is not null and state in ('present', 'moved') limit ${COUNT_UP_TO}`),
    inspect: await ask(dueByPriority('schedule')),
    read: await ask(dueByPriority('code_reading')),
    copies: await list('copies'),
    assess: await list('assess'),
  }
}

async function count(db: Db, due: RawBuilder<unknown>, overdueBefore: string): Promise<Backlog> {
  const { rows } = await sql<Backlog>`
    select least(count(*), ${COUNT_UP_TO}) as due,
           least(count(*) filter (where at < ${overdueBefore}::timestamptz), ${COUNT_UP_TO}) as overdue,
           min(at) as "oldestAt"
    from (${due}) waiting`.execute(db)
  return rows[0] ?? { due: 0, overdue: 0, oldestAt: null }
}

export interface FindingCount {
  status: FindingStatus
  severity: Severity
  /** Up to {@link COUNT_UP_TO}. */
  count: number
}

/**
 * Counts the findings of each status and severity, zeros included. Reads a bounded part of the index
 * `finding_status_order`. The `order by` makes the planner use it: where most findings are open, the planner expects to
 * find a row of any kind soon, and scanned a million rows for each rare kind.
 */
export async function findingsUpTo(db: Db): Promise<FindingCount[]> {
  const { rows } = await sql<FindingCount>`
    select s.status, (${SEVERITIES}::text[])[r.rank + 1] as severity, c.count
    from unnest(${FINDING_STATUSES}::text[]) as s (status)
    cross join generate_series(0, 4) as r (rank)
    cross join lateral (
      select count(*) as count from (
        select from finding f where f.status = s.status and -f.severity_rank = -r.rank
        order by f.changed_at, f.id limit ${COUNT_UP_TO}
      ) counted
    ) c`.execute(db)
  return rows
}

/** Returns the position that a feed was read to, for a gauge. */
export async function feedPosition(
  db: Db,
  feed: string,
): Promise<{ positionMicros: number; updatedAt: string } | null> {
  const row = await db
    .selectFrom('feed_cursor')
    .select(['position_micros as positionMicros', 'updated_at as updatedAt'])
    .where('feed', '=', feed)
    .executeTakeFirst()
  return row ?? null
}
