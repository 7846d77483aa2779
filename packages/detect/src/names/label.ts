import { stemsOf } from './affix.ts'
import { textHash } from './hash.ts'
import { letterMask, skeletonOf, sortedLetters, withoutSeparators, wordsOf } from './letters.ts'
import { MOST_LETTERS } from './limits.ts'

/** One word of a path (an owner, a repository, a host) in the forms that the rules compare. */
export interface Label {
  /** Lower case, as written. */
  text: string
  /** Without separators. */
  key: string
  /** {@link letterMask} of the key. */
  mask: number
  /** {@link skeletonOf} the key. */
  skeleton: string
  /** {@link textHash} of the key. */
  keyHash: number
  /** {@link textHash} of the skeleton. */
  skeletonHash: number
  /** The key without each affix that it may have. */
  stems: readonly string[]
  /** Lazily: letters in order, words in order. */
  forms: LabelForms | null
}

interface LabelForms {
  letters: string
  words: string[]
  wordsInOrder: string
}

export function toLabel(text: string): Label {
  const key = withoutSeparators(text)
  const skeleton = skeletonOf(key)
  return {
    text,
    key,
    mask: letterMask(key),
    keyHash: textHash(key),
    skeleton,
    skeletonHash: textHash(skeleton),
    stems: key.length > MOST_LETTERS ? [] : stemsOf(key),
    forms: null,
  }
}

/** The dearer forms, computed once for the few words that come close to another. */
export function formsOf(label: Label): LabelForms {
  if (label.forms === null) {
    const words = wordsOf(label.text)
    label.forms = { letters: sortedLetters(label.key), words, wordsInOrder: words.toSorted().join(' ') }
  }
  return label.forms
}
