import { distance } from 'fastest-levenshtein'

/**
 * Counts the edits between two words: 0, 1, 2, or 3 for "more than two". An edit inserts, deletes or replaces a letter, or
 * swaps two neighbours; no letter is edited twice (optimal string alignment). `distance` counts a swap as two edits, so
 * swaps are looked for only where it says two to four.
 */
export function countEdits(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3
  const edits = distance(a, b)
  if (edits < 2 || edits > 4) return Math.min(edits, 3)
  if (isSwap(a, b)) return 1
  return edits === 2 || isSwapAndEdit(a, b) ? 2 : 3
}

/** Reports whether the words differ by exactly one swap of neighbours. */
export function isSwap(a: string, b: string): boolean {
  if (a.length !== b.length) return false
  const at = sharedStart(a, b)
  return startsWithSwap(a, b, at) && a.slice(at + 2) === b.slice(at + 2)
}

/**
 * Reports whether a swap and one more edit lie between the words. There is an edit where they stop sharing a start and another where
 * they begin to share an end, so the swap is at one of these two places.
 */
function isSwapAndEdit(a: string, b: string): boolean {
  const start = sharedStart(a, b)
  if (startsWithSwap(a, b, start) && isOneEdit(a.slice(start + 2), b.slice(start + 2))) return true
  const end = sharedEnd(a.slice(start), b.slice(start))
  const [restA, restB] = [a.slice(start, a.length - end), b.slice(start, b.length - end)]
  return (
    startsWithSwap(restA.slice(-2), restB.slice(-2), 0) && isOneEdit(restA.slice(0, -2), restB.slice(0, -2))
  )
}

function isOneEdit(a: string, b: string): boolean {
  return distance(a, b) === 1 || isSwap(a, b)
}

function startsWithSwap(a: string, b: string, at: number): boolean {
  return at + 1 < a.length && a[at] !== b[at] && a[at] === b[at + 1] && a[at + 1] === b[at]
}

function sharedStart(a: string, b: string): number {
  let length = 0
  while (length < a.length && a.charCodeAt(length) === b.charCodeAt(length)) length++
  return length
}

function sharedEnd(a: string, b: string): number {
  let length = 0
  while (length < a.length && a.at(-1 - length) === b.at(-1 - length)) length++
  return length
}

/** Neighbours on a QWERTY keyboard, which most programmers type on. */
const KEY_ROWS = ['1234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm']

const NEIGHBOURS: ReadonlyMap<string, string> = new Map(
  KEY_ROWS.flatMap((row, y) =>
    row.split('').map((key, x) => {
      const above = KEY_ROWS[y - 1] ?? ''
      const below = KEY_ROWS[y + 1] ?? ''
      const near = [row[x - 1], row[x + 1], above[x], above[x + 1], below[x], below[x - 1]]
      return [key, near.filter((letter) => letter !== undefined).join('')] as const
    }),
  ),
)

/** Reports whether two words that are one edit apart differ by a letter that was replaced by its neighbour on the keyboard. */
export function isKeyboardSlip(a: string, b: string): boolean {
  if (a.length !== b.length) return false
  const at = sharedStart(a, b)
  return (NEIGHBOURS.get(a[at] ?? '') ?? '').includes(b[at] ?? ' ')
}

/** Reports whether one word is the other with an `s` or `es` at its end. */
export function isPlural(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  return short.length >= 3 && (long === `${short}s` || long === `${short}es`)
}
