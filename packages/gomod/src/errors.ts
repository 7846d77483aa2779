/**
 * Reason why a Go module, file or upstream could not be read, fetched or trusted. The union is closed: callers switch on it.
 *
 * - `invalid-*`, `malformed`: the input itself is wrong; a retry cannot help.
 * - `not-found`, `gone`: the upstream has no such thing (404, 410).
 * - `not-cached`: the mirror has not cached it; this says nothing about existence.
 * - `blocked`: the mirror refuses the module, and says that the module is the reason.
 * - `access-denied`: a server refuses the client (403, 451) for network policy, request rate or geography; this says nothing
 *   about the module.
 * - `unauthorized`: the host wants credentials (private or deleted: hosts do not distinguish).
 * - `retry-later`: 429, 5xx, a timeout or a broken connection; `retryAfterMs` if the upstream gave one.
 * - `bad-response`: the answer violates the protocol.
 * - `too-large`: over a limit of `limits.ts`.
 * - `forbidden-address`: a private, loopback, link-local or metadata address, or a scheme that is not allowed.
 * - `not-trusted`: a signature, proof or hash does not verify.
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

/** Error class of this package. `code` says how to react, `cause` holds the underlying error. */
export class GomodError extends Error {
  override readonly name = 'GomodError'
  readonly code: GomodErrorCode
  /** Delay that the upstream asked for, in milliseconds. */
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

/** Returns true if `error` is a {@link GomodError} with one of `codes`, or with any code if none are given. */
export function isGomodError(error: unknown, ...codes: GomodErrorCode[]): error is GomodError {
  return error instanceof GomodError && (codes.length === 0 || codes.includes(error.code))
}

/** Returns `code` of a Node or undici error, or an empty string. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
