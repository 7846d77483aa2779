import { stemsOf } from './affix.ts'
import { FACTOR } from './hash.ts'
import {
  letterBit,
  skeletonHashOf,
  skeletonOf,
  sortedLetters,
  withoutSeparators,
  wordsOf,
} from './letters.ts'
import { MOST_LETTERS } from './limits.ts'

/**
 * One word of a path (an owner, a repository, a host) in the forms that the rules compare. Most words come close to no
 * other, so that all but the cheapest forms are made when they are asked for, once.
 */
export class Label {
  /** Lower case, as written. */
  readonly text: string
  /** Without separators. */
  readonly key: string
  /** {@link letterBit} of all letters of the key. */
  readonly mask: number
  /** {@link textHash} of the key. */
  readonly keyHash: number
  #skeletonHash: number | null = null
  #skeleton: string | null = null
  #stems: readonly string[] | null = null
  #letters: string | null = null
  #words: readonly string[] | null = null
  #wordsInOrder: string | null = null

  constructor(text: string) {
    const key = withoutSeparators(text)
    let mask = 0
    let hash = 0
    for (let i = 0; i < key.length; i++) {
      const code = key.charCodeAt(i)
      mask |= letterBit(code)
      hash = (Math.imul(hash, FACTOR) + code) | 0
    }
    this.text = text
    this.key = key
    this.mask = mask
    this.keyHash = hash
  }

  /** {@link textHash} of the skeleton. */
  get skeletonHash(): number {
    this.#skeletonHash ??= skeletonHashOf(this.key)
    return this.#skeletonHash
  }

  /** {@link skeletonOf} the key. */
  get skeleton(): string {
    this.#skeleton ??= skeletonOf(this.key)
    return this.#skeleton
  }

  /** The key without each affix that it may have. */
  get stems(): readonly string[] {
    this.#stems ??= this.key.length > MOST_LETTERS ? [] : stemsOf(this.key)
    return this.#stems
  }

  /** The key's letters in order. */
  get letters(): string {
    this.#letters ??= sortedLetters(this.key)
    return this.#letters
  }

  get words(): readonly string[] {
    this.#words ??= wordsOf(this.text)
    return this.#words
  }

  get wordsInOrder(): string {
    this.#wordsInOrder ??= this.words.toSorted().join(' ')
    return this.#wordsInOrder
  }
}
