/**
 * Scanner for Go source by Go's lexical rules (https://go.dev/ref/spec#Lexical_elements), without a syntax tree. It takes bytes as
 * they are in a zip, never fails, and needs one pass: invalid source gives some tokens.
 */

/** Kinds of tokens. An inserted semicolon has no length. */
export const IDENTIFIER = 1
export const NUMBER = 2
export const STRING = 3
export const RUNE = 4
export const OPERATOR = 5
export const SEMICOLON = 6
export const END = 0

const NEWLINE = 10
const QUOTE = 34
const RUNE_QUOTE = 39
const STAR = 42
const DOT = 46
const SLASH = 47
const BACKSLASH = 92
const BACKQUOTE = 96

/** Kind of token that a byte begins, by its value. */
const LETTER = 1
const DIGIT = 2
const CLASS = new Uint8Array(256)
for (let byte = 0; byte < 256; byte++) {
  const text = String.fromCharCode(byte)
  if (/[A-Za-z_]/.test(text) || byte >= 128) CLASS[byte] = LETTER
  if (/[0-9]/.test(text)) CLASS[byte] = DIGIT
}

const FNV_BASIS = 0x811c9dc5
const FNV_PRIME = 0x01000193

/** Returns the hash that the scanner gives to an identifier or operator: FNV-1a of its bytes. */
export function hashOf(text: string): number {
  let hash = FNV_BASIS
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, FNV_PRIME)
  return hash >>> 0
}

/** Keywords after which a line end ends the statement. */
const ENDING_KEYWORDS = new Set(['break', 'continue', 'fallthrough', 'return'].map(hashOf))
const KEYWORDS = new Set(
  (
    'break case chan const continue default defer else fallthrough for func go goto if import interface map package range ' +
    'return select struct switch type var'
  )
    .split(' ')
    .map(hashOf),
)
/** Operators of two and three characters, longest first where one begins another. */
const OPERATORS = ['<<=', '>>=', '&^=', '...'].concat(
  '<< >> &^ += -= *= /= %= &= |= ^= && || <- ++ -- == != <= >= :='.split(' '),
)
const OPERATORS_BY_BYTE = Map.groupBy(
  OPERATORS.map((text) => Buffer.from(text)),
  (bytes) => bytes[0] ?? 0,
)

/** True for the hash of a keyword. */
export function isKeyword(hash: number): boolean {
  return KEYWORDS.has(hash)
}

/** Reads one file token by token. After `next()`, the fields describe the token. */
export class GoScanner {
  readonly #bytes: Uint8Array
  readonly #onComment: ((start: number, end: number) => void) | undefined
  #at = 0
  /** True where a line end ends the statement. */
  #ends = false
  kind = END
  /** Start and end of the token, in bytes. */
  start = 0
  end = 0
  /** {@link hashOf} of an identifier or operator; 0 for others. */
  hash = 0

  /** `onComment` receives where each comment begins and ends. */
  constructor(untrustedBytes: Uint8Array, onComment?: (start: number, end: number) => void) {
    this.#bytes = untrustedBytes
    this.#onComment = onComment
  }

