import { WebProblem } from '../problem.ts'

/** Failed attempts of one address after which it waits, … */
const MAX_FAILURES = 10
/** … and for how long. A token has 256 bits: the limit keeps logs short rather than guessers out. */
const WINDOW_MS = 5 * 60_000
/** Addresses that are remembered. When there are more, the oldest is forgotten. */
const MAX_ADDRESSES = 10_000

/** Limits failed sign-ins by address. */
export class Attempts {
  readonly #failures = new Map<string, { count: number; since: number }>()

  /** @throws WebProblem 429 after too many failures */
  check(address: string, nowMs: number): void {
    const found = this.#failures.get(address)
    if (found === undefined || found.count < MAX_FAILURES) return
    const waitMs = found.since + WINDOW_MS - nowMs
    if (waitMs <= 0) {
      this.#failures.delete(address)
      return
    }
    throw new WebProblem(429, 'Too many failed sign-ins from this address. Wait a few minutes.', {
      'retry-after': String(Math.ceil(waitMs / 1000)),
    })
  }

  failed(address: string, nowMs: number): void {
    const found = this.#failures.get(address)
    if (found !== undefined && nowMs - found.since < WINDOW_MS) {
      found.count++
      return
    }
    this.#failures.delete(address)
    const [oldest] = this.#failures.keys()
    if (this.#failures.size >= MAX_ADDRESSES && oldest !== undefined) this.#failures.delete(oldest)
    this.#failures.set(address, { count: 1, since: nowMs })
  }
}
