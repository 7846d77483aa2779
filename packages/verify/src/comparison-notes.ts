import { isCompiled } from '@mirrorwatch/detect/diff/tree-compare'
import type { ZipComparison } from './compare-zip.ts'

/** Lists facts that matter to the reader even if the verdict is `same`. */
export function comparisonNotes({ converted, otherVendorRules, at }: ZipComparison): string[] {
  const notes: string[] = []
  if (converted.length > 0) {
    notes.push(`.gitattributes converts ${count(converted.length, 'file')} (${names(converted)})`)
  }
  const odd = converted.filter(({ path, how }) => how === 'other' && isCompiled(path))
  if (odd.length > 0) {
    notes.push(
      `.gitattributes re-encodes code: what the repository shows is not what is compiled (${names(odd)})`,
    )
  }
  if (otherVendorRules) notes.push(`the zip follows the vendor rules of Go ${at.tree.vendorRules}`)
  if (at.fault !== null) notes.push(`Go could make no zip of the tag today: ${at.fault}`)
  return notes
}

function count(number: number, what: string): string {
  return number === 1 ? `1 ${what}` : `${number} ${what}s`
}

const MAX_NAMES = 3

function names(files: readonly { path: string }[]): string {
  const shown = files.slice(0, MAX_NAMES).map(({ path }) => path)
  if (files.length > MAX_NAMES) shown.push('…')
  return shown.join(', ')
}
