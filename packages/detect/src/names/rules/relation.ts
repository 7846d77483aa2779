import { MOST_LETTERS } from '../limits.ts'
import { addsAffix, SHORTEST_STEM } from './affix.ts'
import type { Label } from './label.ts'
import { editsUpToTwo, isKeyboardSlip, isPlural, isSwap } from './letters.ts'
import { HONEST_AFFIXES } from './words.ts'

/** How one word can be taken for another, the closest kind first. */
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
  | 'affix-removed'
  | 'affix-changed'
  | 'two-edits'
  | 'word-added'

/** Edits that a relation stands for where it counts them, for the candidate's `distance`. */
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
  'affix-removed': null,
  'affix-changed': null,
  'two-edits': 2,
  'word-added': null,
}

/** Whether one edit or none is what the relation is: a typo or something that reads the same. */
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

/** The closest relation of `a` to the known word `t`, or null; equal words have none. Lengths are the rules' business. */
export function relationOf(a: Label, t: Label): Relation | null {
  if (a.key === t.key) return a.text === t.text ? null : 'separators'
  if (a.key.length > MOST_LETTERS || t.key.length > MOST_LETTERS) return null
  if (a.skeletonHash === t.skeletonHash && a.skeleton === t.skeleton) return 'look-alike'
  if (isSwap(a.key, t.key)) return 'swap'
  if (isPlural(a.key, t.key)) return 'plural'
  const edits = editsUpToTwo(a.key, t.key)
  if (edits === 1) return isKeyboardSlip(a.key, t.key) ? 'keyboard' : 'edit'
  if (isReordered(a, t)) return 'words-reordered'
  if (a.key.length === t.key.length && a.mask === t.mask && a.letters === t.letters) return 'anagram'
  if (addsAffix(a.key, t.key)) return 'affix-added'
  if (addsAffix(t.key, a.key)) return 'affix-removed'
  if (sharesStem(a, t)) return 'affix-changed'
  if (edits === 2) return 'two-edits'
  return addsWord(a.text, t.text) ? 'word-added' : null
}

function isReordered(a: Label, t: Label): boolean {
  if (a.key.length !== t.key.length || a.mask !== t.mask) return false
  return a.words.length > 1 && a.wordsInOrder === t.wordsInOrder
}

/** Whether both are one stem with different affixes: `uber-go`, `uber-dev`. */
export function sharesStem(a: Label, t: Label): boolean {
  return a.stems.length > 0 && t.stems.some((stem) => stem.length > SHORTEST_STEM && a.stems.includes(stem))
}

/** Whether `a` is `t` with another word, set off by a separator, that does not say "archive" or the like. */
function addsWord(a: string, t: string): boolean {
  if (a.length <= t.length + 1) return false
  const rest = a.startsWith(t) ? a.slice(t.length) : a.endsWith(t) ? reverseRest(a, t) : ''
  return /^[-_.]/.test(rest) && !rest.split(/[-_.]+/).some((word) => HONEST_AFFIXES.has(word))
}

function reverseRest(a: string, t: string): string {
  const before = a.slice(0, a.length - t.length)
  return /[-_.]$/.test(before) ? `-${before.slice(0, -1)}` : ''
}
