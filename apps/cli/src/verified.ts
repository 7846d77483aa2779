import type { Verdict, Verification } from '@mirrorwatch/detect/types'
import type { Ignores } from './ignores.ts'

/** A verdict about a line of a go.sum, a vendored module or a cached one: its hash may not be that of the checksum database. */
export type TargetVerdict = Verdict | 'sum-disagrees'

/** The answer for one target. Field names are the stable output of `verify --json`. */
export interface TargetVerification extends Omit<Verification, 'verdict'> {
  verdict: TargetVerdict
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

/**
 * Sets aside what the ignore file is about. A hash that the checksum database contradicts is only set aside by an entry for
 * this very hash.
 */
export function withIgnored(ignores: Ignores, verification: TargetVerification): TargetVerification {
  const { module, verdict, expectedSum } = verification
  if (verdict === 'same') return verification
  const entry = ignores.match({ module, target: null, rule: verdict, sum: expectedSum })
  if (entry === null || (verdict === 'sum-disagrees' && entry.sum === null)) return verification
  return { ...verification, ignored: { reason: entry.reason, until: entry.until } }
}
