import { diffArrays, diffChars } from 'diff'
import { html } from 'hono/html'
import type { Html } from './html.ts'

/** A piece of a path; `differs` where the other path lacks it. */
export interface PathPiece {
  text: string
  differs: boolean
}

/** Characters of an element that are compared letter by letter. Names are shorter; the comparison costs their square. */
const MAX_LETTERS = 200
/** Share of common letters from which two elements are variants of each other. Below it, marking single letters would be noise. */
const MIN_COMMON = 0.5

/**
 * Compares a module path with the one that it imitates, element by element. Returns the pieces of both. An element that has
 * a similar counterpart is compared letter by letter; any other differs as a whole.
 */
export function comparePaths(module: string, target: string): { module: PathPiece[]; target: PathPiece[] } {
  const [a, b] = [module.split('/'), target.split('/')]
  const pairs = pairElements(a, b)
  const pieces = { module: [] as PathPiece[], target: [] as PathPiece[] }
  for (const [own, other] of pairs) {
    const compared = compareElements(own, other)
    if (own !== null) pieces.module.push(...slashBefore(pieces.module), ...compared.own)
    if (other !== null) pieces.target.push(...slashBefore(pieces.target), ...compared.other)
  }
  return { module: merged(pieces.module), target: merged(pieces.target) }
}

type ElementPair = [own: string | null, other: string | null]

/** Aligns equal elements; what stands between them is paired in order. */
function pairElements(a: readonly string[], b: readonly string[]): ElementPair[] {
  const pairs: ElementPair[] = []
  let removed: string[] = []
  let added: string[] = []
  const flush = (): void => {
    for (let at = 0; at < Math.max(removed.length, added.length); at++)
      pairs.push([removed[at] ?? null, added[at] ?? null])
    removed = []
    added = []
  }
  for (const change of diffArrays([...a], [...b])) {
    if (change.removed) removed.push(...change.value)
    else if (change.added) added.push(...change.value)
    else {
      flush()
      for (const element of change.value) pairs.push([element, element])
    }
  }
  flush()
  return pairs
}

function compareElements(own: string | null, other: string | null): { own: PathPiece[]; other: PathPiece[] } {
  const whole = {
    own: [{ text: own ?? '', differs: own !== other }],
    other: [{ text: other ?? '', differs: own !== other }],
  }
  if (own === null || other === null || own === other) return whole
  if (own.length > MAX_LETTERS || other.length > MAX_LETTERS) return whole
  const changes = diffChars(own, other)
  const common = changes.reduce(
    (sum, { added, removed, value }) => sum + (added || removed ? 0 : value.length),
    0,
  )
  if (common < MIN_COMMON * Math.max(own.length, other.length)) return whole
  return {
    own: changes.flatMap(({ added, removed, value }) => (added ? [] : [{ text: value, differs: removed }])),
    other: changes.flatMap(({ added, removed, value }) => (removed ? [] : [{ text: value, differs: added }])),
  }
}

function slashBefore(pieces: readonly PathPiece[]): PathPiece[] {
  return pieces.length === 0 ? [] : [{ text: '/', differs: false }]
}

function merged(pieces: readonly PathPiece[]): PathPiece[] {
  const result: PathPiece[] = []
  for (const piece of pieces) {
    const last = result.at(-1)
    if (last !== undefined && last.differs === piece.differs) last.text += piece.text
    else result.push({ ...piece })
  }
  return result
}

/** Returns a path with its differing letters marked, breakable after each slash. */
export function markedPath(pieces: readonly PathPiece[]): Html {
  return html`${pieces.map(({ text, differs }) =>
    differs ? html`<mark>${breakable(text)}</mark>` : breakable(text),
  )}`
}

/** Returns a path that may break after each slash. */
export function breakable(path: string): Html {
  return html`${path.split(/(?<=\/)/).map((part) => (part.endsWith('/') ? html`${part}<wbr>` : part))}`
}
