/**
 * Hash → small numbers, in typed arrays: 12 bytes an entry, with half-empty slots and the filter some 22. Most questions
 * are about hashes that are not there; a filter of one bit for each answers those without waiting for main memory.
 */
export class HashTable {
  #slots = new Int32Array(1024).fill(-1)
  #filter = new Int32Array(128)
  #hashes = new Int32Array(1024)
  #values = new Int32Array(1024)
  #next = new Int32Array(1024)
  #size = 0

  /** Nothing is ever taken out: what a number stands for may be gone. */
  add(hash: number, value: number): void {
    if (this.#size === this.#hashes.length) this.#growEntries()
    if (this.#size * 2 > this.#slots.length) this.#growSlots()
    const entry = this.#size++
    this.#hashes[entry] = hash
    this.#values[entry] = value
    this.#link(entry, hash)
  }

  /** An entry with the hash, for {@link value} and {@link next}; -1 where there is none. The hash is a mixed one. */
  first(hash: number): number {
    const bits = this.#filter[(hash >>> 5) & (this.#filter.length - 1)] ?? 0
    if ((bits & (1 << hash)) === 0) return -1
    return this.#withHash(this.#slots[hash & (this.#slots.length - 1)] ?? -1, hash)
  }

  next(entry: number): number {
    return this.#withHash(this.#next[entry] ?? -1, this.#hashes[entry] ?? 0)
  }

  value(entry: number): number {
    return this.#values[entry] ?? 0
  }

  get bytes(): number {
    return (this.#slots.length + this.#filter.length + 3 * this.#hashes.length) * 4
  }

  #withHash(from: number, hash: number): number {
    let entry = from
    while (entry !== -1 && this.#hashes[entry] !== hash) entry = this.#next[entry] ?? -1
    return entry
  }

  #link(entry: number, hash: number): void {
    const slot = hash & (this.#slots.length - 1)
    this.#next[entry] = this.#slots[slot] ?? -1
    this.#slots[slot] = entry
    const word = (hash >>> 5) & (this.#filter.length - 1)
    this.#filter[word] = (this.#filter[word] ?? 0) | (1 << hash)
  }

  #growEntries(): void {
    this.#hashes = doubled(this.#hashes)
    this.#values = doubled(this.#values)
    this.#next = doubled(this.#next)
  }

  #growSlots(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(-1)
    this.#filter = new Int32Array(this.#slots.length / FILTER_SHARE)
    for (let entry = 0; entry < this.#size; entry++) this.#link(entry, this.#hashes[entry] ?? 0)
  }
}

/** Slots for each word of 32 bits: 8 to 16 bits for each entry, a megabyte for 50,000 targets. */
const FILTER_SHARE = 8

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2)
  larger.set(array)
  return larger
}
