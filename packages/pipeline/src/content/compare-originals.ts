import { NEAR_COPY_RULE } from '@mirrorwatch/detect/clone/original'
import type { DatedVersion } from '@mirrorwatch/detect/clone/versions'
import { likelyOriginals, nearestVersion } from '@mirrorwatch/detect/clone/versions'
import type { ComparisonRecord } from '@mirrorwatch/detect/records/comparison-record'
import type { ZipListing } from '@mirrorwatch/gomod/zip/module-zip'
import type { Db } from '@mirrorwatch/store/database'
import type { StoredCandidate } from '@mirrorwatch/store/tables/candidates'
import { moduleByPath, versionsOf } from '@mirrorwatch/store/tables/modules'
import { targetsByPath } from '@mirrorwatch/store/tables/targets'
import type { ProxyClient } from '@mirrorwatch/upstream/proxy/proxy'
import type { VerifiedVersion } from '@mirrorwatch/verify/types'
import type { CodeFacts } from '../stages/inspect/inspection-facts.ts'
import { withImported } from './added-imports.ts'
import { fetchShared, orNothing } from './fetch-zip.ts'
import type { Reading } from './reading.ts'
import type { SourceReader } from './source-reader.ts'
import type { SharedZip, SoundListing } from './tasks.ts'

export interface CompareDeps {
  db: Db
  proxy: ProxyClient
  sources: SourceReader
}

export interface Comparison {
  target: string
  targetVersion: string
  result: ComparisonRecord
}

export interface ToCompare {
  module: string
  version: DatedVersion
  /** The version's zip, where it was fetched. */
  zip: Buffer | null
  candidates: readonly StoredCandidate[]
  verified: VerifiedVersion
}

/** Originals that one version is held against: the likeliest; a name resembles few modules that matter. */
const MOST_ORIGINALS = 3
const NOTHING_READ: CodeFacts = { added: null, whole: null }

/**
 * Reads what a look-alike's code does, and holds it against what its names resemble. Nothing is read for a module that
 * resembles nothing and whose zip is what the repository shows. What one module may not have time for is noted.
 */
export async function compareWithOriginals(
  deps: CompareDeps,
  what: ToCompare,
  signal: AbortSignal,
): Promise<{ comparisons: Comparison[]; code: CodeFacts }> {
  const own = await ownZip(deps, what, signal)
  if (own === null) return { comparisons: [], code: NOTHING_READ }
  const reading = deps.sources.begin(signal)
  const listing = await reading.list(own)
  if (listing === null && reading.stopped === null) return { comparisons: [], code: NOTHING_READ }
  const comparing: Comparing = { deps, reading, signal }
  const comparisons = listing === null ? [] : await compareEach(comparing, what, { zip: own, listing })
  const whole = what.candidates.length > 0 ? await reading.whole(own) : null
  const { differing, verification } = what.verified
  const differs = differing !== null && differing.size > 0
  const beyond = differs ? await reading.beyondRepository(own, differing) : null
  const added = await withImported(comparing, own, beyond)
  if (reading.stopped !== null) verification.notes.push(reading.stopped)
  return { comparisons, code: { added, whole } }
}

/** The reading of one module, with what it takes to fetch others beside it. */
export interface Comparing {
  deps: CompareDeps
  reading: Reading
  signal: AbortSignal
}

async function compareEach(
  comparing: Comparing,
  what: ToCompare,
  own: { zip: SharedZip; listing: SoundListing },
): Promise<Comparison[]> {
  const { deps, signal } = comparing
  const comparisons: Comparison[] = []
  for (const target of await originals(deps.db, what.candidates)) {
    const original = await fetchOriginal(deps, target, what.version, own.listing, signal)
    const comparison = original === null ? null : await compareZips(comparing, original, own.zip)
    if (comparison !== null) comparisons.push(comparison)
  }
  return comparisons
}

/** What one module has of another, and what its code does beyond it. Null where one of the zips is not sound. */
export async function compareZips(
  comparing: Comparing,
  original: SharedZip,
  own: SharedZip,
): Promise<Comparison | null> {
  const { reading } = comparing
  const comparison = await reading.compare(original, own)
  if (comparison === null) return null
  const isWorthReading = comparison.nearCopy || comparison.holdsOriginal
  const beyond = isWorthReading ? await reading.beyondOriginal(original, own) : null
  const added = await withImported(comparing, own, beyond)
  return { target: original.path, targetVersion: original.version, result: { form: 1, comparison, added } }
}

async function ownZip(deps: CompareDeps, what: ToCompare, signal: AbortSignal): Promise<SharedZip | null> {
  const { module, version, verified } = what
  const differs = verified.differing !== null && verified.differing.size > 0
  const bytes = what.zip ?? (differs ? await deps.proxy.zip(module, version.version, signal) : null)
  return bytes === null ? null : deps.sources.share(module, version.version, bytes)
}

const STRENGTH_ORDER = ['strong', 'medium', 'weak', 'candidate']

function rankOf({ rule, strength }: StoredCandidate): number {
  return rule === NEAR_COPY_RULE ? -1 : STRENGTH_ORDER.indexOf(strength)
}

/** The targets whose contents it was seen to have, then those that the names resemble; strongest rule and most dependents first. */
async function originals(db: Db, candidates: readonly StoredCandidate[]): Promise<string[]> {
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
 * The original in the version that is nearest to the look-alike, by the zips' directories: kilobytes each. Null where the
 * mirror has nothing to compare with.
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

/** Versions that the store knows; of a target that the feed has not brought yet, those that the proxy lists. */
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
