const SOURCE = /\.(go|s|c|cc|cpp|h|hpp|proto|tmpl|sql|js|ts|py|sh)$/i
const GENERATED =
  /(\.pb(\.gw|\.validate)?\.go|\.gen\.go|_gen\.go|_generated\.go|generated\.go|^zz_|_string\.go|bindata\.go|_easyjson\.go|_mock\.go|mock_[^/]*\.go|wire_gen\.go|statik\.go)$/i
const NOT_ITS_OWN = /(^|\/)(vendor|third_party|thirdparty|external|Godeps|node_modules|testdata)\//i
const COMMON =
  /^(go\.mod|go\.sum|go\.work(\.sum)?|licen[cs]e.*|copying.*|notice.*|doc\.go|Makefile|Dockerfile)$/i

/**
 * How much a file says about where a module comes from: 0 to 1. Nothing: licences, what belongs to others (`vendor/`),
 * documentation and settings, which everybody has and clones rewrite. Little: generated code, alike wherever one generator
 * ran over one schema.
 */
export function fileWeight(path: string): number {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (COMMON.test(name) || NOT_ITS_OWN.test(path) || path.startsWith('.')) return 0
  if (!SOURCE.test(name)) return 0
  if (GENERATED.test(name)) return 0.1
  if (name.endsWith('_test.go')) return 0.4
  return name.endsWith('.go') || name.endsWith('.s') ? 1 : 0.5
}

/** Weight and size together: a file twice as long says more, but not twice as much. */
export function fileMass(path: string, size: number): number {
  return fileWeight(path) * Math.sqrt(Math.min(size, 1_000_000))
}
