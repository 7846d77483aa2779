/** Hash → small numbers, in typed arrays: 12 bytes an entry, half-empty slots included some 20. Nothing is ever taken out. */
export class SignatureTable {
  #slots = new Int32Array(1024).fill(-1)
  #hashes = new Int32Array(1024)
  #values = new Int32Array(1024)
  #next = new Int32Array(1024)
  #size = 0

  add(hash: number, value: number): void {
    if (this.#size === this.#hashes.length) this.#growEntries()
    if (this.#size * 2 > this.#slots.length) this.#growSlots()
    const slot = hash & (this.#slots.length - 1)
    this.#hashes[this.#size] = hash
    this.#values[this.#size] = value
    this.#next[this.#size] = this.#slots[slot] ?? -1
    this.#slots[slot] = this.#size++
  }

  visit(hash: number, found: (value: number) => void): void {
    let entry = this.#slots[hash & (this.#slots.length - 1)] ?? -1
    while (entry !== -1) {
      if (this.#hashes[entry] === hash) found(this.#values[entry] ?? 0)
      entry = this.#next[entry] ?? -1
    }
  }

  get bytes(): number {
    return (this.#slots.length + 3 * this.#hashes.length) * 4
  }

  #growEntries(): void {
    this.#hashes = doubled(this.#hashes)
    this.#values = doubled(this.#values)
    this.#next = doubled(this.#next)
  }

  #growSlots(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1)
    for (let entry = 0; entry < this.#size; entry++) {
      const slot = (this.#hashes[entry] ?? 0) & (slots.length - 1)
      this.#next[entry] = slots[slot] ?? -1
      slots[slot] = entry
    }
    this.#slots = slots
  }
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2)
  larger.set(array)
  return larger
}
