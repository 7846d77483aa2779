import { sql } from 'kysely'
import type { Db } from '../database.ts'
import type { DeliveryChannel, DeliveryKind } from '../finding-tables.ts'
import type { TimeInput } from '../values.ts'
import { timeText } from '../values.ts'

export interface NewDelivery {
  kind: DeliveryKind
  /** The ISO week of a report, the alert's id of an alert. */
  subject: string
  channel: DeliveryChannel
  /** An address, or a webhook's host. */
  recipient: string
  messageId: string
}

export interface Delivery extends NewDelivery {
  id: number
  state: 'due' | 'sent' | 'failed'
  /** Attempts begun, the current one included. */
  attempts: number
  dueAt: string
  createdAt: string
  sentAt: string | null
  lastError: string | null
}

const COLUMNS = sql`
  id, kind, subject, channel, recipient, message_id as "messageId", state, attempts, due_at as "dueAt",
  created_at as "createdAt", sent_at as "sentAt", last_error as "lastError"`

/** Records the deliveries to make. Deliveries that are already recorded stay unchanged. */
export async function planDeliveries(
  db: Db,
  deliveries: readonly NewDelivery[],
  now: TimeInput,
): Promise<void> {
  if (deliveries.length === 0) return
  await db
    .insertInto('delivery')
    .values(
      deliveries.map(({ messageId, ...rest }) => ({
        ...rest,
        message_id: messageId,
        due_at: now,
        created_at: now,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/**
 * Claims one delivery that is due, or returns null. No other process gets it before `leaseUntil`, which must be later than
 * the end of the longest attempt. After that time, the attempt of a process that died is repeated.
 */
export async function claimDelivery(
  db: Db,
  { kind, subject, channel }: { kind: DeliveryKind; subject?: string; channel?: DeliveryChannel },
  now: TimeInput,
  leaseUntil: TimeInput,
): Promise<Delivery | null> {
  const only = subject === undefined ? sql`` : sql`and subject = ${subject}`
  const over = channel === undefined ? sql`` : sql`and channel = ${channel}`
  const { rows } = await sql<Delivery>`
    update delivery set attempts = attempts + 1, due_at = ${timeText(leaseUntil)}::timestamptz
    where id = (
      select id from delivery
      where kind = ${kind} and state = 'due' and due_at <= ${timeText(now)}::timestamptz ${only} ${over}
      order by due_at, id limit 1 for update skip locked)
    returning ${COLUMNS}`.execute(db)
  return rows[0] ?? null
}

export async function markSent(db: Db, id: number, now: TimeInput): Promise<void> {
  await db
    .updateTable('delivery')
    .set({ state: 'sent', sent_at: now, last_error: null })
    .where('id', '=', id)
    .execute()
}

/** Records why an attempt failed. `again` is when to try again; null gives up. */
export async function markAttemptFailed(
  db: Db,
  id: number,
  error: string,
  again: TimeInput | null,
): Promise<void> {
  await db
    .updateTable('delivery')
    .set(again === null ? { state: 'failed', last_error: error } : { due_at: again, last_error: error })
    .where('id', '=', id)
    .where('state', '=', 'due')
    .execute()
}

/** Makes what was given up, or waits for its next attempt after a failure, due now. What is being sent is left alone. */
export async function retryDeliveries(
  db: Db,
  kind: DeliveryKind,
  subject: string,
  now: TimeInput,
): Promise<void> {
  await sql`
    update delivery set state = 'due', attempts = 0, due_at = ${timeText(now)}::timestamptz, last_error = null
    where kind = ${kind} and subject = ${subject} and state <> 'sent' and last_error is not null`.execute(db)
}

/** Everything sent or to be sent about one subject. */
export async function deliveriesOf(db: Db, kind: DeliveryKind, subject: string): Promise<Delivery[]> {
  const { rows } = await sql<Delivery>`
    select ${COLUMNS} from delivery where kind = ${kind} and subject = ${subject} order by id`.execute(db)
  return rows
}

/** Deliveries whose last attempt failed, and those given up since `since`; the newest `limit`. */
export async function troubledDeliveries(db: Db, since: TimeInput, limit = 20): Promise<Delivery[]> {
  const { rows } = await sql<Delivery>`
    select ${COLUMNS} from delivery
    where last_error is not null and (state = 'due' or (state = 'failed' and created_at >= ${timeText(since)}::timestamptz))
    order by id desc limit ${limit}`.execute(db)
  return rows
}
