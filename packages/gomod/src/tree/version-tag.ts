import { parseSemver } from '../paths/semver.ts'

/** A tag that names a version of a module: `v1.2.3`, or `dir/v1.2.3` for a module in a directory. */
export interface VersionTag {
  /** Directory of the module, without `/vN`; '' for the repository's root. */
  codeDir: string
  /** Version as in a module path's `@version`, without `+incompatible`. */
  version: string
}

const TAGS = 'refs/tags/'
/** Longest tag that is parsed. A module path with such a directory would be refused by most file systems. */
const MAX_TAG_CHARS = 512
/** Directories that a module path can contain: https://go.dev/ref/mod#go-mod-file-ident */
const DIRECTORY = /^[A-Za-z0-9~_-][A-Za-z0-9.~_-]*(?:\/[A-Za-z0-9~_-][A-Za-z0-9.~_-]*)*$/

/**
 * Parses a full ref name. Returns null where no module version can come from it: another kind of ref, a shorthand (`v1.2`), a
 * version with build metadata.
 */
export function parseVersionTag(untrustedRef: string): VersionTag | null {
  if (!untrustedRef.startsWith(TAGS) || untrustedRef.length > MAX_TAG_CHARS) return null
  const name = untrustedRef.slice(TAGS.length)
  const slash = name.lastIndexOf('/')
  const codeDir = name.slice(0, Math.max(slash, 0))
  const version = name.slice(slash + 1)
  const parsed = parseSemver(version)
  if (parsed === null || parsed.build !== '' || slash === 0) return null
  const { major, minor, patch, prerelease } = parsed
  if (`v${major}.${minor}.${patch}${prerelease}` !== version) return null
  return codeDir === '' || DIRECTORY.test(codeDir) ? { codeDir, version } : null
}
