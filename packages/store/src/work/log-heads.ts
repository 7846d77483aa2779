import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Db, LogAlarmKind, Trx } from '../database.ts'
import type { TimeInput } from '../values.ts'
import { timeText } from '../values.ts'

/** The head of a checksum database that is believed, as it stands in the store. */
export interface LogHead {
  size: bigint
  hash: Buffer
  /** The signed note. */
  note: string
  acceptedAt: string
}

/** Null where this log was never read. */
export async function readLogHead(db: Db, log: string): Promise<LogHead | null> {
  const row = await db.selectFrom('log_head').selectAll().where('log', '=', log).executeTakeFirst()
  if (row === undefined) return null
  return { size: BigInt(row.size), hash: row.hash, note: row.note, acceptedAt: row.accepted_at }
}

/**
 * Replaces a head with one that was proven to extend it.
 *
 * @returns false if another crawler has replaced the head first: no proof covers that one.
 */
export async function replaceLogHead(
  db: Db,
  log: string,
  before: LogHead | null,
  head: { size: bigint; hash: Buffer; note: string },
  now: TimeInput,
): Promise<boolean> {
  const { numAffectedRows } =
    before === null
      ? await sql`
          insert into log_head (log, size, hash, note, accepted_at)
          values (${log}, ${String(head.size)}::bigint, ${head.hash}, ${head.note}, ${timeText(now)}::timestamptz)
          on conflict do nothing`.execute(db)
      : await sql`
          update log_head set size = ${String(head.size)}::bigint, hash = ${head.hash}, note = ${head.note},
            accepted_at = ${timeText(now)}::timestamptz
          where log = ${log} and size = ${String(before.size)}::bigint and hash = ${before.hash}`.execute(db)
  return numAffectedRows === 1n
}

export interface LogAlarm {
  log: string
  kind: LogAlarmKind
  message: string
  /** The trusted head; null if there was none. */
  knownNote: string | null
  /** The server's answer, byte for byte. */
  seen: Buffer
}

export interface StoredLogAlarm extends LogAlarm {
  id: number
  firstSeenAt: string
  lastSeenAt: string
  times: number
}

/** Keeps the evidence. The same answer again only counts. Returns true for what was not known. */
export async function saveLogAlarm(db: Db | Trx, alarm: LogAlarm, now: TimeInput): Promise<boolean> {
  const digest = createHash('sha256').update(alarm.seen).digest()
  const { rows } = await sql<{ times: number }>`
    insert into log_alarm as a (log, kind, message, known_note, seen, seen_sha256, first_seen_at, last_seen_at)
    values (${alarm.log}, ${alarm.kind}, ${alarm.message}, ${alarm.knownNote}, ${alarm.seen}, ${digest},
            ${timeText(now)}::timestamptz, ${timeText(now)}::timestamptz)
    on conflict (log, kind, seen_sha256) do update set last_seen_at = excluded.last_seen_at, times = a.times + 1
    returning times`.execute(db)
  return rows[0]?.times === 1
}

/** Newest first. */
export async function logAlarms(db: Db, limit: number): Promise<StoredLogAlarm[]> {
  const rows = await db.selectFrom('log_alarm').selectAll().orderBy('id', 'desc').limit(limit).execute()
  return rows.map((row) => ({
    id: row.id,
    log: row.log,
    kind: row.kind,
    message: row.message,
    knownNote: row.known_note,
    seen: row.seen,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    times: row.times,
  }))
}
