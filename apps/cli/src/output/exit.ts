/** Exit codes of every command: nothing to report, something was found, or the question could not be answered. */
export const EXIT = { fine: 0, found: 1, failed: 2 } as const

/** Sets the exit code of a command that ran to its end. A higher code set earlier stays. */
export function exitWith(code: number): void {
  process.exitCode = Math.max(Number(process.exitCode ?? 0), code)
}

/** An error that a person can act on: what failed, on what, and what to do. It is printed without a stack; the exit code is 2. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly todo: string | undefined

  constructor(message: string, options: { todo?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.todo = options.todo
  }
}
