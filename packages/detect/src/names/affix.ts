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
  for (const affix of BY_FIRST.get(key.charCodeAt(0)) ?? NO_AFFIXES) {
    if (key.length - affix.length >= SHORTEST_STEM && key.startsWith(affix)) {
      stems = withStem(stems, key.slice(affix.length))
    }
  }
  const last = key.charCodeAt(key.length - 1)
  for (const affix of BY_LAST.get(last) ?? NO_AFFIXES) {
    if (key.length - affix.length >= SHORTEST_STEM && key.endsWith(affix)) {
      stems = withStem(stems, key.slice(0, -affix.length))
    }
  }
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

const BY_FIRST = Map.groupBy(AFFIXES, (affix) => affix.charCodeAt(0))
const BY_LAST = Map.groupBy(AFFIXES, (affix) => affix.charCodeAt(affix.length - 1))

/** A stem of two letters says nothing. */
export const SHORTEST_STEM = 3
