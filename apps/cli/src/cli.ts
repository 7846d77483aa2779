import { once } from 'node:events'
import { InvalidArgumentError } from 'commander'

/** What every command ends with: nothing to report, something was found, or the question could not be answered. */
export const EXIT = { fine: 0, found: 1, failed: 2 } as const

/**
 * An error that a person can act on: what went wrong and where, and what to do about it.
 * Thrown by commands; `main.ts` prints it without a stack and exits with 2.
 */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly todo: string | undefined

  constructor(message: string, options: { todo?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.todo = options.todo
  }
}

/** Sets the exit code of a command that ran to its end. A later, worse one wins. */
export function exitWith(code: number): void {
  process.exitCode = Math.max(Number(process.exitCode ?? 0), code)
}

/** Writes one line of result to stdout and waits where the reader is slow, so that output never piles up in memory. */
export async function printLine(text: string): Promise<void> {
  if (!process.stdout.write(`${text}\n`)) await once(process.stdout, 'drain')
}

/** Writes one result as one line of JSON. */
export async function printJson(value: unknown): Promise<void> {
  await printLine(JSON.stringify(value))
}

/** Writes a remark for a person to stderr. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** A control character in a terminal can hide or forge a line; what comes from outside is shown through this. Tabs stay. */
export function visible(untrustedText: string): string {
  return untrustedText.replaceAll(
    /(?!\t)[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  )
}

/**
 * An AbortSignal that fires on the first Ctrl-C or SIGTERM; a second one ends the process at once.
 * `resumeHint` is printed with the first, so that nobody wonders what was lost.
 */
export function interruptSignal(resumeHint: string): { signal: AbortSignal; dispose: () => void } {
  const controller = new AbortController()
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(130)
    note(`\n${name}: finishing what has begun (again to stop at once). ${resumeHint}`)
    controller.abort(new CliError(`interrupted by ${name}`))
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return {
    signal: controller.signal,
    dispose: () => {
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onSignal)
    },
  }
}

/** Commander option parser for a whole number from `low` up. */
export function wholeNumber(low: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!Number.isSafeInteger(value) || value < low) {
      throw new InvalidArgumentError(`"${text}" is not a whole number from ${low} up.`)
    }
    return value
  }
}

/** Commander option parser for a point in time, RFC 3339 or a date; the text is kept, microseconds included. */
export function pointInTime(text: string): string {
  const pattern = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2}))?$/
  if (!pattern.test(text) || Number.isNaN(Date.parse(text))) {
    throw new InvalidArgumentError(`"${text}" is not a time; write 2026-11-01 or 2026-11-01T08:30:00Z.`)
  }
  return text.length === 10 ? `${text}T00:00:00Z` : text
}
