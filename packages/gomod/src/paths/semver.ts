/**
 * Semantic versions in Go's notation (`v1.2.3-pre.1+build`), after https://go.dev/ref/mod#versions.
 * `v1` and `v1.2` are accepted as shorthands. Numbers have no upper bound, so they are compared as digit strings.
 */

export interface Semver {
  major: string
  minor: string
  patch: string
  /** Pre-release with its leading `-`, or empty. */
  prerelease: string
  /** Build metadata with its leading `+`, or empty. */
  build: string
}

const NUMBER = '(0|[1-9][0-9]*)'
const IDENTIFIERS = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*'
const SEMVER = new RegExp(
  `^v${NUMBER}(?:\\.${NUMBER}(?:\\.${NUMBER}(-${IDENTIFIERS})?(\\+${IDENTIFIERS})?)?)?$`,
)
const LEADING_ZERO = /(?:^-|\.)0[0-9]+(?=\.|$)/

/** Parses a version and fills shorthands with zeros. Returns null if it is invalid. */
export function parseSemver(version: string): Semver | null {
  const match = SEMVER.exec(version)
  if (!match) return null
  const [, major = '0', minor = '0', patch = '0', prerelease = '', build = ''] = match
  if (LEADING_ZERO.test(prerelease)) return null
  return { major, minor, patch, prerelease, build }
}

export function isValid(version: string): boolean {
  return parseSemver(version) !== null
}

/** Completes a shorthand (`v1` becomes `v1.0.0`) and removes build metadata. Returns an empty string if invalid. */
export function canonical(version: string): string {
  const parsed = parseSemver(version)
  if (!parsed) return ''
  return `v${parsed.major}.${parsed.minor}.${parsed.patch}${parsed.prerelease}`
}

/**
 * Returns the form in which the index, the proxy and the zip prefix write a version: {@link canonical} plus the build suffix
 * `+incompatible` (and no other). Returns an empty string if the version is invalid.
 */
export function canonicalVersion(version: string): string {
  const plain = canonical(version)
  return plain !== '' && build(version) === '+incompatible' ? `${plain}+incompatible` : plain
}

/** Returns `v2` of `v2.1.0`; empty if the version is invalid. */
export function major(version: string): string {
  const parsed = parseSemver(version)
  return parsed ? `v${parsed.major}` : ''
}

/** Returns `-pre.1` of `v1.2.3-pre.1+build`; empty without a pre-release or if the version is invalid. */
export function prerelease(version: string): string {
  return parseSemver(version)?.prerelease ?? ''
}

/** Returns `+build` of `v1.2.3-pre.1+build`; empty without a build suffix or if the version is invalid. */
export function build(version: string): string {
  return parseSemver(version)?.build ?? ''
}

/**
 * Compares two versions. Returns a negative number, zero or a positive number. Ignores build metadata. Invalid versions equal
 * each other and are lower than all valid ones.
 */
export function compare(a: string, b: string): number {
  const left = parseSemver(a)
  const right = parseSemver(b)
  if (!left || !right) return Number(left !== null) - Number(right !== null)
  return (
    compareDigits(left.major, right.major) ||
    compareDigits(left.minor, right.minor) ||
    compareDigits(left.patch, right.patch) ||
    comparePrerelease(left.prerelease, right.prerelease)
  )
}

/** Compares like {@link compare} and breaks ties by text order: a total order for `Array.sort`. */
export function compareForSort(a: string, b: string): number {
  return compare(a, b) || compareText(a, b)
}

function comparePrerelease(a: string, b: string): number {
  if (a === b) return 0
  if (a === '') return 1
  if (b === '') return -1
  const left = a.slice(1).split('.')
  const right = b.slice(1).split('.')
  for (const [i, identifier] of left.entries()) {
    const other = right[i]
    if (other === undefined) return 1
    const order = compareIdentifier(identifier, other)
    if (order !== 0) return order
  }
  return left.length - right.length
}

function compareIdentifier(a: string, b: string): number {
  const aNumeric = /^[0-9]+$/.test(a)
  const bNumeric = /^[0-9]+$/.test(b)
  if (aNumeric && bNumeric) return compareDigits(a, b)
  if (aNumeric !== bNumeric) return aNumeric ? -1 : 1
  return compareText(a, b)
}

function compareDigits(a: string, b: string): number {
  return a.length - b.length || compareText(a, b)
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
