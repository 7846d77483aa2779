import { NEAR_COPY_RULE } from '@mirrorwatch/detect/clone/original'
import { type DatedVersion, likelyOriginals, nearestVersion } from '@mirrorwatch/detect/clone/versions'
import type { ZipListing } from '@mirrorwatch/gomod/zip/module-zip'
import type { Db } from '@mirrorwatch/store/database'
import type { StoredCandidate } from '@mirrorwatch/store/tables/candidates'
import { moduleByPath, versionsOf } from '@mirrorwatch/store/tables/modules'
import { targetsByPath } from '@mirrorwatch/store/tables/targets'
import { orNothing } from '@mirrorwatch/verify/cached-version'
import { type Comparison, compareZips } from '../../content/compare-zips.ts'
import { fetchShared } from '../../content/fetch-shared.ts'
import type { CompareDeps, Subject } from '../../content/subject.ts'
import type { SharedZip, SoundListing } from '../../content/tasks.ts'

/** Originals that one version is compared with, the likeliest first: a name resembles few modules that matter. */
const MOST_ORIGINALS = 3

/** Compares a look-alike's version with the originals that its names or its contents resemble. */
export async function compareWithOriginals(
  subject: Subject,
  lookalike: DatedVersion,
  listing: SoundListing,
  candidates: readonly StoredCandidate[],
): Promise<Comparison[]> {
  const { deps, signal } = subject
  const comparisons: Comparison[] = []
  for (const target of await likeliestTargets(deps.db, candidates)) {
    const original = await fetchOriginal(deps, target, lookalike, listing, signal)
    const comparison = original === null ? null : await compareZips(subject, original)
    if (comparison !== null) comparisons.push(comparison)
  }
  return comparisons
}

const STRENGTH_ORDER = ['strong', 'medium', 'weak', 'candidate']

function rankOf({ rule, strength }: StoredCandidate): number {
  return rule === NEAR_COPY_RULE ? -1 : STRENGTH_ORDER.indexOf(strength)
}

/** Orders targets: those whose contents it was found to have, then by the strongest name rule, then by dependents. */
async function likeliestTargets(db: Db, candidates: readonly StoredCandidate[]): Promise<string[]> {
  const best = new Map<string, number>()
  for (const candidate of candidates) {
    best.set(candidate.target, Math.min(best.get(candidate.target) ?? 9, rankOf(candidate)))
  }
  const known = await targetsByPath(db, [...best.keys()])
  const dependents = new Map(known.map((target) => [target.path, target.dependents]))
  return [...best]
    .toSorted(
      ([a, strengthA], [b, strengthB]) =>
        strengthA - strengthB || (dependents.get(b) ?? 0) - (dependents.get(a) ?? 0) || (a < b ? -1 : 1),
    )
    .slice(0, MOST_ORIGINALS)
    .map(([path]) => path)
}

/**
 * Fetches the original in the version that is nearest to the look-alike. The zips' directories choose it, kilobytes each. Null
 * where the mirror has nothing to compare with.
 */
async function fetchOriginal(
  deps: CompareDeps,
  target: string,
  lookalike: DatedVersion,
  own: SoundListing,
  signal: AbortSignal,
): Promise<SharedZip | null> {
  const likely = likelyOriginals(await knownVersions(deps, target, signal), lookalike)
  const versions: { version: string; files: ZipListing[] }[] = []
  for (const version of likely) {
    const files = await orNothing(deps.proxy.zipDirectory(target, version, signal))
    if (files !== null) versions.push({ version, files })
  }
  const nearest = nearestVersion({ path: target, versions }, own)
  return nearest === null ? null : fetchShared(deps, target, nearest.version, signal)
}

/** Lists the versions that the store knows; of a target that the feed has not brought yet, those that the proxy lists. */
async function knownVersions(
  deps: CompareDeps,
  target: string,
  signal: AbortSignal,
): Promise<DatedVersion[]> {
  const module = await moduleByPath(deps.db, target)
  const stored = module === null ? [] : await versionsOf(deps.db, module.id)
  if (stored.length > 0)
    return stored.map(({ version, cachedAt }) => ({ version, cachedAt: new Date(cachedAt) }))
  const listed = (await orNothing(deps.proxy.list(target, signal))) ?? []
  return listed.map((version) => ({ version, cachedAt: new Date(0) }))
}
