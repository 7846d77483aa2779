import { stemsOf } from './affix.ts'
import { FACTOR, mix, textHash } from './hash.ts'
import { skeletonOf } from './letters.ts'

/**
 * Hashes of a repository name such that any two names that a rule may connect share at least one:
 *
 * - the name and each way to leave out one letter: shared by names within one edit, swaps included;
 * - what the name looks like, and its letters in any order;
 * - the name and each stem without an affix, plural or version.
 *
 * Names that merely share a hash are told apart by comparing them.
 */
export function forEachSignature(key: string, visit: (hash: number) => void): void {
  deletions(key, visit)
  visit(mix(textHash(skeletonOf(key)), SKELETON))
  visit(mix(letterSum(key), LETTERS))
  visit(mix(textHash(key), STEM))
  for (const stem of stemsOf(key)) visit(mix(textHash(stem), STEM))
  if (key.endsWith('s')) visit(mix(textHash(key.slice(0, -1)), STEM))
  if (key.endsWith('es')) visit(mix(textHash(key.slice(0, -2)), STEM))
}

const SKELETON = 0x51ed270b
const LETTERS = 0x2545f491
const STEM = 0x1b873593

/** A polynomial, so that the hash of a word without one letter follows from its prefixes and powers in one step each. */
function deletions(key: string, visit: (hash: number) => void): void {
  const length = key.length
  visit(mix(textHash(key), 0))
  // suffix: hash of what follows letter i; power: FACTOR to the number of letters in it.
  let suffix = 0
  let power = 1
  const whole = prefixHashes(key)
  for (let i = length - 1; i >= 0; i--) {
    const letter = key.charCodeAt(i)
    // In a run of equal letters, leaving out any gives the same word.
    if (i === length - 1 || key.charCodeAt(i + 1) !== letter) {
      visit(mix((Math.imul(whole[i] ?? 0, power) + suffix) | 0, 0))
    }
    suffix = (suffix + Math.imul(letter, power)) | 0
    power = Math.imul(power, FACTOR)
  }
}

let scratch = new Int32Array(256)

function prefixHashes(key: string): Int32Array {
  if (key.length > scratch.length) scratch = new Int32Array(key.length * 2)
  let hash = 0
  for (let i = 0; i < key.length; i++) {
    scratch[i] = hash
    hash = (Math.imul(hash, FACTOR) + key.charCodeAt(i)) | 0
  }
  return scratch
}

function letterSum(text: string): number {
  let sum = text.length
  for (let i = 0; i < text.length; i++) sum = (sum + mix(text.charCodeAt(i), LETTERS)) | 0
  return sum
}
