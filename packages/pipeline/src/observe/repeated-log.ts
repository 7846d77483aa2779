import type { Logger } from './log.ts'

/** Time during which a repeated error is counted instead of logged. */
const QUIET_MS = 60_000
/** Limit on remembered errors, because their texts are unbounded. */
const MOST_KINDS = 200

interface Said {
  at: number
  unsaid: number
}

/**
 * Log that writes the same error once a minute: an outage of a second makes hundreds of jobs and calls fail in the same way.
 * The next line of the same kind gives the number of suppressed ones.
 */
export class RepeatedLog {
  readonly #said = new Map<string, Said>()
  readonly #log: Logger
  readonly #now: () => number

  constructor(log: Logger, now: () => number = () => performance.now()) {
    this.#log = log
    this.#now = now
  }

  /** Logs `error` under `message`, unless an error whose text differs in numbers only was logged a moment ago. */
  warn(error: Error, message: string, fields: Record<string, unknown> = {}): void {
    const kind = `${message}: ${error.message.replace(/\d+/g, '#').slice(0, 200)}`
    const now = this.#now()
    const said = this.#said.get(kind)
    if (said !== undefined && now - said.at < QUIET_MS) {
      said.unsaid++
      return
    }
    const unsaid = said?.unsaid ?? 0
    this.#log.warn({ err: error, ...fields, ...(unsaid === 0 ? {} : { unsaid }) }, message)
    if (this.#said.size >= MOST_KINDS) this.#said.clear()
    this.#said.set(kind, { at: now, unsaid: 0 })
  }
}
