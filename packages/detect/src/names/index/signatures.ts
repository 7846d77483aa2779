import { MOST_LETTERS } from '../limits.ts'
import { FACTOR, mix, textHash } from '../rules/hash.ts'
import type { Label } from '../rules/label.ts'

/** Enough for a word of the most letters: each may be left out, and every affix may be on it. */
export const MOST_SIGNATURES = 4 * MOST_LETTERS

/**
 * Writes hashes of a repository name such that any two names that a rule may connect share at least one, and returns how
 * many:
 *
 * - the name and each way to leave out one letter: shared by names within one edit, swaps included;
 * - what the name looks like, and its letters in any order;
 * - the name and each stem without an affix, plural or version.
 *
 * Names that merely share a hash are told apart by comparing them. Of a name of more than `MOST_LETTERS` letters, which
 * nothing resembles, there are none.
 */
export function signaturesOf(label: Label, into: Int32Array): number {
  const { key } = label
  if (key.length > MOST_LETTERS) return 0
  let count = deletions(label, into)
  into[count++] = mix(label.skeletonHash, SKELETON)
  into[count++] = mix(letterSum(key), LETTERS)
  into[count++] = mix(label.keyHash, STEM)
  for (const stem of label.stems) into[count++] = mix(textHash(stem), STEM)
  if (key.endsWith('s')) into[count++] = mix(textHash(key.slice(0, -1)), STEM)
  if (key.endsWith('es')) into[count++] = mix(textHash(key.slice(0, -2)), STEM)
  return count
}

const SKELETON = 0x51ed270b
const LETTERS = 0x2545f491
const STEM = 0x1b873593

/** Hashes of what precedes each letter, kept between calls. */
const prefixes = new Int32Array(MOST_LETTERS)

/** A polynomial, so that the hash of a word without one letter follows from its prefixes and powers in one step each. */
function deletions({ key, keyHash }: Label, into: Int32Array): number {
  let hash = 0
  for (let i = 0; i < key.length; i++) {
    prefixes[i] = hash
    hash = (Math.imul(hash, FACTOR) + key.charCodeAt(i)) | 0
  }
  let count = 0
  into[count++] = mix(keyHash, 0)
  // suffix: hash of what follows letter i; power: FACTOR to the number of letters in it.
  let suffix = 0
  let power = 1
  let next = -1
  for (let i = key.length - 1; i >= 0; i--) {
    const letter = key.charCodeAt(i)
    // In a run of equal letters, leaving out any gives the same word.
    if (letter !== next) into[count++] = mix((Math.imul(prefixes[i] ?? 0, power) + suffix) | 0, 0)
    suffix = (suffix + Math.imul(letter, power)) | 0
    power = Math.imul(power, FACTOR)
    next = letter
  }
  return count
}

/** The same for words of the same letters. */
function letterSum(text: string): number {
  let sum = text.length
  for (let i = 0; i < text.length; i++) sum = (sum + mix(text.charCodeAt(i), LETTERS)) | 0
  return sum
}
