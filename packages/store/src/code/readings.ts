import { sql } from 'kysely'
import type { Db, Trx } from '../database.ts'
import type { TimeInput } from '../values.ts'
import { jsonText, storableText, timeText } from '../values.ts'
import { type DueKey, MAX_ERROR_CHARS } from '../work/due.ts'

/** Asks for versions to be read in full, once. A more urgent wish replaces a less urgent one; what was read stays read. */
export async function askForReadings(
  trx: Trx,
  keys: readonly DueKey[],
  priority: number,
  dueAt: TimeInput,
): Promise<void> {
  if (keys.length === 0) return
  await sql`
    insert into code_reading as r (module_id, version, priority, due_at)
    select distinct k.module_id, k.version, ${priority}::smallint, ${timeText(dueAt)}::timestamptz
    from unnest(${keys.map(({ moduleId }) => moduleId)}::bigint[], ${keys.map(({ version }) => version)}::text[])
      as k (module_id, version)
    order by 1, 2
    on conflict (module_id, version) do update set priority = least(r.priority, excluded.priority)`.execute(
    trx,
  )
}

export interface Reading {
  moduleId: number
  version: string
  priority: number
  dueAt: string | null
  attempts: number
  readAt: string | null
}

/** Returns what is known of a version's reading; null if it was never requested. */
export async function readingOf(db: Db, { moduleId, version }: DueKey): Promise<Reading | null> {
  const row = await db
    .selectFrom('code_reading')
    .select([
      'module_id as moduleId',
      'version',
      'priority',
      'due_at as dueAt',
      'attempts',
      'read_at as readAt',
    ])
    .where('module_id', '=', moduleId)
    .where('version', '=', version)
    .executeTakeFirst()
  return row ?? null
}

/** Returns wishes that are due, most urgent first, up to and including `priority`. */
export async function dueReadings(
  db: Db,
  { until, priority, limit }: { until: TimeInput; priority: number; limit: number },
): Promise<(DueKey & { priority: number })[]> {
  return db
    .selectFrom('code_reading')
    .select(['module_id as moduleId', 'version', 'priority'])
    .where('priority', '<=', priority)
    .where('due_at', '<=', timeText(until))
    .orderBy('priority')
    .orderBy('due_at')
    .limit(limit)
    .execute()
}

/** Returns the latest versions of modules that others require and of which no code was read, most required first. */
export async function unreadRequired(db: Db, limit: number): Promise<DueKey[]> {
  const { rows } = await sql<DueKey>`
    select m.id as "moduleId", m.latest_version as version from module m
    where m.printed_version is null and m.dependents > 0 and m.latest_version is not null
      and not exists (select from code_reading r where (r.module_id, r.version) = (m.id, m.latest_version))
    order by m.dependents desc, m.id limit ${limit}`.execute(db)
  return rows
}

export interface FinishedReading extends DueKey {
  /** Priority of a reading without a request. */
  priority: number
  bytes: number
  /** Packed pieces; null where there was nothing to read. */
  pieces: Buffer | null
  /** Capabilities of its code; null where they were not read. */
  report: unknown
  unusual: unknown
  /** Why there was nothing to read, else null. */
  failure: string | null
}

/** Saves that a version was read, or that there is nothing to read. */
export async function finishReading(trx: Trx, reading: FinishedReading, now: TimeInput): Promise<void> {
  const { moduleId, version, priority, bytes, pieces, failure } = reading
  const json = (value: unknown): string | null => (value === null ? null : jsonText(value))
  await sql`
    insert into code_reading (module_id, version, priority, read_at, bytes, pieces, report, unusual, last_error)
    values (${moduleId}, ${version}, ${priority}, ${timeText(now)}::timestamptz, ${bytes}, ${pieces},
            ${json(reading.report)}::jsonb, ${json(reading.unusual)}::jsonb, ${failure === null ? null : storableText(failure).slice(0, MAX_ERROR_CHARS)})
    on conflict (module_id, version) do update
    set due_at = null, read_at = excluded.read_at, bytes = coalesce(code_reading.bytes, 0) + excluded.bytes,
        pieces = excluded.pieces, report = excluded.report, unusual = excluded.unusual, last_error = excluded.last_error`.execute(
    trx,
  )
}

