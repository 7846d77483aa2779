/** Subject, reason and end of an entry of an ignore file. Keys that are null are not compared. */
export interface IgnoreEntry {
  module: string | null
  /** The module that the name resembles. */
  target: string | null
  /** A name rule of `check`, or a verdict of `verify`. */
  rule: string | null
  /** `h1:` of the zip: this very content. */
  sum: string | null
  reason: string
  /** Last day, as an ISO date. */
  until: string
}

/** A result that an entry may be about. */
export type Ignorable = Pick<IgnoreEntry, 'module' | 'target' | 'rule' | 'sum'>

const KEYS = ['module', 'target', 'rule', 'sum'] as const

/** The entries of an ignore file on one day, and which of them were of use. */
export class Ignores {
  readonly #file: string
  readonly #entries: readonly IgnoreEntry[]
  readonly #today: string
  readonly #used = new Set<IgnoreEntry>()

  /** @param file name of the file, for messages */
  constructor(file: string, entries: readonly IgnoreEntry[], now: Date) {
    this.#file = file
    this.#entries = entries
    this.#today = now.toISOString().slice(0, 10)
  }

  /** Returns the entry that is about the result; null if none is, or none still holds. */
  match(result: Ignorable): IgnoreEntry | null {
    const entry = this.#entries.find(
      (each) => this.#holds(each) && KEYS.every((key) => each[key] === null || each[key] === result[key]),
    )
    if (entry !== undefined) this.#used.add(entry)
    return entry ?? null
  }

  /**
   * Returns what to say about entries that have ended, and about those that are of no use for these modules.
   *
   * @param isMine true for an entry that only this command can use
   */
  remarks(modules: ReadonlySet<string>, isMine: (entry: IgnoreEntry) => boolean): string[] {
    return this.#entries.flatMap((entry, i) => {
      const name = `${this.#file}: entry ${i + 1} (${KEYS.flatMap((key) => entry[key] ?? []).join(', ')})`
      if (!this.#holds(entry)) return [`${name} ended on ${entry.until} and is not applied`]
      if (this.#used.has(entry)) return []
      if (entry.module !== null && !modules.has(entry.module))
        return [`${name} names no module that was given`]
      return isMine(entry) ? [`${name} matched nothing: remove it`] : []
    })
  }

  #holds({ until }: IgnoreEntry): boolean {
    return this.#today <= until
  }
}
