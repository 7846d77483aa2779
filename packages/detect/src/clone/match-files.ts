import type { FingerprintFile } from './fingerprint.ts'

/** Files of two modules, paired. Lists are in the look-alike's order, `removed` in the original's. */
export interface MatchedFiles {
  /** Same content; the names differ where a file was moved. */
  equal: { original: FingerprintFile; lookalike: FingerprintFile }[]
  /** Same name, other content. */
  changed: { original: FingerprintFile; lookalike: FingerprintFile }[]
  added: FingerprintFile[]
  removed: FingerprintFile[]
}

/** Smaller files are too often equal by accident to count as moved. */
const MIN_MOVED_BYTES = 100

/** Pairs by name, then what is left by content. By SHA-256 where both have it, else by size and CRC-32. */
export function matchFiles(
  original: readonly FingerprintFile[],
  lookalike: readonly FingerprintFile[],
): MatchedFiles {
  const byName = new Map(original.map((file) => [file.name, file]))
  const matched: MatchedFiles = { equal: [], changed: [], added: [], removed: [] }
  const unpaired: FingerprintFile[] = []
  for (const file of lookalike) {
    const other = byName.get(file.name)
    if (other === undefined) unpaired.push(file)
    else if (sameContent(other, file)) matched.equal.push({ original: other, lookalike: file })
    else matched.changed.push({ original: other, lookalike: file })
    byName.delete(file.name)
  }
  const leftByContent = new Map([...byName.values()].map((file) => [contentKey(file), file]))
  for (const file of unpaired) {
    const moved = file.size >= MIN_MOVED_BYTES ? leftByContent.get(contentKey(file)) : undefined
    if (moved === undefined || !sameContent(moved, file) || !byName.delete(moved.name))
      matched.added.push(file)
    else matched.equal.push({ original: moved, lookalike: file })
  }
  matched.removed.push(...byName.values())
  return matched
}

function contentKey(file: FingerprintFile): string {
  return `${file.size} ${file.crc32}`
}

function sameContent(a: FingerprintFile, b: FingerprintFile): boolean {
  if (a.size !== b.size || a.crc32 !== b.crc32) return false
  return a.sha256 === undefined || b.sha256 === undefined || a.sha256 === b.sha256
}