  /** Moves to the next token. Returns false at the end of the file. */
  next(): boolean {
    if (this.#skipBlank()) return true
    const byte = this.#bytes[this.#at]
    this.start = this.#at
    this.hash = 0
    if (byte === undefined) this.kind = END
    else if (CLASS[byte] === LETTER) this.#identifier()
    else if (CLASS[byte] === DIGIT || (byte === DOT && CLASS[this.#bytes[this.#at + 1] ?? 0] === DIGIT))
      this.#number()
    else if (byte === QUOTE || byte === BACKQUOTE || byte === RUNE_QUOTE) this.#quoted(byte)
    else this.#operator(byte)
    this.end = this.#at
    return this.kind !== END
  }

  /** Skips spaces and comments. Returns true where a line end there ends the statement and counts as a token. */
  #skipBlank(): boolean {
    const bytes = this.#bytes
    for (;;) {
      const byte = bytes[this.#at]
      if (byte === NEWLINE) {
        if (this.#ends) return this.#semicolon()
        this.#at++
      } else if (byte === 32 || byte === 9 || byte === 13) this.#at++
      else if (byte === SLASH && bytes[this.#at + 1] === SLASH) {
        const start = this.#at
        this.#at = this.#find(NEWLINE)
        this.#onComment?.(start, this.#at)
      } else if (byte === SLASH && bytes[this.#at + 1] === STAR) {
        if (this.#skipComment() && this.#ends) return this.#semicolon()
      } else if (byte === undefined && this.#ends) return this.#semicolon()
      else return false
    }
  }

  /** Returns true for a comment that holds a line end, which counts as one. */
  #skipComment(): boolean {
    const bytes = this.#bytes
    let [at, hasLineEnd] = [this.#at + 2, false]
    while (at < bytes.length && !(bytes[at] === STAR && bytes[at + 1] === SLASH))
      if (bytes[at++] === NEWLINE) hasLineEnd = true
    const start = this.#at
    this.#at = Math.min(at + 2, bytes.length)
    this.#onComment?.(start, this.#at)
    return hasLineEnd
  }

  #semicolon(): true {
    this.kind = SEMICOLON
    this.start = this.#at
    this.end = this.#at
    this.hash = 0
    this.#ends = false
    return true
  }

  #find(byte: number): number {
    const at = this.#bytes.indexOf(byte, this.#at)
    return at < 0 ? this.#bytes.length : at
  }

  #identifier(): void {
    const bytes = this.#bytes
    let hash = FNV_BASIS
    let at = this.#at
    for (let byte = bytes[at]; byte !== undefined && CLASS[byte] !== 0; byte = bytes[++at])
      hash = Math.imul(hash ^ byte, FNV_PRIME)
    this.#at = at
    this.kind = IDENTIFIER
    this.hash = hash >>> 0
    this.#ends = !KEYWORDS.has(this.hash) || ENDING_KEYWORDS.has(this.hash)
  }

  #number(): void {
    const bytes = this.#bytes
    const isHex = bytes[this.#at] === 48 && ((bytes[this.#at + 1] ?? 0) | 32) === 120
    let at = this.#at + 1
    for (let byte = bytes[at]; byte !== undefined; byte = bytes[++at]) {
      if (CLASS[byte] !== 0 || byte === DOT) continue
      const before = (bytes[at - 1] ?? 0) | 32
      // An exponent has a sign: 1e-9, 0x1p+2.
      if ((byte === 43 || byte === 45) && (before === 112 || (!isHex && before === 101))) continue
      break
    }
    this.#at = at
    this.kind = NUMBER
    this.#ends = true
  }

  #quoted(quote: number): void {
    const bytes = this.#bytes
    let at = this.#at + 1
    for (; at < bytes.length && bytes[at] !== quote; at++) {
      if (quote === BACKQUOTE) continue
      // A line end ends what the file forgot to end.
      if (bytes[at] === NEWLINE) break
      if (bytes[at] === BACKSLASH) at++
    }
    this.#at = Math.min(bytes[at] === quote ? at + 1 : at, bytes.length)
    this.kind = quote === RUNE_QUOTE ? RUNE : STRING
    this.#ends = true
  }

  #operator(byte: number): void {
    const bytes = this.#bytes
    let length = 1
    for (const operator of OPERATORS_BY_BYTE.get(byte) ?? []) {
      if (bytes[this.#at + 1] !== operator[1]) continue
      if (operator.length === 3 && bytes[this.#at + 2] !== operator[2]) continue
      length = operator.length
      break
    }
    let hash = FNV_BASIS
    for (let i = 0; i < length; i++) hash = Math.imul(hash ^ (bytes[this.#at + i] ?? 0), FNV_PRIME)
    this.#at += length
    this.kind = byte === 59 ? SEMICOLON : OPERATOR
    this.hash = hash >>> 0
    const doubled = length === 2 && (byte === 43 || byte === 45) && bytes[this.#at - 1] === byte
    this.#ends = doubled || byte === 41 || byte === 93 || byte === 125
  }
}
