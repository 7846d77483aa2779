import type { CapabilityReport } from '@mirrorwatch/detect/go/types'
import type { InspectionFacts } from '@mirrorwatch/detect/records/inspection-record'
import { keptDeclaredPath } from '@mirrorwatch/gomod/mod/declared-path'
import type { VerifiedVersion } from '@mirrorwatch/verify/types'

/** What the code was found to do; null where it was not read. */
export interface CodeFacts {
  /** Beyond the repository. */
  added: CapabilityReport | null
  /** The module's own code, nothing subtracted. */
  whole: CapabilityReport | null
}

/**
 * Returns the facts of an inspection that the assessment needs.
 *
 * @param recordedSum the zip's `h1:` in the checksum database as the log's record tiles gave it; null where not known
 */
export function inspectionFacts(
  { observations }: VerifiedVersion,
  recordedSum: string | null,
  code: CodeFacts,
): InspectionFacts {
  const signed = recordedSum ?? observations.recordedSum
  const { zipSum } = observations
  return {
    form: 1,
    cachedCommit: observations.info?.origin?.hash ?? null,
    sumDisagrees: signed !== null && zipSum !== null && signed !== zipSum ? { zip: zipSum, signed } : null,
    blocked: observations.proxyStatus === 'blocked',
    modServer: observations.vcs === 'mod',
    movedTo: observations.movedTo,
    declaredPath: keptDeclaredPath(observations.declaredPath),
    ...code,
  }
}
