/** Bounds of the queue, each with its reason. */

/** Time for running jobs to finish when the queue closes: enough for a fetch with its retries, not for a whole repository. */
export const DEFAULT_CLOSE_DEADLINE_MS = 10_000

/** Time for an aborted job to stop. */
export const ABORT_GRACE_MS = 2_000

/** Jobs in one call to the backend: larger ones block Redis, and the embedded Postgres, for noticeably long. */
export const ADD_CHUNK = 1_000

/** Duration of a job's lock. Renewed after half of it. */
export const LOCK_MS = 30_000

/** Limit on runs of a job whose worker died, so that a job that kills its worker does not do so forever. */
export const MAX_STALLED = 3

/** Limit on failed jobs kept for inspection; Postgres has the full record of failures. */
export const KEEP_FAILED = 100

/** Lifecycle events that BullMQ keeps per queue. Nothing here reads them. */
export const KEEP_EVENTS = 100

/** Time limit for the first connection. */
export const CONNECT_MS = 5_000

/** Longest wait between two attempts to reconnect: a call waits for a few of these. */
export const MAX_RECONNECT_MS = 1_000

/** Attempts to reconnect after which a call that adds or counts fails instead of waiting on. */
export const PRODUCER_RETRIES = 2

/** Seconds that an idle worker waits for a notification before it polls. */
export const DRAIN_DELAY_S = 5

/**
 * Seconds between polls on the embedded Postgres, whose notifications come from its own socket server: a missed one costs a
 * second, an unneeded poll half a millisecond.
 */
export const EMBEDDED_DRAIN_DELAY_S = 1

/** Connections of one process to the queue's database: each worker keeps one for notifications. */
export const QUEUE_POOL_SIZE = 32
