/** Bytes of text, added piece by piece. Millions of pieces joined as strings would be garbage as large as the text. */
export class LineBuffer {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES)
  #length = 0

  /** Bytes that were added since the last {@link take}. */
  get length(): number {
    return this.#length
  }

  /** Adds text that may hold any letter. */
  addText(text: string): void {
    this.#reserve(text.length * MOST_BYTES_PER_UNIT)
    this.#length += this.#bytes.write(text, this.#length)
  }

  /** The same, fast where it is short and ASCII. */
  addShort(text: string): void {
    this.#reserve(text.length)
    const bytes = this.#bytes
    const start = this.#length
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code > 126) return this.addText(text)
      bytes[start + i] = code
    }
    this.#length = start + text.length
  }

  /** Adds a part of bytes that are kept elsewhere. */
  addBytes(bytes: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start)
    this.#bytes.set(bytes.subarray(start, end), this.#length)
    this.#length += end - start
  }

  /** Adds a part of what was added before once more. */
  addAgain(start: number, end: number): void {
    this.#reserve(end - start)
    this.#bytes.copyWithin(this.#length, start, end)
    this.#length += end - start
  }

  /**
   * Adds each of the texts, as {@link textsInOne} makes them; before each but the first once more what was added from `start`
   * on. All are copied at once to where the last will be, and moved from there: a
   * copy out of other memory takes as long as several here.
   */
  addEach(texts: Uint8Array, count: number, start: number): void {
    const head = this.#length - start
    const room = texts.length + (count - 1) * head
    this.#reserve(room)
    const bytes = this.#bytes
    let to = this.#length
    let from = to + (count - 1) * head
    bytes.set(texts, from)
    for (let i = 0; i < count; i++) {
      if (i > 0) {
        bytes.copyWithin(to, start, start + head)
        to += head
      }
      const length = lengthAt(bytes, from)
      from += LENGTH_BYTES
      bytes.copyWithin(to, from, from + length)
      to += length
      from += length
    }
    this.#length = to
  }

  /**
   * What was added since the last call, in memory of its own and no larger: handed over as it is, the memory would be up to
   * four times as much, and blocks wait for their turn and for the garbage collector.
   */
  take(): Uint8Array<ArrayBuffer> {
    const taken = new Uint8Array(this.#bytes.buffer, 0, this.#length).slice()
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

/** Bytes of a text's length, before it. */
export const LENGTH_BYTES = 2
const LONGEST_TEXT = 0xffff

/** Texts one behind the other, each after its length. Null where one is too long for that. */
export function textsInOne(texts: readonly Buffer[]): Uint8Array | null {
  if (texts.some(({ length }) => length > LONGEST_TEXT)) return null
  return Buffer.concat(texts.flatMap((text) => [Buffer.of(text.length & 0xff, text.length >> 8), text]))
}

/** The length of the text that begins at `at` with it. */
export function lengthAt(texts: Uint8Array, at: number): number {
  return (texts[at] ?? 0) | ((texts[at + 1] ?? 0) << 8)
}

/** UTF-8 bytes of one UTF-16 code unit, at most. */
const MOST_BYTES_PER_UNIT = 3
