import { MOST_LETTERS } from '../limits.ts'
import { stemsOf } from './affix.ts'
import { FACTOR, mix, textHash } from './hash.ts'
import {
  isSeparator,
  letterBit,
  skeletonHashOf,
  skeletonOf,
  sortedLetters,
  withoutSeparators,
  wordsOf,
} from './letters.ts'

/** How many numbers a stem is sorted into. */
const STEM_BITS = 16

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
  #stems: readonly string[] | null = null
  #rare: RareForms | null = null

  constructor(text: string) {
    let mask = 0
    let hash = 0
    let isKey = true
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (isSeparator(code)) {
        isKey = false
        continue
      }
      mask |= letterBit(code)
      hash = (Math.imul(hash, FACTOR) + code) | 0
    }
    this.text = text
    this.key = isKey ? text : withoutSeparators(text)
    this.mask = mask
    this.keyHash = hash
  }

  /** {@link textHash} of the skeleton. */
  get skeletonHash(): number {
    this.#skeletonHash ??= skeletonHashOf(this.key)
    return this.#skeletonHash
  }

  /** The key without each affix that it may have. */
  get stems(): readonly string[] {
    this.#stems ??= this.key.length > MOST_LETTERS ? NO_STEMS : stemsOf(this.key)
    return this.#stems
  }

  /** A bit for each stem: where two words have none in common, no stem is in both. */
  get stemBits(): number {
    return this.stems.length === 0 ? 0 : this.#forms.stemBits
  }

  /** {@link skeletonOf} the key. */
  get skeleton(): string {
    return this.#forms.skeleton
  }

  /** The key's letters in order. */
  get letters(): string {
    return this.#forms.letters
  }

  get words(): readonly string[] {
    return this.#forms.words
  }

  get wordsInOrder(): string {
    return this.#forms.wordsInOrder
  }

  get #forms(): RareForms {
    this.#rare ??= new RareForms(this)
    return this.#rare
  }
}

const NO_STEMS: readonly string[] = []

/** What few words are asked for. */
class RareForms {
  readonly #label: Label
  #stemBits: number | null = null
  #skeleton: string | null = null
  #letters: string | null = null
  #words: readonly string[] | null = null
  #wordsInOrder: string | null = null

  constructor(label: Label) {
    this.#label = label
  }

  get stemBits(): number {
    this.#stemBits ??= this.#label.stems.reduce(
      (bits, stem) => bits | (1 << (mix(textHash(stem), 0) & (STEM_BITS - 1))),
      0,
    )
    return this.#stemBits
  }

  get skeleton(): string {
    this.#skeleton ??= skeletonOf(this.#label.key)
    return this.#skeleton
  }

  get letters(): string {
    this.#letters ??= sortedLetters(this.#label.key)
    return this.#letters
  }

  get words(): readonly string[] {
    this.#words ??= wordsOf(this.#label.text)
    return this.#words
  }

  get wordsInOrder(): string {
    this.#wordsInOrder ??= this.words.toSorted().join(' ')
    return this.#wordsInOrder
  }
}
