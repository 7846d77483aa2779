import type { SumComparison } from '../sums/recorded-sums.ts'
import type { FolderComparison, FolderDifference } from './compare-folder.ts'

/**
 * - `same`: everything agrees.
 * - `sum-disagrees`: a hash is not that of the checksum database, or not that of the file that it stands for.
 * - `folder-differs`: the hashes agree, and the folder has other files than the zip.
 * - `unverifiable`: nothing confirms the zip, or something could not be read; `reason` says which.
 */
export type FolderVerdict = 'same' | 'sum-disagrees' | 'folder-differs' | 'unverifiable'

/** Result of comparing a folder with the zip of its module, and the zip with its recorded hashes. */
export interface FolderVerification {
  module: string
  version: string
  verdict: FolderVerdict
  /** One line for a person. */
  reason: string
  /** The folder that was compared, or null. */
  folder: string | null
  /** `h1:` of the folder by Go's rule; null if it was not computed. */
  folderSum: string | null
  /** `h1:` of the zip; null without a zip. */
  expectedSum: string | null
  /** The checksum database's `h1:` of the zip; null if it has no record or was not asked. */
  loggedSum: string | null
  /** The checksum database's `h1:` of the go.mod; null if it has no record or was not asked. */
  loggedGoModSum: string | null
  files: FolderDifference[]
  notes: string[]
}

export type FolderFacts = Partial<Omit<FolderVerification, 'module' | 'version' | 'verdict' | 'reason'>>

/** Returns a verification with the facts that are known, and none of the others. */
export function folderVerification(
  { module, version }: { module: string; version: string },
  verdict: FolderVerdict,
  reason: string,
  facts: FolderFacts = {},
): FolderVerification {
  return {
    module,
    version,
    verdict,
    reason,
    folder: null,
    folderSum: null,
    expectedSum: null,
    loggedSum: null,
    loggedGoModSum: null,
    files: [],
    notes: [],
    ...facts,
  }
}

/** Returns the hashes of the checksum database, for {@link FolderFacts}. */
export function loggedSums(compared: SumComparison | null): FolderFacts {
  return { loggedSum: compared?.loggedSum ?? null, loggedGoModSum: compared?.loggedGoModSum ?? null }
}

/** Describes in one line how a folder differs. */
export function folderFault({ differing }: Pick<FolderComparison, 'differing'>): string {
  return differing === 1
    ? '1 file of the folder is not that of the zip'
    : `${differing} files of the folder are not those of the zip`
}
