import type { OwnPaths } from '../diff/fold-path.ts'
import { folderOf } from '../go/parse/file-kinds.ts'
import { piecesOf } from '../prints/code-prints.ts'
import { type Declaration, declarationsOf } from '../prints/declarations.ts'

/** A module's Go files by name. */
export interface GoSources extends OwnPaths {
  texts: ReadonlyMap<string, string>
}

/** Go files of two modules paired by their code, wherever in the module it stands. */
export interface CodePairs {
  /** Share of a file of the original that is in the look-alike, or in the same folder there: 0 to 1. */
  ofOriginal(name: string): number
  inPlace(name: string): number
  /** Share of a file of the look-alike that is the original's: 0 to 1, and 1 only where every declaration is. */
  ofLookalike(name: string): number
  /**
   * A file of the look-alike as its declarations, after what the original has in their place: the same declaration, one of the
   * same name, or nothing. Null for a file of which the original has nothing.
   */
  shown(name: string): { before: string; after: string } | null
}

/** Share of pieces below which two files have idioms in common and no more. */
const MIN_PIECES_SHARE = 0.3
/** Pieces leave out names and literals, so that equal ones prove no equal code. */
const MAX_PIECES_SHARE = 0.95

/**
 * Pairs the Go files of a look-alike with those of an original by their declarations, and by the pieces of their code where
 * names were changed. A test file of the original is no source of code that is compiled.
 */
export function pairCode(original: GoSources, lookalike: GoSources): CodePairs {
  const [before, after] = [indexOf(original, original.path), indexOf(lookalike, original.path)]
  return {
    ofOriginal: (name) => shareOf(before, after, name),
    inPlace: (name) => shareOf(before, after, name, folderOf(name)),
    ofLookalike: (name) => shareOf(after, before, name),
    shown: (name) => shownFile(after, before, name),
  }
}

interface CodeIndex {
  files: Map<string, Declaration[]>
  texts: ReadonlyMap<string, string>
  /** Declarations of compiled files by text, of all folders (null) and of each. */
  known: Map<string | null, Set<string>>
  /** The first declaration of each name. */
  byName: Map<string, string>
  /** Pieces of all files or of a folder's, found on first use: only where declarations differ. */
  pieces: (folder: string | null) => Set<number>
}

function indexOf(own: GoSources, to: string): CodeIndex {
  const files = new Map([...own.texts].map(([name, text]) => [name, declarationsOf(text, own, to)]))
  const compiled = [...files].filter(([name]) => !name.endsWith('_test.go'))
  const known = new Map<string | null, Set<string>>([[null, new Set()]])
  const byName = new Map<string, string>()
  for (const [file, declarations] of compiled) {
    const folder = known.get(folderOf(file)) ?? new Set()
    known.set(folderOf(file), folder)
    for (const { name, text } of declarations) {
      known.get(null)?.add(text)
      folder.add(text)
      if (name !== '' && !byName.has(name)) byName.set(name, text)
    }
  }
  const pieces = new Map<string | null, Set<number>>()
  return {
    files,
    texts: own.texts,
    known,
    byName,
    pieces(folder) {
      const found = pieces.get(folder) ?? unionOf(own.texts, folder)
      pieces.set(folder, found)
      return found
    },
  }
}

function unionOf(texts: ReadonlyMap<string, string>, folder: string | null): Set<number> {
  const all = new Set<number>()
  for (const [name, text] of texts)
    if (folder === null || folderOf(name) === folder)
      for (const piece of piecesOf(Buffer.from(text))) all.add(piece)
  return all
}

/** Returns the share of a file of `own` that is in `other`: by its declarations, or by its pieces where that is more. */
function shareOf(own: CodeIndex, other: CodeIndex, name: string, folder: string | null = null): number {
  const declarations = own.files.get(name)
  if (declarations === undefined || declarations.length === 0) return 0
  let [known, all] = [0, 0]
  for (const { text } of declarations) {
    all += text.length
    if (other.known.get(folder)?.has(text) === true) known += text.length
  }
  if (known === all) return 1
  const pieces = piecesOf(Buffer.from(own.texts.get(name) ?? ''))
  const others = other.pieces(folder)
  const shared = [...pieces].filter((piece) => others.has(piece)).length
  const byPieces = pieces.size === 0 ? 0 : Math.min(MAX_PIECES_SHARE, shared / pieces.size)
  return Math.max(Math.min(0.999, known / all), byPieces < MIN_PIECES_SHARE ? 0 : byPieces)
}

function shownFile(own: CodeIndex, other: CodeIndex, name: string): ReturnType<CodePairs['shown']> {
  const declarations = own.files.get(name) ?? []
  const counterparts = declarations.map(({ name: of, text }) =>
    other.known.get(null)?.has(text) === true ? text : (other.byName.get(of) ?? null),
  )
  if (counterparts.every((text) => text === null)) return null
  return {
    before: joined(counterparts.filter((text) => text !== null)),
    after: joined(declarations.map(({ text }) => text)),
  }
}

function joined(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('\n')
}
