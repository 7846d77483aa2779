import type { Label } from './label.ts'

/**
 * What can be said about two words from four numbers each, side by side in memory: looking at the words themselves would
 * wait for main memory at every one. `no` is certain, the others are not.
 */
export type LetterRows = Int32Array

/** Numbers of one word. */
export const ROW_WIDTH = 4

export function letterRows(labels: readonly Label[]): LetterRows {
  const rows = new Int32Array(labels.length * ROW_WIDTH)
  for (const [i, label] of labels.entries()) {
    rows[i * ROW_WIDTH] = label.mask
    rows[i * ROW_WIDTH + 1] = label.key.length
    rows[i * ROW_WIDTH + 2] = label.skeletonHash
    rows[i * ROW_WIDTH + 3] = ends(label.key) | (label.stemBits << 16)
  }
  return rows
}

/** First and last letter in the lower half of a number; the upper half is for stems. */
function ends(key: string): number {
  return key === '' ? 0 : ((key.charCodeAt(0) & 0xff) << 8) | (key.charCodeAt(key.length - 1) & 0xff)
}

/** `stem`: only as one stem with different affixes, which the letters do not tell. */
export type MayBe = 'no' | 'yes' | 'stem'

/** Whether `relationOf` can be anything for the word and the one in row `i`. */
export function mayBeRelated(word: Label, rows: LetterRows, i: number): MayBe {
  if (mayBeTypo(word, rows, i)) return 'yes'
  const at = i * ROW_WIDTH
  const mask = rows[at] ?? 0
  const last = rows[at + 3] ?? 0
  // An affix or a word more: one is a part of the other, at its start or its end.
  if ((word.mask & ~mask) === 0 || (mask & ~word.mask) === 0) {
    const different = (last ^ ends(word.key)) & 0xffff
    if ((different & 0xff) === 0 || (different & 0xff00) === 0) return 'yes'
  }
  return last >>> 16 !== 0 && ((last >>> 16) & word.stemBits) !== 0 ? 'stem' : 'no'
}

/** The same for relations without an affix or a word more: separators, edits, anagrams, look-alikes. */
export function mayBeTypo(word: Label, rows: LetterRows, i: number): boolean {
  const at = i * ROW_WIDTH
  const mask = rows[at] ?? 0
  const longer = word.key.length - (rows[at + 1] ?? 0)
  if (longer <= 2 && longer >= -2 && atMostTwoBits(word.mask & ~mask) && atMostTwoBits(mask & ~word.mask)) {
    return true
  }
  return rows[at + 2] === word.skeletonHash
}

function atMostTwoBits(bits: number): boolean {
  const one = bits & (bits - 1)
  return (one & (one - 1)) === 0
}
