import { isAtLeast, SERIOUS, type Severity } from '@mirrorwatch/detect/severity'
import type { Candidate } from '@mirrorwatch/detect/types'

/** What a store knows of a module. */
export interface KnownFinding {
  id: number
  module: string
  target: string | null
  severity: Severity
  status: string
  summary: string
}

/** What `check` found about one module. */
export interface Checked {
  module: string
  candidates: Candidate[]
  findings: KnownFinding[]
}

/** Whether a person should look: a name that alerts, or an open finding of some weight. */
export function isAlerting({ candidates, findings }: Checked): boolean {
  return (
    candidates.some(alerts) ||
    findings.some(({ severity, status }) => isAtLeast(severity, SERIOUS) && status !== 'dismissed')
  )
}

/** Whether a name alerts by itself. */
export function alerts({ strength }: Candidate): boolean {
  return strength === 'strong' || strength === 'medium'
}
