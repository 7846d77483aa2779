import type { CapabilityReport } from '@mirrorwatch/detect/go/types'
import type { InspectionFacts } from '@mirrorwatch/detect/records/inspection-record'
import { keptDeclaredPath } from '@mirrorwatch/gomod/mod/declared-path'
import type { CachedVersion } from '@mirrorwatch/verify/cached-version'
import type { VerifiedVersion } from '@mirrorwatch/verify/types'

/** Reports on the version's code; null where it was not read. */
export interface CodeFacts {
  /** Beyond the repository. */
  added: CapabilityReport | null
  /** The module's own code, nothing subtracted. */
  whole: CapabilityReport | null
}

/** A clock that is wrong by less proves nothing. */
const MARGIN_MS = 3_600_000

/** Returns both times where the commit, by its own time in seconds, was made after the index first listed the version. */
function youngerThan(listedAt: Date | null, commitTime: number | null): InspectionFacts['younger'] {
  if (listedAt === null || commitTime === null) return null
  if (commitTime * 1000 <= listedAt.getTime() + MARGIN_MS) return null
  return { commit: new Date(commitTime * 1000).toISOString(), listed: listedAt.toISOString() }
}

/** Collects the facts of an inspection that the assessment needs. */
export function inspectionFacts(
  { repository }: VerifiedVersion,
  { record, recordedSum: signed, zipSum, status }: CachedVersion,
  code: CodeFacts,
  listedAt: Date | null,
): InspectionFacts {
  return {
    form: 1,
    cachedCommit: record?.origin?.hash ?? null,
    sumSigned: signed !== null,
    sumDisagrees: signed !== null && zipSum !== null && signed !== zipSum ? { zip: zipSum, signed } : null,
    blocked: status === 'blocked',
    modServer: repository.modServer,
    movedTo: repository.movedTo,
    younger: youngerThan(listedAt, repository.commitTime),
    reachable: repository.reachable,
    declaredPath: keptDeclaredPath(repository.declaredPath),
    ...code,
  }
}
