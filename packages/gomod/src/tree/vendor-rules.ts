/**
 * Rules for vendored packages, which a module zip leaves out. Go 1.24 (golang.org/x/mod v0.22.0) corrected the rule for
 * modules whose go.mod says `go 1.24` or later; older zips keep their checksums.
 */
export type VendorRules = 'before-1.24' | '1.24'

const GO_VERSION = /^([1-9]\d*)\.(0|[1-9]\d*)/

/** Returns the rules for the (valid) `go` line of a go.mod; null if the line is missing or the file is no go.mod at all. */
export function vendorRulesFor(goLine: string | null | undefined): VendorRules {
  const match = GO_VERSION.exec(goLine ?? '')
  if (match === null) return 'before-1.24'
  const [major, minor] = [Number(match[1]), Number(match[2])]
  return major > 1 || minor >= 24 ? '1.24' : 'before-1.24'
}

/** Returns the other rules: a Go that did not know the newer ones may have made the zip. */
export function otherVendorRules(rules: VendorRules): VendorRules {
  return rules === '1.24' ? 'before-1.24' : '1.24'
}

const VENDOR = 'vendor/'
const NESTED_VENDOR = '/vendor/'

/** Returns true if `path` (relative to the module) is left out as vendored. */
export function isVendored(path: string, rules: VendorRules): boolean {
  if (rules === '1.24' && path === 'vendor/modules.txt') return true
  if (path.startsWith(VENDOR)) return path.includes('/', VENDOR.length)
  const at = path.indexOf(NESTED_VENDOR)
  if (at < 0) return false
  // The old rule looks for a slash from position 8 on instead of behind the match: a bug, kept for the checksums.
  const from = rules === '1.24' ? at + NESTED_VENDOR.length : NESTED_VENDOR.length
  return path.includes('/', from)
}
