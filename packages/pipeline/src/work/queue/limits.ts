/** Bounds of the queue, each with its reason. */

/** How long running jobs may finish when the queue closes: a fetch with its retries, not a whole repository. */
export const DEFAULT_CLOSE_DEADLINE_MS = 10_000

/** How long an aborted job may take to notice. */
export const ABORT_GRACE_MS = 2_000

/** Jobs in one call to the backend: larger ones block Redis, and the embedded Postgres, for noticeably long. */
export const ADD_CHUNK = 1_000

/** How long a job may go without a sign of life. Half of it is the renewal interval. */
export const LOCK_MS = 30_000

/** A job whose worker died is run again this often; one that kills its worker every time then stops doing so. */
export const MAX_STALLED = 3

/** Failed jobs that are kept for people to look at; the truth about failures is in Postgres. */
export const KEEP_FAILED = 100

/** Lifecycle events that BullMQ keeps per queue. Nothing here reads them. */
export const KEEP_EVENTS = 100

/** How long the first connection may take. */
export const CONNECT_MS = 5_000

/** Longest wait between two attempts to reconnect: what a call waits for is a few of these. */
export const MAX_RECONNECT_MS = 1_000

/** Attempts to reconnect after which a call that adds or counts fails instead of waiting on. */
export const PRODUCER_RETRIES = 2

/** Seconds that an idle worker waits for a notification before it looks by itself. */
export const DRAIN_DELAY_S = 5

/**
 * The same on the embedded Postgres, whose notifications come from its own socket server: a missed one costs a second,
 * an unneeded look half a millisecond.
 */
export const EMBEDDED_DRAIN_DELAY_S = 1

/** Connections of one process to the queue's database: each worker keeps one for notifications. */
export const QUEUE_POOL_SIZE = 32
