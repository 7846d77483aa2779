import { compareForSort } from '@mirrorwatch/gomod/paths/semver'
import type { FingerprintFile } from './fingerprint.ts'
import { estimateSimilarity, type Similarity } from './similarity.ts'

export interface DatedVersion {
  version: string
  cachedAt: Date
}

/** Limit of versions of an original to compare with. The first one finds most copies, a fourth few more. */
const MAX_VERSIONS = 3

/**
 * Versions of the original that a look-alike was most likely made from, best guess first: the one of the same name (copied
 * tags), the newest at the time when the look-alike was cached, the newest.
 */
export function likelyOriginals(
  originalVersions: readonly DatedVersion[],
  lookalike: DatedVersion,
): string[] {
  const newestFirst = originalVersions.toSorted((a, b) => compareForSort(b.version, a.version))
  const same = newestFirst.find(({ version }) => version === lookalike.version)
  const before = newestFirst.find(({ cachedAt }) => cachedAt <= lookalike.cachedAt)
  const picked = [same, before, newestFirst[0]].flatMap((found) =>
    found === undefined ? [] : [found.version],
  )
  return [...new Set(picked)].slice(0, MAX_VERSIONS)
}

/** The version whose listing is nearest to the look-alike's; of equals the first. Null for an empty list. */
export function nearestVersion(
  original: { path: string; versions: readonly { version: string; files: readonly FingerprintFile[] }[] },
  lookalike: { path: string; files: readonly FingerprintFile[] },
): { version: string; similarity: Similarity } | null {
  let best: { version: string; similarity: Similarity } | null = null
  for (const { version, files } of original.versions) {
    const similarity = estimateSimilarity({ path: original.path, files }, lookalike)
    if (best === null || similarity.similarity > best.similarity.similarity) best = { version, similarity }
  }
  return best
}
