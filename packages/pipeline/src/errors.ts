/**
 * Reason why the service could not be configured or run.
 *
 * - `bad-config`: an environment variable (named in the message) has an unusable value.
 * - `upstream`: a feed, proxy or other upstream could not be reached or does not speak its protocol.
 * - `bad-input`: a file or argument that a person gave is unusable.
 * - `lease-lost`: another process has taken over this one's work; nothing more is saved here.
 * - `distrusted`: a checksum database contradicts its own signed history; the evidence is in the store.
 * - `too-much`: input from outside takes more time or memory than it may have.
 * - `internal`: a state that the code does not expect; a bug in mirrorwatch.
 */
export type PipelineErrorCode =
  | 'bad-config'
  | 'upstream'
  | 'bad-input'
  | 'lease-lost'
  | 'distrusted'
  | 'too-much'
  | 'internal'

/** Error class of this package. `message` says what failed and where, `todo` what to do about it. */
export class PipelineError extends Error {
  override readonly name = 'PipelineError'
  readonly code: PipelineErrorCode
  readonly todo: string | undefined

  constructor(code: PipelineErrorCode, message: string, options: { todo?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.code = code
    this.todo = options.todo
  }
}

/** Returns true if `error` is a {@link PipelineError} with one of `codes`. */
export function isPipelineError(error: unknown, ...codes: PipelineErrorCode[]): error is PipelineError {
  return error instanceof PipelineError && codes.includes(error.code)
}

/** Returns what was thrown as an Error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}

/** Returns the message and that of its innermost cause, which names `ENOTFOUND` or `ECONNREFUSED`. */
export function causes(error: Error): string {
  let inner: unknown = error
  while (inner instanceof Error && inner.cause !== undefined) inner = inner.cause
  const why = inner instanceof Error && inner !== error ? inner.message : ''
  return why === '' || error.message.includes(why) ? error.message : `${error.message} (${why})`
}
