/**
 * Hash → small numbers: pairs side by side, each in the slot that its hash chooses or in the next free one of an array that
 * is at most half full. A question costs one wait for main memory; most are about hashes that are not there, and a filter
 * of two bits for each answers those without it. 16 to 32 bytes an entry.
 */
export class HashTable {
  /** Hash and value + 1 of each slot; a value of 0 is a free slot. */
  #pairs = new Int32Array(2048)
  #filter = new Int32Array(128)
  #size = 0

  /** Nothing is ever taken out: what a number stands for may be gone. The hash is a mixed one, the value not negative. */
  add(hash: number, value: number): void {
    if (++this.#size * 4 > this.#pairs.length) this.#grow()
    this.#place(hash, value + 1)
  }

  /** The slot of an entry with the hash, for {@link value} and {@link next}; -1 where there is none. */
  first(hash: number): number {
    const bits = this.#filter[(hash >>> 5) & (this.#filter.length - 1)] ?? 0
    return (bits & filterBits(hash)) === filterBits(hash) ? this.#withHash(hash, hash) : -1
  }

  next(slot: number): number {
    return this.#withHash(slot + 1, this.#pairs[2 * slot] ?? 0)
  }

  value(slot: number): number {
    return (this.#pairs[2 * slot + 1] ?? 0) - 1
  }

  get bytes(): number {
    return (this.#pairs.length + this.#filter.length) * 4
  }

  #withHash(from: number, hash: number): number {
    const pairs = this.#pairs
    const mask = pairs.length - 1
    let at = (2 * from) & mask
    while (pairs[at + 1] !== 0) {
      if (pairs[at] === hash) return at >> 1
      at = (at + 2) & mask
    }
    return -1
  }

  #place(hash: number, stored: number): void {
    const pairs = this.#pairs
    const mask = pairs.length - 1
    let at = (2 * hash) & mask
    while (pairs[at + 1] !== 0) at = (at + 2) & mask
    pairs[at] = hash
    pairs[at + 1] = stored
    const word = (hash >>> 5) & (this.#filter.length - 1)
    this.#filter[word] = (this.#filter[word] ?? 0) | filterBits(hash)
  }

  #grow(): void {
    const before = this.#pairs
    this.#pairs = new Int32Array(before.length * 2)
    this.#filter = new Int32Array(before.length / FILTER_SHARE)
    for (let at = 0; at < before.length; at += 2) {
      const stored = before[at + 1] ?? 0
      if (stored !== 0) this.#place(before[at] ?? 0, stored)
    }
  }
}

/** Two bits of a word, chosen by other parts of the hash than the word is. */
function filterBits(hash: number): number {
  return (1 << hash) | (1 << (hash >>> 27))
}

/** Numbers of the pairs for each word of the filter's, 32 bits: 8 to 16 bits an entry, a megabyte for 50,000 targets. */
const FILTER_SHARE = 8
