/** 32-bit hashes of words. Two words may share one, so the words themselves are compared afterwards. */

/** FNV's prime: odd and well spread. */
const FACTOR = 0x01000193

/** Returns the hash of a text. With `before`, the hash of what comes before, the text goes on from letter `start`. */
export function hashText(text: string, before = 0, start = 0): number {
  let hash = before
  for (let i = start; i < text.length; i++) hash = hashOn(hash, text.charCodeAt(i))
  return hash
}

/** Returns the hash of a text with one more letter. */
export function hashOn(before: number, letter: number): number {
  return (Math.imul(before, FACTOR) + letter) | 0
}

/** Spreads a hash over all 32 bits, differently for each kind of thing that is hashed (murmur3's finalizer). */
export function mix(hash: number, kind: number): number {
  let mixed = hash ^ kind
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) | 0
}

/** Returns a hash of two words in this order. */
export function hashPair(first: number, second: number): number {
  return mix(Math.imul(first, FACTOR), second)
}
