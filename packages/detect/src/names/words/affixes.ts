import { AFFIXES } from './known-words.ts'

const AFFIX_SET: ReadonlySet<string> = new Set(AFFIXES)
const VERSION = /^v?[0-9]+$/
const TRAILING_VERSION = /v?[0-9]+$/

/** Letters that a stem has at least: a stem of two letters says nothing. */
export const SHORTEST_STEM = 3

const BY_FIRST_LETTER = Map.groupBy(AFFIXES, (affix) => affix.charAt(0))
const BY_LAST_LETTER = Map.groupBy(AFFIXES, (affix) => affix.charAt(affix.length - 1))
const NONE: readonly string[] = []

export function isAffix(word: string): boolean {
  return AFFIX_SET.has(word)
}

/** Reports whether `word` is `stem` with a known affix before or after it, or a version after it. */
export function addsAffix(word: string, stem: string): boolean {
  return adds(word, stem, isAffix)
}

/** Reports a match with one or two affixes: `therealspf13`. */
export function addsAffixes(word: string, stem: string): boolean {
  return adds(word, stem, isOneOrTwoAffixes)
}

function adds(word: string, stem: string, isAdded: (text: string) => boolean): boolean {
  if (word.length <= stem.length || stem === '') return false
  if (word.startsWith(stem)) {
    const after = word.slice(stem.length)
    if (isAdded(after) || VERSION.test(after)) return true
  }
  return word.endsWith(stem) && isAdded(word.slice(0, -stem.length))
}

function isOneOrTwoAffixes(word: string): boolean {
  if (isAffix(word)) return true
  for (let length = 1; length < word.length; length++) {
    if (isAffix(word.slice(0, length)) && isAffix(word.slice(length))) return true
  }
  return false
}

/** Returns the word without one affix or version, in each way that leaves {@link SHORTEST_STEM} letters. */
export function stemsOf(word: string): readonly string[] {
  let stems: string[] | null = null
  const longestAffix = word.length - SHORTEST_STEM
  for (const affix of BY_FIRST_LETTER.get(word.charAt(0)) ?? NONE) {
    if (affix.length <= longestAffix && word.startsWith(affix)) (stems ??= []).push(word.slice(affix.length))
  }
  for (const affix of BY_LAST_LETTER.get(word.charAt(word.length - 1)) ?? NONE) {
    if (affix.length <= longestAffix && word.endsWith(affix))
      (stems ??= []).push(word.slice(0, -affix.length))
  }
  const lastLetter = word.charCodeAt(word.length - 1)
  if (lastLetter >= 48 && lastLetter <= 57) {
    const version = TRAILING_VERSION.exec(word)
    for (let end = version?.index ?? word.length; end < word.length; end++) {
      if (end >= SHORTEST_STEM) (stems ??= []).push(word.slice(0, end))
    }
  }
  return stems ?? NONE
}
