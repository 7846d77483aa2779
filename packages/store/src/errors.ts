/**
 * Why the store could not do what was asked. The union is closed: callers switch on it.
 *
 * - `invalid-url`: DATABASE_URL is not a postgres:// URL.
 * - `unreachable`: nothing answers there (refused, unknown host, timeout).
 * - `refused`: a server answers and says no: wrong password, no such database or role, no permission, too many connections.
 * - `unsupported`: the server is too old, or was migrated by a newer mirrorwatch.
 * - `migration-failed`: a migration could not be applied; nothing of it was kept.
 * - `data-dir`: the data folder cannot be made, used or trusted.
 * - `locked`: another process holds the embedded store and does not answer.
 * - `embedded-failed`: the embedded Postgres could not start, or stopped unexpectedly.
 * - `owner-gone`: the process that held the embedded store, and that this one had joined, has exited.
 * - `connection-lost`: the connection broke in the middle of a query; asking again may work.
 * - `disk-full`: the database has no room left.
 * - `not-found`: there is no such row.
 * - `invalid-input`: a value that the store cannot take; trying again cannot help.
 */
export type StoreErrorCode =
  | 'invalid-url'
  | 'unreachable'
  | 'refused'
  | 'unsupported'
  | 'migration-failed'
  | 'data-dir'
  | 'locked'
  | 'embedded-failed'
  | 'owner-gone'
  | 'connection-lost'
  | 'disk-full'
  | 'not-found'
  | 'invalid-input'

/** The one error class of this package. The message says what failed, where (never with a password), and what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.code = code
  }
}

/** True where `error` is a {@link StoreError}, of one of `codes` if any are given. */
export function isStoreError(error: unknown, ...codes: StoreErrorCode[]): error is StoreError {
  return error instanceof StoreError && (codes.length === 0 || codes.includes(error.code))
}

/**
 * True where Postgres ended this transaction because it and another waited for each other: nothing is wrong with it, and
 * doing it again at once is right. Source: PostgreSQL documentation, "PostgreSQL Error Codes", class 40.
 */
export function isDeadlock(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === '40P01' || error.code === '40001')
}

/** Returns true if the store itself is unavailable, so that any query would fail. */
export function isOutage(error: unknown): boolean {
  return isStoreError(
    error,
    'unreachable',
    'connection-lost',
    'refused',
    'owner-gone',
    'embedded-failed',
    'disk-full',
  )
}

/** Returns the message of a thrown value, which need not be an Error. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
