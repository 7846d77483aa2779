import { FACTOR } from './hash.ts'

/** How two words can be taken for one another. All functions expect lower case; none allocates more than the word's size. */

/** A word without what separates its parts. */
export function withoutSeparators(word: string): string {
  let key = ''
  let start = 0
  for (let i = 0; i < word.length; i++) {
    if (!isSeparator(word.charCodeAt(i))) continue
    key += word.slice(start, i)
    start = i + 1
  }
  return start === 0 ? word : key + word.slice(start)
}

/** `-`, `.`, `/`, `_` and `~`. */
export function isSeparator(code: number): boolean {
  return (code >= 45 && code <= 47) || code === 95 || code === 126
}

/** `gin-gonic` → gin, gonic. */
export function wordsOf(word: string): string[] {
  return word.split(/[-_.~/]+/).filter((part) => part !== '')
}

/** Equal for words that look alike in a usual font: `rn`/`m`, `vv`/`w`, `cl`/`d`, `l`/`1`/`i`, `o`/`0`, `s`/`5`, `z`/`2`, `b`/`8`, `g`/`9`/`q`. */
export function skeletonOf(word: string): string {
  let skeleton = ''
  for (let i = 0; i < word.length; i++) {
    const pair = drawnPair(word, i)
    skeleton += String.fromCharCode(pair === 0 ? drawn(word, i) : pair)
    if (pair !== 0) i++
  }
  return skeleton
}

/** {@link textHash} of the skeleton, without making it. */
export function skeletonHashOf(word: string): number {
  let hash = 0
  for (let i = 0; i < word.length; i++) {
    const pair = drawnPair(word, i)
    hash = (Math.imul(hash, FACTOR) + (pair === 0 ? drawn(word, i) : pair)) | 0
    if (pair !== 0) i++
  }
  return hash
}

/** The letter that stands for those which look like the one at `i`. */
function drawn(word: string, i: number): number {
  const code = word.charCodeAt(i)
  return LOOK_ALIKE[code] ?? code
}

const LOOK_ALIKE = Uint16Array.from({ length: 128 }, (_, code) => {
  const [same] = ['l1i', 'o0', 's5', 'z2', 'b8', 'g9q'].filter((set) =>
    set.includes(String.fromCharCode(code)),
  )
  return same?.charCodeAt(0) ?? code
})

/** The letter that those at `i` and behind it look like together, or 0. */
function drawnPair(word: string, i: number): number {
  const first = word.charCodeAt(i)
  if ((first !== R && first !== V && first !== C) || i + 1 === word.length) return 0
  const second = drawn(word, i + 1)
  if (first === R) return second === N ? M : 0
  if (first === V) return second === V ? W : 0
  return second === L ? D : 0
}

const [R, N, M, V, W, C, L, D] = Array.from('rnmvwcld', (letter) => letter.charCodeAt(0)) as [
  number, number, number, number, number, number, number, number,
] // biome-ignore format: one line

/** The letters in order, equal for anagrams. */
export function sortedLetters(word: string): string {
  return word.split('').sort().join('')
}

/** One bit per letter; digits and the rest share five. Two words within n edits differ in at most n bits each way. */
export function letterBit(code: number): number {
  if (code >= 97 && code <= 122) return 1 << (code - 97)
  return code >= 48 && code <= 57 ? 1 << (26 + (code & 3)) : 1 << 30
}

/** Where the words differ by exactly one swap of neighbours. */
export function isSwap(a: string, b: string): boolean {
  if (a.length !== b.length) return false
  let i = 0
  while (i < a.length && a[i] === b[i]) i++
  return i + 1 < a.length && a[i] === b[i + 1] && a[i + 1] === b[i] && a.slice(i + 2) === b.slice(i + 2)
}

/**
 * Edits between two words, where an edit inserts, deletes or replaces a letter or swaps two neighbours, and no letter is
 * edited twice (optimal string alignment): 0, 1, 2, or 3 for "more than two". Only a band of five is computed.
 */
export function editsUpToTwo(a: string, b: string): number {
  const short = a.length <= b.length ? a : b
  const long = short === a ? b : a
  if (long.length - short.length > 2) return 3
  let start = 0
  while (start < short.length && short.charCodeAt(start) === long.charCodeAt(start)) start++
  let end = 0
  while (
    end < short.length - start &&
    short.charCodeAt(short.length - 1 - end) === long.charCodeAt(long.length - 1 - end)
  ) {
    end++
  }
  const rows = short.length - start - end
  const columns = long.length - start - end
  if (rows === 0) return columns
  return banded(short, long, start, rows, columns)
}

/** Rows of the band, kept between calls: the function is called millions of times. */
const rowsKept = [new Uint8Array(256), new Uint8Array(256), new Uint8Array(256)] as const

function banded(a: string, b: string, start: number, rows: number, columns: number): number {
  const far = 3
  if (columns + 1 > rowsKept[0].length) return 3 // MOST_LETTERS keeps longer words away
  let [before, previous, current] = rowsKept as readonly [Uint8Array, Uint8Array, Uint8Array]
  for (let j = 0; j <= columns; j++) previous[j] = j < far ? j : far
  for (let i = 1; i <= rows; i++) {
    const first = i > 2 ? i - 2 : 1
    const last = i + 2 < columns ? i + 2 : columns
    current[first - 1] = first === 1 && i <= 2 ? i : far
    let least = current[first - 1] ?? far
    const letterA = a.charCodeAt(start + i - 1)
    for (let j = first; j <= last; j++) {
      const letterB = b.charCodeAt(start + j - 1)
      let cost = (previous[j - 1] ?? far) + (letterA === letterB ? 0 : 1)
      // The band's edges: what lies outside is far away.
      const above = j <= i + 1 ? (previous[j] ?? far) + 1 : far
      const beside = (current[j - 1] ?? far) + 1
      if (above < cost) cost = above
      if (beside < cost) cost = beside
      if (
        i > 1 &&
        j > 1 &&
        letterA === b.charCodeAt(start + j - 2) &&
        a.charCodeAt(start + i - 2) === letterB
      ) {
        const swapped = (before[j - 2] ?? far) + 1
        if (swapped < cost) cost = swapped
      }
      current[j] = cost < far ? cost : far
      if (cost < least) least = cost
    }
    if (least > 2) return far
    const spare = before
    before = previous
    previous = current
    current = spare
  }
  return previous[columns] ?? far
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

/** Where the words differ by one letter, replaced by a neighbour on the keyboard. */
export function isKeyboardSlip(a: string, b: string): boolean {
  if (a.length !== b.length) return false
  let at = -1
  for (let i = 0; i < a.length; i++) {
    if (a[i] === b[i]) continue
    if (at !== -1) return false
    at = i
  }
  return at !== -1 && (NEIGHBOURS.get(a[at] ?? '') ?? '').includes(b[at] ?? ' ')
}

/** Where one word is the other with an `s` or `es` at its end. */
export function isPlural(a: string, b: string): boolean {
  const short = a.length < b.length ? a : b
  const long = short === a ? b : a
  const added = long.length - short.length
  if (short.length < 3 || added < 1 || added > 2 || !long.endsWith(added === 1 ? 's' : 'es')) return false
  return long.startsWith(short)
}
