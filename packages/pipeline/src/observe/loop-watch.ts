/**
 * Watches the loops of a process. Each loop says, whenever it comes round, by when it will come round again; one that does not
 * is stuck.
 */
export class LoopWatch {
  readonly #due = new Map<string, number>()
  readonly #now: () => number

  /** @param now monotonic milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** `loop` will come round again within `ms`. */
  expect(loop: string, ms: number): void {
    this.#due.set(loop, this.#now() + ms)
  }

  /** `loop` has ended and is no longer expected. */
  end(loop: string): void {
    this.#due.delete(loop)
  }

  /** Returns the loops that should have come round and did not. */
  stuck(): string[] {
    const now = this.#now()
    return [...this.#due].filter(([, due]) => due < now).map(([loop]) => loop)
  }
}
