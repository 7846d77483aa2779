import { formatIndexTime } from './timestamp.ts'

export interface FeedEntry {
  path: string
  version: string
  /** Microseconds since 1970. */
  at: bigint
  /** The mirror can no longer serve it: listed only with `include=all`. */
  gone?: boolean
}

/** Anything that can be read like index.golang.org. */
export interface FeedSource {
  /** Up to `limit` entries not before `since`, oldest first; those that are gone only with `all`. */
  page(since: bigint, limit: number, all: boolean): FeedEntry[]
}

/** The index of a world. Entries may be added late, with a time that readers have passed, and more than once. */
export class IndexFeed implements FeedSource {
  readonly #entries: FeedEntry[] = []

  add(entry: FeedEntry): void {
    this.#entries.splice(this.#firstNotBefore(entry.at + 1n), 0, entry)
  }

  /** Marks a module's entries as no longer served (or served again). */
  setGone(path: string, gone: boolean): void {
    for (const entry of this.#entries) if (entry.path === path) entry.gone = gone
  }

  page(since: bigint, limit: number, all: boolean): FeedEntry[] {
    const found: FeedEntry[] = []
    for (let i = this.#firstNotBefore(since); i < this.#entries.length && found.length < limit; i++) {
      const entry = this.#entries[i] as FeedEntry
      if (all || !entry.gone) found.push(entry)
    }
    return found
  }

  get size(): number {
    return this.#entries.length
  }

  #firstNotBefore(at: bigint): number {
    let low = 0
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#entries[middle] as FeedEntry).at < at) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** One line of the index. */
export function feedLine(entry: FeedEntry): string {
  return `${JSON.stringify({ Path: entry.path, Version: entry.version, Timestamp: formatIndexTime(entry.at) })}\n`
}
