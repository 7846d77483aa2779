import type { Verdict, Verification } from '@mirrorwatch/detect/types'

/** A verdict about a line of a go.sum, a vendored module or a cached one: its hash may not be that of the checksum database. */
export type TargetVerdict = Verdict | 'sum-disagrees'

/** The answer for one target. Field names are the stable output of `verify --json`. */
export interface TargetVerification extends Omit<Verification, 'verdict'> {
  verdict: TargetVerdict
  /** The checksum database's `h1:` of the zip; null if it has no record. Absent if it was not asked. */
  loggedSum?: string | null
  /** The checksum database's `h1:` of the go.mod; null if it has no record. Absent if it was not asked. */
  loggedGoModSum?: string | null
}
