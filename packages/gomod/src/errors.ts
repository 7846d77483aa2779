/**
 * Why something of Go's world could not be read, fetched or trusted. The union is closed: callers switch on it.
 *
 * - `invalid-*`, `malformed`: the input itself is wrong; trying again cannot help.
 * - `not-found`, `gone`: the upstream says that it has no such thing (404, 410).
 * - `not-cached`: a cached-only question found nothing; says nothing about existence.
 * - `blocked`: the mirror refuses the module, and says that the module is the reason.
 * - `access-denied`: a server refuses us (403, 451): network policy, pace, geography; says nothing about the module.
 * - `unauthorized`: the host wants credentials (private, or deleted: hosts do not tell which).
 * - `retry-later`: 429, 5xx, a timeout, a broken connection; `retryAfterMs` where the upstream gave one.
 * - `bad-response`: an answer that is not what the protocol says.
 * - `too-large`: over a limit of `limits.ts`.
 * - `forbidden-address`: a private, loopback, link-local or metadata address, or a scheme that is not allowed.
 * - `not-trusted`: a signature, proof or hash does not hold.
 * - `git-failed`: the git command failed in a way that none of the above describes.
 */
export type GomodErrorCode =
  | 'invalid-path'
  | 'invalid-version'
  | 'malformed'
  | 'not-found'
  | 'gone'
  | 'not-cached'
  | 'blocked'
  | 'access-denied'
  | 'unauthorized'
  | 'retry-later'
  | 'bad-response'
  | 'too-large'
  | 'forbidden-address'
  | 'not-trusted'
  | 'git-failed'

/** The one error class of this package; `code` says what to do, `cause` what happened underneath. */
export class GomodError extends Error {
  override readonly name = 'GomodError'
  readonly code: GomodErrorCode
  /** How long the upstream asked us to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(
    code: GomodErrorCode,
    message: string,
    options: { cause?: unknown; retryAfterMs?: number } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.code = code
    this.retryAfterMs = options.retryAfterMs
  }
}

/** True where `error` is a {@link GomodError}, of one of `codes` if any are given. */
export function isGomodError(error: unknown, ...codes: GomodErrorCode[]): error is GomodError {
  return error instanceof GomodError && (codes.length === 0 || codes.includes(error.code))
}

/** `code` of a Node or undici error; empty where there is none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
