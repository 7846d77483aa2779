/**
 * Why a report or an alert could not be written or sent.
 *
 * - `bad-config`: a setting (named in the message) has a value that cannot be used.
 * - `bad-input`: an argument that a person gave cannot be used.
 * - `upstream`: a mail server or webhook could not be reached or refused the message.
 * - `internal`: a state that the code does not expect; a bug in mirrorwatch.
 */
export type NotifyErrorCode = 'bad-config' | 'bad-input' | 'upstream' | 'internal'

/** The one error class of this package. `message` says what and where, `todo` what to do about it. */
export class NotifyError extends Error {
  override readonly name = 'NotifyError'
  readonly code: NotifyErrorCode
  readonly todo: string | undefined

  constructor(code: NotifyErrorCode, message: string, options: { todo?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.code = code
    this.todo = options.todo
  }
}
