import { isAtLeast, SERIOUS } from '@mirrorwatch/detect/severity'
import type { Candidate } from '@mirrorwatch/detect/types'
import { affectedVersions } from '@mirrorwatch/pipeline/known/affected'
import type { FindingLine, ListedModule } from '@mirrorwatch/store/queries/known-findings'
import { isSetAside } from '@mirrorwatch/store/status'
import type { Ignores } from './ignores.ts'

/** An entry of an imported database of malicious packages. */
export interface Listed extends Omit<ListedModule, 'affected'> {
  /** Versions in use that the entry is about; null if it is about every version, or the one in use is not known. */
  versions: string[] | null
}

/**
 * Returns the entries that are about a version in use. An entry without versions is about all.
 *
 * @param inUse null if a version in use is not known; every entry then counts
 */
export function listedInUse(entries: readonly ListedModule[], inUse: ReadonlySet<string> | null): Listed[] {
  return entries.flatMap(({ affected, ...entry }) => {
    const versions = inUse === null ? null : affectedVersions(affected, [...inUse])
    return versions?.length === 0 ? [] : [{ ...entry, versions }]
  })
}

/** The answer of `check` for one module. */
export interface Checked {
  module: string
  candidates: Candidate[]
  findings: FindingLine[]
  /** Entries of imported databases of malicious packages that are about a version in use. */
  listed: Listed[]
  /** Results that an ignore file is about, and why. */
  ignored: {
    target: string | null
    rule: string | null
    finding: number | null
    reason: string
    until: string
  }[]
}

/** Takes out what the ignore file is about. A module that is listed as malicious stays. */
export function withoutIgnored(ignores: Ignores, checked: Checked): Checked {
  const { module } = checked
  const ignored: Checked['ignored'] = []
  const isKept = (target: string | null, rule: string | null, finding: number | null): boolean => {
    const entry = ignores.match({ module, target, rule, sum: null })
    if (entry !== null) ignored.push({ target, rule, finding, reason: entry.reason, until: entry.until })
    return entry === null
  }
  return {
    ...checked,
    candidates: checked.candidates.filter(({ target, rule }) => isKept(target, rule, null)),
    findings: checked.findings.filter(({ target, id }) => isKept(target, null, id)),
    ignored,
  }
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
