import { AFFIXES } from './words.ts'

const AFFIX_SET: ReadonlySet<string> = new Set(AFFIXES)
const NUMBER = /^v?[0-9]+$/

function isAffix(word: string): boolean {
  return AFFIX_SET.has(word) || NUMBER.test(word)
}

/** Whether `long` is `stem` with a known affix or a number before or after it. */
export function addsAffix(long: string, stem: string): boolean {
  if (long.length <= stem.length || stem === '') return false
  return (
    (long.startsWith(stem) && isAffix(long.slice(stem.length))) ||
    (long.endsWith(stem) && AFFIX_SET.has(long.slice(0, -stem.length)))
  )
}

/** The key without one affix, in each way that leaves a stem of at least three letters. */
export function stemsOf(key: string): readonly string[] {
  let stems: string[] | null = null
  for (const affix of BY_FIRST[twoLetters(key, 0, 1)] ?? NO_AFFIXES) {
    if (key.length - affix.length >= SHORTEST_STEM && key.startsWith(affix)) {
      stems = withStem(stems, key.slice(affix.length))
    }
  }
  for (const affix of BY_LAST[twoLetters(key, key.length - 1, key.length - 2)] ?? NO_AFFIXES) {
    if (key.length - affix.length >= SHORTEST_STEM && key.endsWith(affix)) {
      stems = withStem(stems, key.slice(0, -affix.length))
    }
  }
  const last = key.charCodeAt(key.length - 1)
  if (last >= 48 && last <= 57) {
    const number = /v?[0-9]+$/.exec(key)
    for (let end = number?.index ?? key.length; end < key.length; end++) {
      if (end >= SHORTEST_STEM) stems = withStem(stems, key.slice(0, end))
    }
  }
  return stems ?? NO_AFFIXES
}

const NO_AFFIXES: readonly string[] = []

/** Most words have no stem, so that no list is made for them. */
function withStem(stems: string[] | null, stem: string): string[] {
  if (stems === null) return [stem]
  stems.push(stem)
  return stems
}

/** Affixes by their two outermost letters; one of a single letter is in every list that begins with it. */
const BY_FIRST = byTwoLetters((affix) => [affix.charCodeAt(0), affix.charCodeAt(1)])
const BY_LAST = byTwoLetters((affix) => [
  affix.charCodeAt(affix.length - 1),
  affix.charCodeAt(affix.length - 2),
])

function byTwoLetters(lettersOf: (affix: string) => [number, number]): readonly (readonly string[])[] {
  const lists: string[][] = Array.from({ length: 1024 }, () => [])
  for (const affix of AFFIXES) {
    const [outer, inner] = lettersOf(affix)
    for (let code = 0; code < 32; code++) {
      if (affix.length === 1 || code === (inner & 31)) lists[((outer & 31) << 5) | code]?.push(affix)
    }
  }
  return lists
}

/** Different letters may share a number; the words are compared after that. */
function twoLetters(key: string, outer: number, inner: number): number {
  return ((key.charCodeAt(outer) & 31) << 5) | (key.charCodeAt(inner) & 31)
}

/** A stem of two letters says nothing. */
export const SHORTEST_STEM = 3
