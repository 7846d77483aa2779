import { fileMass, fileWeight } from '../files/file-weight.ts'
import type { CodePairs } from './code-pairs.ts'
import type { FingerprintFile } from './fingerprint.ts'
import {
  HOLDS_ORIGINAL,
  LIKELY_COPY,
  LIKELY_COPY_OTHER,
  LIKELY_COPY_PART,
  MIN_COPIED_BYTES,
  MIN_PART_BYTES,
  NEAR_COPY,
  NEAR_COPY_OTHER,
  NEAR_COPY_PART,
} from './limits.ts'
import { type MatchedFiles, matchFiles } from './match-files.ts'

/** Shares of the counted files that two modules have in common, 0 to 1. */
export interface Similarity {
  /** Common mass over the mass of both together. */
  similarity: number
  /** Share of the original that the look-alike has, and of the look-alike that is the original's. */
  ofOriginal: number
  ofLookalike: number
  /** Share of the original that the look-alike has in the same folders. */
  inPlace: number
  /** Bytes of common files that count. */
  commonBytes: number
  nearCopy: boolean
  /** True where nearly all of the original is there in place. Usually true of near-copies too. */
  holdsOriginal: boolean
}

/**
 * Similarity from matched files. `shareOf` says how much of a changed pair is common; `code` how much of a file that has no
 * equal one is elsewhere in the other module.
 */
export function similarityOf(
  matched: MatchedFiles,
  shareOf: (pair: MatchedFiles['changed'][number]) => number,
  code: CodeShares = NO_CODE,
): Similarity {
  let [taken, common, inPlace, original, lookalike, commonBytes] = [0, 0, 0, 0, 0, 0]
  const pair = (a: FingerprintFile, b: FingerprintFile, share: number): void => {
    const [massA, massB] = [fileMass(a.name, a.size), fileMass(b.name, b.size)]
    original += massA
    lookalike += massB
    const known = Math.max(Math.min(massA, massB) * share, massB * code.ofLookalike(b.name))
    const held = Math.max(Math.min(massA, massB) * share, massA * code.ofOriginal(a.name))
    common += known
    taken += held
    const equalHere = folderOf(a.name) === folderOf(b.name) ? Math.min(massA, massB) * share : 0
    inPlace += Math.max(equalHere, massA * code.inPlace(a.name))
    if (massA > 0)
      commonBytes += Math.max(Math.min(a.size, b.size) * share, b.size * code.ofLookalike(b.name))
  }
  for (const { original: a, lookalike: b } of matched.equal) pair(a, b, 1)
  for (const changed of matched.changed) pair(changed.original, changed.lookalike, shareOf(changed))
  for (const file of matched.removed) {
    original += fileMass(file.name, file.size)
    taken += fileMass(file.name, file.size) * code.ofOriginal(file.name)
    inPlace += fileMass(file.name, file.size) * code.inPlace(file.name)
  }
  for (const file of matched.added) {
    lookalike += fileMass(file.name, file.size)
    common += fileMass(file.name, file.size) * code.ofLookalike(file.name)
    if (fileWeight(file.name) > 0) commonBytes += file.size * code.ofLookalike(file.name)
  }
  // Without its comments, code has less mass on one side than on the other.
  const both = (common + taken) / 2
  const union = original + lookalike - both
  const shares = {
    similarity: union === 0 ? 0 : both / union,
    ofOriginal: original === 0 ? 0 : taken / original,
    ofLookalike: lookalike === 0 ? 0 : common / lookalike,
    inPlace: original === 0 ? 0 : inPlace / original,
    commonBytes: Math.round(commonBytes),
  }
  const bounds = { both: NEAR_COPY, part: NEAR_COPY_PART, other: NEAR_COPY_OTHER }
  const holdsOriginal = shares.inPlace >= HOLDS_ORIGINAL && shares.commonBytes >= MIN_COPIED_BYTES
  return { ...shares, nearCopy: isNearCopy(shares, bounds), holdsOriginal }
}

type CodeShares = Omit<CodePairs, 'shown'>

const NO_CODE: CodeShares = { ofOriginal: () => 0, inPlace: () => 0, ofLookalike: () => 0 }

function folderOf(name: string): string {
  return name.slice(0, name.lastIndexOf('/') + 1)
}

interface Bounds {
  both: number
  part: number
  other: number
}

function isNearCopy(
  { similarity, ofOriginal, ofLookalike, commonBytes }: Omit<Similarity, 'nearCopy' | 'holdsOriginal'>,
  bounds: Bounds,
): boolean {
  if (commonBytes < MIN_COPIED_BYTES) return false
  if (similarity >= bounds.both) return true
  // A part of a large original, taken alone.
  if (ofLookalike >= bounds.part && commonBytes >= MIN_PART_BYTES) return true
  // A part taken out, or something put around it.
  const [less, more] = [Math.min(ofOriginal, ofLookalike), Math.max(ofOriginal, ofLookalike)]
  return more >= bounds.part && less >= bounds.other
}

/** Changed files whose contents were not read: how likely it is that they are copies nonetheless. */
const LIKELY_PATH_CHANGE = 0.9
const LIKELY_SMALL_CHANGE = 0.5

/**
 * Estimates the similarity from central directories alone. A file whose size differs by a multiple of the difference in
 * length of the two module paths most likely differs in its import lines only. A file of nearly the same size most likely has
 * a small change. `nearCopy` says to read the contents; its bounds are lower than those for contents that were read.
 */
export function estimateSimilarity(
  original: { path: string; files: readonly FingerprintFile[] },
  lookalike: { path: string; files: readonly FingerprintFile[] },
): Similarity {
  const step = Buffer.byteLength(lookalike.path) - Buffer.byteLength(original.path)
  const likely = similarityOf(
    matchFiles(original.files, lookalike.files),
    ({ original: a, lookalike: b }) => {
      if (isLikelyPathChange(a.size, b.size, step)) return LIKELY_PATH_CHANGE
      const grown = b.size - a.size
      return Math.abs(grown) <= Math.max(a.size, b.size) * 0.2 ? LIKELY_SMALL_CHANGE : 0
    },
  )
  const bounds = { both: LIKELY_COPY, part: LIKELY_COPY_PART, other: LIKELY_COPY_OTHER }
  return { ...likely, nearCopy: isNearCopy(likely, bounds) }
}

/** True for a file that has grown by a multiple of `step`, as it does when each mention of the module's path grows. */
export function isLikelyPathChange(before: number, after: number, step: number): boolean {
  const mentions = step === 0 ? 0 : (after - before) / step
  return after === before || (Number.isInteger(mentions) && mentions > 0 && mentions <= 200)
}

/** Share of lines that two texts have in common, wherever they stand: 0 to 1. */
export function lineShare(a: string, b: string): number {
  const counts = new Map<string, number>()
  const linesOf = (text: string): string[] =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line.length > 1)
  const [left, right] = [linesOf(a), linesOf(b)]
  for (const line of left) counts.set(line, (counts.get(line) ?? 0) + 1)
  let common = 0
  for (const line of right) {
    const count = counts.get(line) ?? 0
    if (count === 0) continue
    common++
    counts.set(line, count - 1)
  }
  const most = Math.max(left.length, right.length)
  return most === 0 ? 1 : common / most
}
