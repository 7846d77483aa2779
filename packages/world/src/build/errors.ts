/**
 * - `invalid-spec`: a fixture says something that cannot be (an unknown tag, a version that Go would not zip, bad text).
 * - `git-failed`: the git command failed while a repository was made.
 * - `not-here`: the caller names a repository, module or version that this world does not have.
 */
export type WorldErrorCode = 'invalid-spec' | 'git-failed' | 'not-here'

/** The one error class of this package. */
export class WorldError extends Error {
  override readonly name = 'WorldError'
  readonly code: WorldErrorCode

  constructor(code: WorldErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.code = code
  }
}
