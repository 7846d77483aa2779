import type { CodeTokens } from './code-tokens.ts'

export interface WinnowOptions {
  /** Tokens of one piece. */
  length: number
  /** Consecutive pieces of which the one with the smallest hash is chosen. */
  window: number
  /** Telling tokens that a piece must have. */
  telling: number
}

/**
 * Adds the hashes of a choice of a file's pieces to `into`: numbers below 2^52. Any `length + window - 1` tokens that two files
 * have in common give a common hash (Schleimer, Wilkerson, Aiken: Winnowing, SIGMOD 2003). Pieces without enough telling tokens
 * are in every program and are left out.
 */
export function winnow(code: CodeTokens, options: WinnowOptions, into: Set<number>): void {
  const { window } = options
  const hashes = pieceHashes(code, options)
  const last = hashes.length - 1
  let [leastAt, chosenAt] = [0, -1]
  for (let at = 0; at <= last; at++) {
    if ((hashes[at] ?? 0) <= (hashes[leastAt] ?? 0)) leastAt = at
    else if (leastAt <= at - window) leastAt = leastIn(hashes, at - window + 1, at)
    // A file that is shorter than one window has one choice.
    if (leastAt === chosenAt || (at < window - 1 && at < last)) continue
    chosenAt = leastAt
    const least = hashes[leastAt] ?? Infinity
    if (least !== Infinity) into.add(least)
  }
}

const FACTOR_LOW = 0x2c1b3c6d
const FACTOR_HIGH = 0x297a2d39

/** Rolls two hashes over the tokens. Infinity stands for a piece that says too little. */
function pieceHashes({ tokens, telling }: CodeTokens, options: WinnowOptions): Float64Array {
  const { length } = options
  const hashes = new Float64Array(Math.max(0, tokens.length - length + 1))
  const [overLow, overHigh] = [power(FACTOR_LOW, length), power(FACTOR_HIGH, length)]
  let [low, high, told] = [0, 0, 0]
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] ?? 0
    low = (Math.imul(low, FACTOR_LOW) + token) | 0
    high = (Math.imul(high, FACTOR_HIGH) + token) | 0
    told += telling[at] ?? 0
    if (at >= length) {
      const gone = tokens[at - length] ?? 0
      low = (low - Math.imul(gone, overLow)) | 0
      high = (high - Math.imul(gone, overHigh)) | 0
      told -= telling[at - length] ?? 0
    }
    if (at >= length - 1) hashes[at - length + 1] = told >= options.telling ? joined(low, high) : Infinity
  }
  return hashes
}

function power(base: number, exponent: number): number {
  let product = 1
  for (let i = 0; i < exponent; i++) product = Math.imul(product, base)
  return product
}

/** Position of the smallest hash from `from` to `to`, the rightmost of equals. */
function leastIn(hashes: Float64Array, from: number, to: number): number {
  let least = to
  for (let at = to - 1; at >= from; at--) if ((hashes[at] ?? 0) < (hashes[least] ?? 0)) least = at
  return least
}

/** Spreads both hashes evenly over 52 bits, so that "smallest" is a fair choice. */
function joined(low: number, high: number): number {
  return (mix(high ^ mix(low)) & 0xfffff) * 2 ** 32 + mix(low ^ high)
}

/** Finaliser of MurmurHash3 (public domain). */
function mix(value: number): number {
  let h = value >>> 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
