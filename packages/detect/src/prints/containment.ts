import { PACKAGE_PRINTS } from './code-prints.ts'

/** One package of another module, and how many of its prints were found. */
export interface FoundPackage {
  /** Pieces of the package. */
  pieces: number
  /** Prints that are in common. */
  shared: number
}

/** Share of a module's code that is in another one. */
export interface Containment {
  /** Estimated share of the module, 0 to 1. */
  share: number
  /** Prints in common. */
  shared: number
  /** True if that is no accident: compare the contents. */
  isLikely: boolean
}

/**
 * Share of a module from which its code counts as taken. Unrelated modules of Debian reach it once in 4,000 pairs, mostly for
 * functions that one copied from the other.
 */
const LIKELY_SHARE = 0.15
/** Prints without which a share says nothing. */
const LIKELY_SHARED = 4
/** …or the share of one package that has at least {@link LARGE_PACKAGE} pieces, some 500 lines: a package taken alone. */
const LIKELY_PACKAGE = 0.5
const LARGE_PACKAGE = 60

/**
 * Estimates how much of a module is in another from its packages' prints. `total` counts the pieces of all its packages, found
 * or not.
 */
export function containmentOf(found: readonly FoundPackage[], total: number): Containment {
  let [pieces, shared, hasPackage] = [0, 0, false]
  for (const each of found) {
    const share = each.shared / Math.min(each.pieces, PACKAGE_PRINTS)
    pieces += each.pieces * share
    shared += each.shared
    if (each.pieces >= LARGE_PACKAGE && share >= LIKELY_PACKAGE) hasPackage = true
  }
  const share = total === 0 ? 0 : Math.min(1, pieces / total)
  const isLikely = shared >= LIKELY_SHARED && (share >= LIKELY_SHARE || hasPackage)
  return { share, shared, isLikely }
}
