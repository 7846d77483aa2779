import { hashText, mix } from '../words/hash.ts'
import { relationOf, sharesStem } from '../words/relation.ts'
import type { Word } from '../words/word.ts'
import type { TargetName } from './project.ts'

/** Numbers that tell at once that two owners have nothing to do with each other. */
interface Traits {
  letterSet: number
  length: number
  skeleton: number
  /** First and last letter. */
  ends: number
  /** A bit for each stem. */
  stems: number
}

/** An owner that is looked for. */
export interface OwnerQuery extends Traits {
  owner: Word
}

/** Traits of one owner in a row. */
const COLUMNS = 5

/**
 * The owners of a repository name, to be searched for those that resemble a given one. A popular name has hundreds of
 * owners, so five numbers for each, side by side in memory, rule out nearly all; what is left is compared word by word.
 */
export class OwnerTable {
  readonly #names: readonly TargetName[]
  readonly #rows: Int32Array

  constructor(names: readonly TargetName[]) {
    this.#names = names
    this.#rows = new Int32Array(names.length * COLUMNS)
    for (const [i, { owner }] of names.entries()) {
      const { letterSet, length, skeleton, ends, stems } = traitsOf(owner)
      this.#rows.set([letterSet, length, skeleton, ends, stems], i * COLUMNS)
    }
  }

  /** Adds the names whose owner has any relation to the one looked for. */
  addRelated(query: OwnerQuery, found: TargetName[]): void {
    for (let row = 0; row < this.#rows.length; row += COLUMNS) {
      if (this.#mayBeTypo(query, row) || this.#mayBePart(query, row)) {
        const name = this.#nameAt(row)
        if (relationOf(query.owner, name.owner) !== null) found.push(name)
      } else if (((this.#rows[row + 4] ?? 0) & query.stems) !== 0) {
        const name = this.#nameAt(row)
        if (sharesStem(query.owner, name.owner)) found.push(name)
      }
    }
  }

  /** Adds the names whose owner may be the one looked for, mistyped: two edits, separators, look-alike letters, an anagram. */
  addTypos(query: OwnerQuery, found: TargetName[]): void {
    for (let row = 0; row < this.#rows.length; row += COLUMNS) {
      if (!this.#mayBeTypo(query, row)) continue
      const name = this.#nameAt(row)
      if (relationOf(query.owner, name.owner) !== null) found.push(name)
    }
  }

  #nameAt(row: number): TargetName {
    return this.#names[row / COLUMNS] as TargetName
  }

  /** Two words within two edits differ in at most two letters each way. */
  #mayBeTypo({ letterSet, length, skeleton }: OwnerQuery, row: number): boolean {
    const known = this.#rows[row] ?? 0
    const longer = length - (this.#rows[row + 1] ?? 0)
    const isNear = longer <= 2 && longer >= -2
    if (isNear && hasAtMostTwoBits(letterSet & ~known) && hasAtMostTwoBits(known & ~letterSet)) return true
    return this.#rows[row + 2] === skeleton
  }

  /** If an affix or a word is added, one owner is at the start or the end of the other. */
  #mayBePart({ letterSet, ends }: OwnerQuery, row: number): boolean {
    const known = this.#rows[row] ?? 0
    if ((letterSet & ~known) !== 0 && (known & ~letterSet) !== 0) return false
    const different = (this.#rows[row + 3] ?? 0) ^ ends
    return (different & 0xffff) === 0 || different >>> 16 === 0
  }
}

export function ownerQuery(owner: Word): OwnerQuery {
  return { owner, ...traitsOf(owner) }
}

function traitsOf({ letters, letterSet, skeletonHash, stems }: Word): Traits {
  const ends = letters === '' ? 0 : (letters.charCodeAt(0) << 16) | letters.charCodeAt(letters.length - 1)
  const stemSet = stems.reduce((bits, stem) => bits | (1 << mix(hashText(stem), 0)), 0)
  return { letterSet, length: letters.length, skeleton: skeletonHash, ends, stems: stemSet }
}

function hasAtMostTwoBits(bits: number): boolean {
  const withoutLowest = bits & (bits - 1)
  return (withoutLowest & (withoutLowest - 1)) === 0
}
