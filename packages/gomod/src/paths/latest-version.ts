import { isPseudoVersion } from './pseudo-version.ts'
import { compareForSort, isValid, prerelease } from './semver.ts'

/**
 * Returns the version that the go command would choose for `latest`: the highest release, else the highest pre-release, else
 * the highest pseudo-version. Returns null without a valid version. Does not know about retractions.
 *
 * Source: go.dev/ref/mod, "Version queries".
 */
export function latestVersion(versions: readonly string[]): string | null {
  let latest: string | null = null
  for (const version of versions) {
    if (!isValid(version)) continue
    if (latest === null || rank(version) > rank(latest)) latest = version
    else if (rank(version) === rank(latest) && compareForSort(version, latest) > 0) latest = version
  }
  return latest
}

function rank(version: string): number {
  if (isPseudoVersion(version)) return 0
  return prerelease(version) === '' ? 2 : 1
}
