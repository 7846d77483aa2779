import { isAtLeast, SERIOUS } from '@mirrorwatch/detect/severity'
import type { Candidate } from '@mirrorwatch/detect/types'
import type { FindingLine, ListedModule } from '@mirrorwatch/store/queries/known-findings'
import { isSetAside } from '@mirrorwatch/store/status'

/** The answer of `check` for one module. */
export interface Checked {
  module: string
  candidates: Candidate[]
  findings: FindingLine[]
  /** Entries of imported databases of malicious packages. */
  listed: ListedModule[]
}

/** Returns true for what a person should look at: an alerting name, a serious open finding, a module listed as malicious. */
export function isAlerting({ candidates, findings, listed }: Checked): boolean {
  return (
    listed.length > 0 ||
    candidates.some(alerts) ||
    findings.some(({ severity, status }) => isAtLeast(severity, SERIOUS) && !isSetAside(status))
  )
}

/** Returns true where a name alone is reason enough to look. */
export function alerts({ strength }: Candidate): boolean {
  return strength === 'strong' || strength === 'medium'
}
