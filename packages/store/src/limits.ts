/** Every bound of this package, each with its reason. */

/** A Unix socket's path: `sun_path` holds 108 bytes on Linux and 104 on macOS and the BSDs, the closing NUL included. */
export const MAX_SOCKET_PATH_BYTES = 103

/** Connections to the embedded Postgres at once. A command uses ten or so; the eleventh command is a mistake. */
export const MAX_EMBEDDED_CONNECTIONS = 100

/** One extended-protocol sequence (Parse … Sync) of one connection: the largest page that is ever saved is a few MB. */
export const MAX_SEQUENCE_BYTES = 256 * 1024 * 1024

/**
 * Time that a connection may keep a transaction open without sending anything. All connections share one Postgres session,
 * so the others wait. The longest transaction of a stage takes well under a second.
 */
export const IDLE_IN_TRANSACTION_MS = 30_000

/** Time that a command waits for the process that runs the embedded store to accept connections. Creating it takes seconds. */
export const JOIN_TIMEOUT_MS = 60_000

/** Time limit for closing the embedded store. Open transactions get 5 s; the last checkpoint takes 1 s. */
export const CLOSE_TIMEOUT_MS = 20_000

/** Timeout of a connection attempt to a Postgres server. */
export const CONNECT_TIMEOUT_MS = 10_000

/** Connections of one process to its store. The queue has its own. */
export const POOL_SIZE = 10

/** Oldest Postgres that is supported: `unique nulls not distinct` came with 15. */
export const MIN_POSTGRES_MAJOR = 15

/** Rows per round trip when a whole table is streamed. */
export const STREAM_PAGE = 5_000

/** Interval at which the embedded store checks whether tables need vacuuming. A check takes a millisecond. */
export const HOUSEKEEPING_MS = 10_000

/** Autovacuum's defaults: a table is vacuumed past this many dead rows plus this part of it, … */
export const VACUUM_ROWS = 50
export const VACUUM_FRACTION = 0.2

/** … analysed past this part of it, … */
export const ANALYZE_FRACTION = 0.1

/** … and frozen at this age (autovacuum_freeze_max_age's half): transaction ids run out at two thousand million. */
export const FREEZE_AGE = 100_000_000

/** Log after which the embedded store makes a checkpoint: replaying this much after a kill takes about a second. */
export const CHECKPOINT_WAL_BYTES = 64 * 1024 * 1024
