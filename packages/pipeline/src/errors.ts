/**
 * Why the service could not be configured or run.
 *
 * - `bad-config`: an environment variable (named in the message) has a value that cannot be used.
 * - `upstream`: a feed, proxy or other upstream could not be reached or does not speak its protocol.
 * - `bad-input`: a file or argument that a person gave cannot be used.
 * - `lease-lost`: another crawler has the window that was being read; what was read here is not saved.
 * - `distrusted`: a checksum database contradicts its own signed history; the evidence is in the store.
 * - `too-much`: something that came from outside takes more time or memory than it may have.
 * - `internal`: a state that the code does not expect; a bug of ours.
 */
export type PipelineErrorCode =
  | 'bad-config'
  | 'upstream'
  | 'bad-input'
  | 'lease-lost'
  | 'distrusted'
  | 'too-much'
  | 'internal'

/** The one error class of this package. `message` says what and where, `todo` what to do about it. */
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

/** True where `error` is a {@link PipelineError} of one of `codes`. */
export function isPipelineError(error: unknown, ...codes: PipelineErrorCode[]): error is PipelineError {
  return error instanceof PipelineError && codes.includes(error.code)
}
