import { hashOn } from './hash.ts'

/** The letters of a word: which there are, in what order, and what they look like. All functions expect lower case. */

/** Returns the word without what separates its parts: `gin-gonic` → `gingonic`. */
export function withoutSeparators(word: string): string {
  return word.replaceAll(/[-./_~]/g, '')
}

/** Reports whether a character code is one of `-`, `.`, `/`, `_` and `~`. */
export function isSeparator(code: number): boolean {
  return (code >= 45 && code <= 47) || code === 95 || code === 126
}

/** Splits a word at its separators: `gin-gonic` → gin, gonic. */
export function splitWords(word: string): string[] {
  return word.split(/[-./_~]+/).filter((part) => part !== '')
}

/** Returns the letters in alphabetical order, which is equal for anagrams. */
export function sortedLetters(word: string): string {
  return word.split('').sort().join('')
}

/** Returns a letter's bit in a set of letters. Digits share four bits, and everything else one. */
export function letterBit(code: number): number {
  if (code >= 97 && code <= 122) return 1 << (code - 97)
  return code >= 48 && code <= 57 ? 1 << (26 + (code & 3)) : 1 << 30
}

/** Letters that look alike in a usual font. The first of each row stands for the others. */
const LOOK_ALIKES = ['l1i', 'o0', 's5', 'z2', 'b8', 'g9q']

/** The letter that stands for each letter, by character code. */
const DRAWN_AS = Uint16Array.from({ length: 128 }, (_, code) => {
  const row = LOOK_ALIKES.find((letters) => letters.includes(String.fromCharCode(code)))
  return row?.charCodeAt(0) ?? code
})

/** Pairs of letters that look like one. */
const [R, N, M] = [codeOf('r'), codeOf('n'), codeOf('m')]
const [V, W] = [codeOf('v'), codeOf('w')]
const [C, L, D] = [codeOf('c'), codeOf('l'), codeOf('d')]

/**
 * Returns what the word looks like: equal for words that a reader takes for one another, `rnattn` and `mattn`, `g1t` and
 * `git`. (Unicode calls this a skeleton.)
 */
export function skeletonOf(word: string): string {
  let skeleton = ''
  for (let i = 0; i < word.length; i++) {
    const pair = drawnPair(word, i)
    skeleton += String.fromCharCode(pair ?? drawnAs(word, i))
    if (pair !== null) i++
  }
  return skeleton
}

/** Returns {@link hashText} of the skeleton five times as fast: it is computed for every owner and repository. */
export function skeletonHashOf(word: string): number {
  let hash = 0
  for (let i = 0; i < word.length; i++) {
    const pair = drawnPair(word, i)
    hash = hashOn(hash, pair ?? drawnAs(word, i))
    if (pair !== null) i++
  }
  return hash
}

function drawnAs(word: string, at: number): number {
  const code = word.charCodeAt(at)
  return DRAWN_AS[code] ?? code
}

/** Returns the letter that the one at `at` and the next look like together, or null. */
function drawnPair(word: string, at: number): number | null {
  const first = word.charCodeAt(at)
  if (first !== R && first !== V && first !== C) return null
  const second = drawnAs(word, at + 1)
  if (first === R) return second === N ? M : null
  if (first === V) return second === V ? W : null
  return second === L ? D : null
}

function codeOf(letter: string): number {
  return letter.charCodeAt(0)
}
