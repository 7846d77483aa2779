/**
 * Watchdog for the loops of a process. In each round a loop announces when the next one starts; a loop that misses that time is
 * stuck.
 */
export class LoopWatch {
  readonly #due = new Map<string, number>()
  readonly #now: () => number

  /** @param now monotonic milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Expects the next round of `loop` within `ms`. */
  expect(loop: string, ms: number): void {
    this.#due.set(loop, this.#now() + ms)
  }

  /** Stops expecting `loop`, which has ended. */
  end(loop: string): void {
    this.#due.delete(loop)
  }

  /** Returns the loops whose next round is late. */
  stuck(): string[] {
    const now = this.#now()
    return [...this.#due].filter(([, due]) => due < now).map(([loop]) => loop)
  }
}
