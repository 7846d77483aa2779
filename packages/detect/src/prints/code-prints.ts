import { fileWeight } from '../files/file-weight.ts'
import { folderOf } from '../go/parse/file-kinds.ts'
import { codeTokens } from './code-tokens.ts'
import { type WinnowOptions, winnow } from './winnow.ts'

/**
 * Twelve tokens are two lines. `npm run bench:fingerprints` measures recall and false matches: longer pieces do not survive a change
 * of every second line, and shorter or less telling ones are in every other program.
 */
const PIECES: WinnowOptions = { length: 12, window: 8, telling: 3 }

/** Numbers kept of one package: three are in common where an eighth of the package is. */
export const PACKAGE_PRINTS = 24
/** Packages with fewer pieces say too little. */
const MIN_PACKAGE_PIECES = 4
/** Packages of one module that are kept, those with most pieces first. The largest modules have a thousand. */
export const MAX_PACKAGES = 400
/** Pieces of one module: a million tokens, 300 KB packed. */
export const MAX_PIECES = 60_000

/** Fingerprint of one package, by its code. */
export interface PackagePrint {
  /** Folder in the module; '' for the root. */
  folder: string
  /** Pieces of the package. */
  pieces: number
  /** The smallest hashes of its pieces, ascending. A module that has a share of the package has that share of these. */
  prints: number[]
}

/** A file whose content was read. */
export interface ReadFile {
  path: string
  content: Uint8Array
}

/** Returns the hashes of the pieces of one Go file, generated or not. */
export function piecesOf(untrustedSource: Uint8Array): Set<number> {
  const pieces = new Set<number>()
  winnow(codeTokens(untrustedSource), PIECES, pieces)
  return pieces
}

/** Fingerprints of a module: what is kept of it to be found, and what finds others in it. */
export interface CodePrints {
  packages: PackagePrint[]
  /** Hashes of all pieces, ascending. Cut to the smallest {@link MAX_PIECES}: of a larger module a share is compared. */
  pieces: number[]
}

/**
 * Fingerprints a module's code. Other Go files than tests count in `pieces`, wherever they are and regardless of what they say of
 * themselves, because a copy can call all its files generated. Generated files, vendored ones and tests are no part of a package's
 * print: they are alike wherever one generator ran over one schema.
 */
export function codePrints(untrustedFiles: readonly ReadFile[]): CodePrints {
  const all = new Set<number>()
  const folders = new Map<string, Set<number>>()
  for (const { path, content } of untrustedFiles) {
    if (!path.endsWith('.go') || path.endsWith('_test.go')) continue
    const isOwn = fileWeight(path) >= 0.4 && !isGenerated(content)
    const folder = folders.get(folderOf(path)) ?? new Set()
    for (const piece of piecesOf(content)) {
      all.add(piece)
      if (isOwn) folder.add(piece)
    }
    folders.set(folderOf(path), folder)
  }
  return { packages: packagePrints(folders), pieces: smallest(all, MAX_PIECES) }
}

function packagePrints(folders: ReadonlyMap<string, ReadonlySet<number>>): PackagePrint[] {
  return [...folders]
    .filter(([, pieces]) => pieces.size >= MIN_PACKAGE_PIECES)
    .map(([folder, pieces]) => ({ folder, pieces: pieces.size, prints: smallest(pieces, PACKAGE_PRINTS) }))
    .toSorted((a, b) => b.pieces - a.pieces || (a.folder < b.folder ? -1 : 1))
    .slice(0, MAX_PACKAGES)
}

function smallest(hashes: ReadonlySet<number>, count: number): number[] {
  return [...Float64Array.from(hashes).toSorted().subarray(0, count)]
}

/** Bytes in which the line stands that marks a generated file (https://go.dev/s/generatedcode). */
const HEAD_BYTES = 4096

function isGenerated(content: Uint8Array): boolean {
  const head = Buffer.from(content.buffer, content.byteOffset, Math.min(content.length, HEAD_BYTES))
  return /^\/\/ Code generated .* DO NOT EDIT\.\r?$/m.test(head.toString('latin1'))
}
