import type { Logger } from '@mirrorwatch/pipeline/observe/log'

/** Age up to which a value is as good as new, and up to which it is given while a new one is read. */
const FRESH_MS = 30_000
const USABLE_MS = 10 * 60_000
/** Values that are kept where nothing else is said. */
const MAX_VALUES = 60

interface Entry<T> {
  value: Promise<T>
  at: number
  isRefreshing: boolean
}

/**
 * Figures that count over many findings, which everyone sees alike. They are read at most every half minute, and nobody waits
 * for them but the first who asks after a while.
 */
export class Kept<T> {
  readonly #entries = new Map<string, Entry<T>>()
  readonly #log: Pick<Logger, 'warn'>
  readonly #maxValues: number

  constructor(log: Pick<Logger, 'warn'>, maxValues = MAX_VALUES) {
    this.#log = log
    this.#maxValues = maxValues
  }

  /** Returns the kept value of a key, or else that of `read`. */
  async get(key: string, now: Date, read: () => Promise<T>): Promise<T> {
    const entry = this.#entries.get(key)
    const age = now.getTime() - (entry?.at ?? 0)
    if (entry === undefined || age >= USABLE_MS) return this.#store(key, now, read())
    if (age >= FRESH_MS && !entry.isRefreshing) void this.#refresh(key, entry, now, read)
    return entry.value
  }

  async #refresh(key: string, entry: Entry<T>, now: Date, read: () => Promise<T>): Promise<void> {
    entry.isRefreshing = true
    try {
      await this.#store(key, now, Promise.resolve(await read()))
    } catch (err) {
      entry.isRefreshing = false
      this.#log.warn({ err, key }, 'could not read the figures of a page again')
    }
  }

  async #store(key: string, now: Date, value: Promise<T>): Promise<T> {
    const entry = { value, at: now.getTime(), isRefreshing: false }
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    const [oldest] = this.#entries.keys()
    if (this.#entries.size > this.#maxValues && oldest !== undefined) this.#entries.delete(oldest)
    try {
      return await value
    } catch (error) {
      if (this.#entries.get(key) === entry) this.#entries.delete(key)
      throw error
    }
  }
}
