import { addsAffix, addsAffixes, SHORTEST_STEM } from './affixes.ts'
import { countEdits, isKeyboardSlip, isPlural, isSwap } from './edits.ts'
import { HONEST_AFFIXES } from './known-words.ts'
import { splitWords } from './letters.ts'
import type { Word } from './word.ts'

/** A way in which one word can be taken for another, the closest first. */
export type Relation =
  | 'separators'
  | 'look-alike'
  | 'swap'
  | 'plural'
  | 'keyboard'
  | 'edit'
  | 'words-reordered'
  | 'anagram'
  | 'affix-added'
  | 'affixes-added'
  | 'affix-removed'
  | 'affix-changed'
  | 'two-edits'
  | 'word-added'
  | 'extended'
  | 'shortened'

/** Edits that a relation stands for, null where it counts none; the `distance` of a candidate. */
export const DISTANCE: Readonly<Record<Relation, number | null>> = {
  separators: null,
  'look-alike': null,
  swap: 1,
  plural: null,
  keyboard: 1,
  edit: 1,
  'words-reordered': null,
  anagram: null,
  'affix-added': null,
  'affixes-added': null,
  'affix-removed': null,
  'affix-changed': null,
  'two-edits': 2,
  'word-added': null,
  extended: null,
  shortened: null,
}

/** Reports whether the relation is a typo of one edit, or reads the same. */
export function isCloseRelation(relation: Relation | null): boolean {
  return relation !== null && CLOSE.has(relation)
}

const CLOSE: ReadonlySet<Relation> = new Set([
  'separators',
  'look-alike',
  'swap',
  'plural',
  'keyboard',
  'edit',
])

/**
 * Returns the closest relation of a word to a known word, or null. Equal words have none. How long a word must be for its
 * relation to mean anything is for the rules to say.
 */
export function relationOf(word: Word, known: Word): Relation | null {
  const a = word.letters
  const b = known.letters
  if (a === b) return word.text === known.text ? null : 'separators'
  if (word.isLong || known.isLong) return null
  if (word.looksLike(known)) return 'look-alike'
  if (isSwap(a, b)) return 'swap'
  if (isPlural(a, b)) return 'plural'
  const edits = countEdits(a, b)
  if (edits === 1) return isKeyboardSlip(a, b) ? 'keyboard' : 'edit'
  if (a.length === b.length && word.letterSet === known.letterSet) {
    if (hasSameWords(word, known)) return 'words-reordered'
    if (word.sorted === known.sorted) return 'anagram'
  }
  if (addsAffix(a, b)) return 'affix-added'
  if (addsAffix(b, a)) return 'affix-removed'
  if (sharesStem(word, known)) return 'affix-changed'
  if (addsAffixes(a, b)) return 'affixes-added'
  if (edits === 2) return 'two-edits'
  if (addsWord(word.text, known.text)) return 'word-added'
  if (extendsWord(word, known)) return 'extended'
  return shortens(word, known) ? 'shortened' : null
}

/** Reports whether letters were added to the known word at one end, without a separator between. */
function extendsWord({ text, letters }: Word, known: Word): boolean {
  const isLonger = letters.length > known.letters.length
  return (
    isLonger && text === letters && (letters.startsWith(known.letters) || letters.endsWith(known.letters))
  )
}

/** Reports whether each part of the known word was cut short: `jsoniter` for `json-iterator`, `prom` for `prometheus`. */
function shortens({ letters }: Word, known: Word): boolean {
  return letters.length < known.letters.length && startsParts(letters, splitWords(known.text))
}

/** Reports whether the letters are the starts of all parts, one after another. */
function startsParts(letters: string, [part = '', ...others]: readonly string[]): boolean {
  if (others.length === 0)
    return letters.length >= Math.min(part.length, SHORTEST_STEM) && part.startsWith(letters)
  for (let length = Math.min(part.length, SHORTEST_STEM); length <= part.length; length++) {
    if (!part.startsWith(letters.slice(0, length))) return false
    if (startsParts(letters.slice(length), others)) return true
  }
  return false
}

function hasSameWords(word: Word, known: Word): boolean {
  return word.words.length > 1 && word.words.join(' ') === known.words.join(' ')
}

/** Reports whether both are one stem with different affixes: `uber-go`, `uber-dev`. */
export function sharesStem(word: Word, known: Word): boolean {
  return (
    word.stems.length > 0 &&
    known.stems.some((stem) => stem.length > SHORTEST_STEM && word.stems.includes(stem))
  )
}

/** Reports whether `word` is `known` with another word, set off by a separator, that does not say "archive" or the like. */
function addsWord(word: string, known: string): boolean {
  const added = word.startsWith(known)
    ? word.slice(known.length)
    : word.endsWith(known)
      ? word.slice(0, -known.length)
      : ''
  const isSetOff = word.startsWith(known) ? /^[-_.]./ : /.[-_.]$/
  return isSetOff.test(added) && !added.split(/[-_.]+/).some((part) => HONEST_AFFIXES.has(part))
}
