import { stemsOf } from './affix.ts'
import { FACTOR, mix, textHash } from './hash.ts'
import { skeletonOf, withoutSeparators } from './letters.ts'
import { TWO_EDITS_OWNER } from './limits.ts'

/**
 * Hashes of an owner such that any two owners that a rule may connect share at least one: as for repositories, and for
 * names within two edits each way to leave out two letters. `text` is the owner with its separators.
 */
export function forEachOwnerSignature(text: string, key: string, visit: (hash: number) => void): void {
  forEachSignature(key, visit)
  if (key.length >= TWO_EDITS_OWNER) {
    for (let i = 0; i < key.length; i++) {
      if (i + 1 === key.length || key[i + 1] !== key[i]) pairDeletions(key, i, visit)
    }
  }
  // What is left of `google-contrib` when a word goes.
  for (const { index } of text.matchAll(/[-_.~/]+/g)) {
    visit(mix(textHash(withoutSeparators(text.slice(0, index))), STEM))
    visit(mix(textHash(withoutSeparators(text.slice(index))), STEM))
  }
}

/** Each way to leave out letter `first` and a later one. */
function pairDeletions(key: string, first: number, visit: (hash: number) => void): void {
  deletions(key.slice(0, first) + key.slice(first + 1), visit)
}

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
