/**
 * Why the service could not be configured or run.
 *
 * - `bad-config`: an environment variable (named in the message) has a value that cannot be used.
 * - `upstream`: a feed, proxy or other upstream could not be reached or does not speak its protocol.
 * - `bad-input`: a file or argument that a person gave cannot be used.
 * - `internal`: a state that the code does not expect; a bug of ours.
 */
export type PipelineErrorCode = 'bad-config' | 'upstream' | 'bad-input' | 'internal'

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
