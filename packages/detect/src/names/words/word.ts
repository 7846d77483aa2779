import { stemsOf } from './affixes.ts'
import { hashText } from './hash.ts'
import {
  isSeparator,
  letterBit,
  skeletonHashOf,
  skeletonOf,
  sortedLetters,
  splitWords,
  withoutSeparators,
} from './letters.ts'

/** Longer words (GitHub's longest owner has 39 letters) are compared for equality alone: a typing error hardly turns one into another. */
const MOST_LETTERS = 64

/**
 * One word of a path (an owner, a repository, a host) in the forms that the rules compare. Most words resemble no other,
 * so all but the cheapest forms are computed on first use.
 */
export class Word {
  /** Lower case, as written. */
  readonly text: string
  /** Without separators. */
  readonly letters: string
  /** {@link letterBit} of all letters. */
  readonly letterSet: number
  /** {@link hashText} of the letters. */
  readonly hash: number
  #skeletonHash: number | null = null
  #skeleton: string | null = null
  #stems: readonly string[] | null = null
  #sorted: string | null = null
  #words: readonly string[] | null = null

  constructor(text: string) {
    let letterSet = 0
    let hasSeparators = false
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (isSeparator(code)) hasSeparators = true
      else letterSet |= letterBit(code)
    }
    this.text = text
    this.letters = hasSeparators ? withoutSeparators(text) : text
    this.letterSet = letterSet
    this.hash = hashText(this.letters)
  }

  get isLong(): boolean {
    return this.letters.length > MOST_LETTERS
  }

  /** {@link skeletonHashOf} the letters. */
  get skeletonHash(): number {
    this.#skeletonHash ??= skeletonHashOf(this.letters)
    return this.#skeletonHash
  }

  /** Reports whether the words look alike. */
  looksLike(other: Word): boolean {
    return this.skeletonHash === other.skeletonHash && this.#drawn === other.#drawn
  }

  get #drawn(): string {
    this.#skeleton ??= skeletonOf(this.letters)
    return this.#skeleton
  }

  /** {@link stemsOf} the letters. */
  get stems(): readonly string[] {
    this.#stems ??= this.isLong ? [] : stemsOf(this.letters)
    return this.#stems
  }

  /** The letters in alphabetical order. */
  get sorted(): string {
    this.#sorted ??= sortedLetters(this.letters)
    return this.#sorted
  }

  /** The parts between separators, in alphabetical order. */
  get words(): readonly string[] {
    this.#words ??= splitWords(this.text).sort()
    return this.#words
  }
}
