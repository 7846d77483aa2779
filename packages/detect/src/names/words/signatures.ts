import { hashOn, hashText, mix } from './hash.ts'
import type { Word } from './word.ts'

/**
 * Returns hashes of a word such that any two words that a repository rule may connect share at least one:
 *
 * - the word, and the word without one letter: shared by words within one edit, swaps included (SymSpell's idea);
 * - its skeleton, and which letters it has;
 * - the word, and each stem without an affix, a plural or a version.
 *
 * A word of more than `MOST_LETTERS` letters, which nothing resembles, has the hash of itself alone.
 */
export function signaturesOf(word: Word): number[] {
  const { letters } = word
  const signatures = [mix(word.hash, EDITED)]
  if (word.isLong) return signatures
  let before = 0
  for (let i = 0; i < letters.length; i++) {
    const letter = letters.charCodeAt(i)
    // In a run of equal letters, leaving out any gives the same word.
    if (letter !== letters.charCodeAt(i + 1)) signatures.push(mix(hashText(letters, before, i + 1), EDITED))
    before = hashOn(before, letter)
  }
  signatures.push(mix(word.skeletonHash, SKELETON))
  signatures.push(mix(word.letterSet, letters.length))
  signatures.push(mix(word.hash, STEM))
  for (const stem of word.stems) signatures.push(mix(hashText(stem), STEM))
  if (letters.endsWith('s')) signatures.push(mix(hashText(letters.slice(0, -1)), STEM))
  if (letters.endsWith('es')) signatures.push(mix(hashText(letters.slice(0, -2)), STEM))
  return signatures
}

const EDITED = 0
const SKELETON = 0x51ed270b
const STEM = 0x1b873593
