import { GomodError } from '../errors.ts'
import { isValid, parseSemver } from './semver.ts'

/**
 * Versions derived from a commit (`v1.2.4-0.20191109021931-daa7c04131f5`), after
 * https://go.dev/ref/mod#pseudo-versions. The index contains malformed ones.
 */

export interface PseudoVersion {
  /** Tagged version that it follows, build suffix included; empty without one. */
  base: string
  /** Commit time in UTC as `yyyymmddhhmmss`: digits as written, which may not form a date. */
  timestamp: string
  /** Start of the commit id: 12 hex digits for git and hg, a padded revision number for svn. */
  rev: string
}

const PSEUDO =
  /^v[0-9]+\.(?:0\.0-|[0-9]+\.[0-9]+-(?:[^+]*\.)?0\.)[0-9]{14}-[A-Za-z0-9]+(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/

export function isPseudoVersion(version: string): boolean {
  return PSEUDO.test(version) && isValid(version)
}

/**
 * Parses a pseudo-version. Throws `invalid-version` for any other version, or if its base cannot exist
 * (`v1.2.0-0.…`: there is no patch below 0; `v2.0.0-…+incompatible`: a build suffix without a base).
 */
export function parsePseudoVersion(version: string): PseudoVersion {
  const parsed = isPseudoVersion(version) ? parseSemver(version) : null
  if (!parsed) throw new GomodError('invalid-version', `${JSON.stringify(version)} is not a pseudo-version`)
  const match = /^-(?:(.*)\.)?([0-9]{14})-([A-Za-z0-9]+)$/.exec(parsed.prerelease)
  if (!match) throw new GomodError('invalid-version', `${JSON.stringify(version)} is not a pseudo-version`)
  const [, before = '', timestamp = '', rev = ''] = match
  return { base: baseOf(version, parsed, before), timestamp, rev }
}

function baseOf(
  version: string,
  parsed: NonNullable<ReturnType<typeof parseSemver>>,
  before: string,
): string {
  const { major, minor, patch, build } = parsed
  if (before === '') {
    if (build === '') return ''
    throw new GomodError('invalid-version', `${JSON.stringify(version)}: lacks a base, but has ${build}`)
  }
  if (before !== '0') return `v${major}.${minor}.${patch}-${before.replace(/\.0$/, '')}${build}`
  if (patch === '0') {
    throw new GomodError(
      'invalid-version',
      `${JSON.stringify(version)}: version before would have negative patch`,
    )
  }
  return `v${major}.${minor}.${BigInt(patch) - 1n}${build}`
}

/** Returns the commit time in milliseconds since 1970, UTC; null if the digits do not form a date. */
export function pseudoVersionTime(pseudo: PseudoVersion): number | null {
  const iso = pseudo.timestamp.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6Z')
  const time = Date.parse(iso)
  // Date.parse turns 31 February into March; only a real date formats back to the same text.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(iso.slice(0, 19)) ? time : null
}
