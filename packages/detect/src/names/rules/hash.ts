/** 32-bit hashes of words, for tables whose hits are compared afterwards. */

/** Factor of the polynomial; FNV's prime, odd and well spread. */
export const FACTOR = 0x01000193

export function textHash(text: string): number {
  return hashOn(0, text)
}

/** The hash of a text that goes on with `text`, from the hash of what comes before. */
export function hashOn(before: number, text: string): number {
  let hash = before
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, FACTOR) + text.charCodeAt(i)) | 0
  return hash
}

export function mix(hash: number, kind: number): number {
  let h = hash ^ kind
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) | 0
}
