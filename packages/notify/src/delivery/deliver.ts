import type { Db } from '@mirrorwatch/store/database'
import type { DeliveryChannel, DeliveryKind } from '@mirrorwatch/store/finding-tables'
import {
  claimDelivery,
  type Delivery,
  markAttemptFailed,
  markSent,
} from '@mirrorwatch/store/tables/deliveries'
import { backoffMs } from '@mirrorwatch/upstream/http/backoff'

/** An attempt without a record after this time belongs to a process that died. */
const LEASE_MS = 15 * 60_000
/**
 * An attempt is cut off here, however slowly the receiver answers: if it still ran when its lease ended, another process
 * would send the same message.
 */
const ATTEMPT_MS = 10 * 60_000
const BACKOFF = { firstMs: 5 * 60_000, lastMs: 6 * 3_600_000 }
/** With the waits between them, some 20 hours. */
const MAX_ATTEMPTS = 10
const MAX_ERROR_CHARS = 500

export interface Delivered {
  sent: Delivery[]
  failed: Delivery[]
}

/** Selects deliveries by kind and, if given, by subject and channel. */
export interface DeliveryFilter {
  kind: DeliveryKind
  subject?: string
  channel?: DeliveryChannel
}

/** Makes one delivery. It must end soon after `signal` fires. */
export type SendDelivery = (delivery: Delivery, signal: AbortSignal) => Promise<void>

/**
 * Makes every delivery that is due. Any number of processes may do so at once. A delivery is recorded right after the
 * receiver took it; where the process dies in between, it is made again with the same message id, by which the receiver
 * can tell. A failure is tried again after 5, 10, 20 … minutes, ten times in all. Once `stop` fires, no further one is begun.
 */
export async function deliverDue(
  db: Db,
  what: DeliveryFilter,
  clock: () => Date,
  send: SendDelivery,
  stop?: AbortSignal,
): Promise<Delivered> {
  const done: Delivered = { sent: [], failed: [] }
  for (;;) {
    if (stop?.aborted === true) return done
    // The clock is read for each: before the last of many recipients, an hour may have passed.
    const now = clock()
    const delivery = await claimDelivery(db, what, now, new Date(now.getTime() + LEASE_MS))
    if (delivery === null) return done
    try {
      await send(delivery, AbortSignal.timeout(ATTEMPT_MS))
    } catch (error) {
      const lastError = (error instanceof Error ? error.message : String(error)).slice(0, MAX_ERROR_CHARS)
      await markAttemptFailed(db, delivery.id, lastError, nextAttempt(delivery.attempts, clock()))
      done.failed.push({ ...delivery, lastError })
      continue
    }
    await markSent(db, delivery.id, clock())
    done.sent.push(delivery)
  }
}

function nextAttempt(attempts: number, now: Date): Date | null {
  if (attempts >= MAX_ATTEMPTS) return null
  return new Date(now.getTime() + backoffMs(BACKOFF, attempts))
}
