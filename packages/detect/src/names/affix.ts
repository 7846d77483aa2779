import { AFFIXES } from './words.ts'

const AFFIX_SET: ReadonlySet<string> = new Set(AFFIXES)
const LONGEST_AFFIX = Math.max(...AFFIXES.map((affix) => affix.length))
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
export function stemsOf(key: string): string[] {
  const stems: string[] = []
  const most = Math.min(LONGEST_AFFIX, key.length - SHORTEST_STEM)
  for (let length = 1; length <= most; length++) {
    if (AFFIX_SET.has(key.slice(0, length))) stems.push(key.slice(length))
    if (AFFIX_SET.has(key.slice(-length))) stems.push(key.slice(0, -length))
  }
  const number = /v?[0-9]+$/.exec(key)
  for (let end = number?.index ?? key.length; end < key.length; end++) {
    if (end >= SHORTEST_STEM) stems.push(key.slice(0, end))
  }
  return stems
}

/** A stem of two letters says nothing. */
export const SHORTEST_STEM = 3
