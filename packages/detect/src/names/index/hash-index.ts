/**
 * Items by 32-bit hash, built once and then only read. Entries whose hashes have the same low bits form a bucket and stand
 * side by side; `starts` says where each bucket begins. Most hashes that are asked for are not there, and a bit for each
 * bucket, small enough for the processor's cache, says so. All but the items are numbers, which the garbage collector
 * does not have to visit.
 */
export class HashIndex<T> {
  readonly #mask: number
  readonly #starts: Int32Array
  readonly #hashes: Int32Array
  /** Position of each entry's item. */
  readonly #positions: Int32Array
  readonly #items: readonly T[]
  readonly #filled: Int32Array

  /** The hashes must be well mixed. An item may have any number of them, and is found once for each. */
  constructor(items: Iterable<T>, hashesOf: (item: T) => Iterable<number>) {
    this.#items = [...items]
    const positions: number[] = []
    const hashes: number[] = []
    for (const [position, item] of this.#items.entries()) {
      for (const hash of hashesOf(item)) {
        positions.push(position)
        hashes.push(hash)
      }
    }
    const buckets = 2 ** Math.ceil(Math.log2(4 * hashes.length + 32))
    this.#mask = buckets - 1
    this.#starts = new Int32Array(buckets + 1)
    this.#hashes = new Int32Array(hashes.length)
    this.#positions = new Int32Array(hashes.length)
    this.#filled = new Int32Array(buckets / 32)
    // Counting sort: the size of each bucket, then where each ends, then its entries from the end to the start.
    for (const hash of hashes) {
      const bucket = hash & this.#mask
      this.#filled[bucket >>> 5] = (this.#filled[bucket >>> 5] ?? 0) | (1 << hash)
      add(this.#starts, bucket, 1)
    }
    for (let bucket = 1; bucket <= buckets; bucket++) add(this.#starts, bucket, this.#starts[bucket - 1] ?? 0)
    for (const [i, hash] of hashes.entries()) {
      const at = add(this.#starts, hash & this.#mask, -1)
      this.#hashes[at] = hash
      this.#positions[at] = positions[i] ?? 0
    }
  }

  /** Returns the items with the hash. */
  find(hash: number): readonly T[] {
    const bucket = hash & this.#mask
    if (((this.#filled[bucket >>> 5] ?? 0) & (1 << hash)) === 0) return NONE
    const end = this.#starts[bucket + 1] ?? 0
    let found: T[] | null = null
    for (let i = this.#starts[bucket] ?? 0; i < end; i++) {
      if (this.#hashes[i] === hash) (found ??= []).push(this.#items[this.#positions[i] ?? 0] as T)
    }
    return found ?? NONE
  }
}

const NONE: readonly never[] = []

/** Adds to a number of an array and returns the sum. */
function add(numbers: Int32Array, at: number, amount: number): number {
  const sum = (numbers[at] ?? 0) + amount
  numbers[at] = sum
  return sum
}