/** Moves a reading that failed, and counts the failure. */
export async function postponeReading(
  trx: Trx,
  { moduleId, version }: DueKey,
  { priority, message, dueAt }: { priority: number; message: string; dueAt: TimeInput },
): Promise<void> {
  await sql`
    insert into code_reading as r (module_id, version, priority, due_at, attempts, last_error)
    values (${moduleId}, ${version}, ${priority}, ${timeText(dueAt)}::timestamptz, 1, ${storableText(message).slice(0, MAX_ERROR_CHARS)})
    on conflict (module_id, version) do update
    set due_at = excluded.due_at, attempts = least(r.attempts + 1, 32767), last_error = excluded.last_error`.execute(
    trx,
  )
}

/** Returns the packed pieces of a version's code; null where it was not read, or long ago. */
export async function piecesOf(db: Db, { moduleId, version }: DueKey): Promise<Buffer | null> {
  const row = await db
    .selectFrom('code_reading')
    .select('pieces')
    .where('module_id', '=', moduleId)
    .where('version', '=', version)
    .executeTakeFirst()
  return row?.pieces ?? null
}

export interface ReadFacts {
  version: string
  /** Saved value; null for none. */
  report: unknown
  unusual: unknown
}

/** Returns what was found in the versions of a module that were read in full, the last one read first. */
export async function readFactsOf(db: Db, moduleId: number): Promise<ReadFacts[]> {
  return db
    .selectFrom('code_reading')
    .select(['version', 'report', 'unusual'])
    .where('module_id', '=', moduleId)
    .where((eb) => eb.or([eb('report', 'is not', null), eb('unusual', 'is not', null)]))
    .orderBy('read_at', 'desc')
    .orderBy('version', 'desc')
    .limit(MOST_READ_FACTS)
    .execute()
}

/** Versions of one module that are read in full: the first three, and some of a target's. */
const MOST_READ_FACTS = 10

export interface ReadAmount {
  versions: number
  bytes: number
}

/** Sums what was fetched to be read since `since`. */
export async function readSince(db: Db, since: TimeInput): Promise<ReadAmount> {
  const { rows } = await sql<ReadAmount>`
    select count(*) as versions, coalesce(sum(bytes), 0)::bigint as bytes
    from code_reading where read_at >= ${timeText(since)}::timestamptz and bytes > 0`.execute(db)
  return rows[0] ?? { versions: 0, bytes: 0 }
}

/** Versions that wait to be read, by priority, each counted up to `upTo`. */
export async function unreadByPriority(
  db: Db,
  now: TimeInput,
  upTo = 10_000,
): Promise<{ priority: number; count: number; oldestAt: string }[]> {
  const { rows } = await sql<{ priority: number; count: number; oldestAt: string }>`
    select p.priority, count(*) as count, min(d.due_at) as "oldestAt"
    from generate_series(0, 9) as p (priority)
    cross join lateral (
      select r.due_at from code_reading r
      where r.priority = p.priority and r.due_at <= ${timeText(now)}::timestamptz order by r.due_at limit ${upTo}
    ) d group by p.priority order by p.priority`.execute(db)
  return rows
}

/** Removes the pieces of versions that were read before `before`: only their packages' prints stay. Returns how many. */
export async function forgetPieces(db: Db, before: TimeInput, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    update code_reading set pieces = null where (module_id, version) in (
      select module_id, version from code_reading
      where read_at < ${timeText(before)}::timestamptz and pieces is not null limit ${limit}
    )`.execute(db)
  return Number(numAffectedRows ?? 0)
}
