/** Bytes of text, added piece by piece. Millions of pieces joined as strings would be garbage as large as the text. */
export class LineBuffer {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES)
  #length = 0

  /** Adds text that may hold any letter. */
  addText(text: string): void {
    this.#reserve(text.length * MOST_BYTES_PER_UNIT)
    this.#length += this.#bytes.write(text, this.#length)
  }

  /** Adds bytes that are kept elsewhere. */
  addBytes(bytes: Buffer): void {
    this.#reserve(bytes.length)
    bytes.copy(this.#bytes, this.#length)
    this.#length += bytes.length
  }

  /** What was added since the last call, in memory of its own. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = new Uint8Array(this.#length)
    taken.set(this.#bytes.subarray(0, this.#length))
    this.#length = 0
    return taken
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#length + more))
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
}

const FIRST_BYTES = 1 << 20
/** UTF-8 bytes of one UTF-16 code unit, at most. */
const MOST_BYTES_PER_UNIT = 3
