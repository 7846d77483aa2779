import type { FileDifference, Verdict, Verification } from '@mirrorwatch/detect/types'
import type { FolderDifference } from '@mirrorwatch/verify/folders/compare-folder'
import type { FolderVerdict, FolderVerification } from '@mirrorwatch/verify/folders/verification'
import type { Ignores } from './ignores.ts'

/** A verdict about a line of a go.sum, a vendored module or a cached one: its hash may not be that of the checksum database. */
export type TargetVerdict = Verdict | FolderVerdict

/** The answer for one target. Field names are the stable output of `verify --json`. */
export interface TargetVerification extends Omit<Verification, 'verdict' | 'files'> {
  verdict: TargetVerdict
  files: (FileDifference | FolderDifference)[]
  /** The folder of a vendored or cached version; null if the cache has none. Absent otherwise. */
  folder?: string | null
  /** `h1:` of that folder; null if it was not computed. Absent without a folder. */
  folderSum?: string | null
  /** The checksum database's `h1:` of the zip; null if it has no record. Absent if it was not asked. */
  loggedSum?: string | null
  /** The checksum database's `h1:` of the go.mod; null if it has no record. Absent if it was not asked. */
  loggedGoModSum?: string | null
  /** Why an ignore file sets this aside, and until when. Absent if none does. */
  ignored?: { reason: string; until: string }
}

const VERDICTS: Record<TargetVerdict, true> = {
  same: true,
  'sum-disagrees': true,
  'folder-differs': true,
  differs: true,
  'tag-moved': true,
  'tag-missing': true,
  'repository-missing': true,
  unverifiable: true,
}

/** Returns true if the text is a verdict. */
export function isVerdict(text: string): text is TargetVerdict {
  return Object.hasOwn(VERDICTS, text)
}

/** Returns the answer for a vendored or cached version. */
export function ofFolder(verification: FolderVerification): TargetVerification {
  return { ...verification, repositorySum: null, repository: null, commit: null }
}

/** Verdicts that only an entry for this very content sets aside. */
const BY_SUM_ALONE: readonly TargetVerdict[] = ['sum-disagrees', 'folder-differs']

/**
 * Sets aside what the ignore file is about. A hash that the checksum database contradicts and a changed folder are only set
 * aside by an entry for this very hash.
 */
export function withIgnored(ignores: Ignores, verification: TargetVerification): TargetVerification {
  const { module, verdict, expectedSum, folderSum } = verification
  if (verdict === 'same') return verification
  const sum = verdict === 'folder-differs' ? (folderSum ?? null) : expectedSum
  const entry = ignores.match({ module, target: null, rule: verdict, sum })
  if (entry === null || (BY_SUM_ALONE.includes(verdict) && entry.sum === null)) return verification
  return { ...verification, ignored: { reason: entry.reason, until: entry.until } }
}
