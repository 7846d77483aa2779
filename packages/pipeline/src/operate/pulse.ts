/**
 * Whether the loops of a process still turn. Each loop says, whenever it comes round, by when it will come round again; one
 * that does not is stuck.
 */
export class Pulse {
  readonly #due = new Map<string, number>()
  readonly #now: () => number

  /** @param now monotonic milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** `loop` will be heard of again within `ms`. */
  beat(loop: string, ms: number): void {
    this.#due.set(loop, this.#now() + ms)
  }

  /** `loop` has ended and is not expected any more. */
  end(loop: string): void {
    this.#due.delete(loop)
  }

  /** Loops that should have been heard of and were not. */
  stuck(): string[] {
    const now = this.#now()
    return [...this.#due].filter(([, due]) => due < now).map(([loop]) => loop)
  }
}
