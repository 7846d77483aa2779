import type { FingerprintFile } from '@mirrorwatch/detect/clone/fingerprint'
import type { InspectionFacts } from '@mirrorwatch/detect/records/inspection-record'
import { isGomodError } from '@mirrorwatch/gomod/errors'
import { isPseudoVersion } from '@mirrorwatch/gomod/paths/pseudo-version'
import { readingOf } from '@mirrorwatch/store/code/readings'
import type { StoredCandidate } from '@mirrorwatch/store/tables/candidates'
import { hasFingerprint } from '@mirrorwatch/store/tables/fingerprints'
import { type Module, versionsOf } from '@mirrorwatch/store/tables/modules'
import { targetsByPath } from '@mirrorwatch/store/tables/targets'
import { READ_PRIORITY } from '@mirrorwatch/store/work/priority'
import type { ScheduleState } from '@mirrorwatch/store/work/schedule'
import { CachedVersion } from '@mirrorwatch/verify/cached-version'
import type { VerifiedVersion, VerifyDeps, VerifyRequest } from '@mirrorwatch/verify/types'
import { verifyModuleVersion } from '@mirrorwatch/verify/verify'
import { withImported } from '../../content/added-imports.ts'
import type { Comparison } from '../../content/compare-zips.ts'
import { type CompareDeps, openSubject } from '../../content/subject.ts'
import type { FullReading } from '../../content/tasks.ts'
import { compareWithOriginals } from './compare-originals.ts'
import { type CodeFacts, inspectionFacts } from './inspection-facts.ts'
import { isHopeless } from './next-inspection.ts'
import { priorityOfReading, versionBefore } from './priority-of-reading.ts'

export interface InspectVersionDeps extends CompareDeps {
  verify: VerifyDeps
  clock: () => Date
}

/** A version that is due, and what is known of it already. */
export interface DueVersion {
  module: Module
  version: string
  state: ScheduleState
  /** Targets that the module's name or content resembles. A module with any is a look-alike. */
  candidates: StoredCandidate[]
}

export interface Inspected {
  /** True for a look-alike or a target. */
  isWatched: boolean
  verified: VerifiedVersion
  comparisons: Comparison[]
  /** Files of the zip; null where they are known already, or cannot be had. */
  listing: FingerprintFile[] | null
  /** Fingerprints of the code; null where they are known already, or the zip was not at hand. */
  reading: FullReading | null
  /** Priority of reading the whole zip; null where that is not needed, or done. */
  readPriority: number | null
  /** Version of a target that this one is compared with, and is read for that; null for none. */
  readBefore: string | null
  facts: InspectionFacts
}

/**
 * Inspects a version, cheapest question first. A module that is neither a look-alike nor a target is done when its tag still
 * names the commit that the mirror recorded. Look-alikes and targets have their contents compared.
 *
 * @throws GomodError where the mirror or the repository could not be asked.
 */
export async function inspectVersion(
  deps: InspectVersionDeps,
  due: DueVersion,
  signal: AbortSignal,
): Promise<Inspected> {
  const { module, version, candidates } = due
  const versions = await versionsOf(deps.db, module.id)
  const known = versions.find((row) => row.version === version)
  const cached = openCachedVersion(deps, due, known?.zipSum ?? null, signal)
  const isLookalike = candidates.length > 0
  const isTarget = (await targetsByPath(deps.db, [module.path])).length > 0
  const isWatched = isLookalike || isTarget
  // A look-alike's zip is read even where its repository is gone.
  if (isLookalike) await cached.zip()
  const verified = await verifyModuleVersion(deps.verify, {
    ...requestOf(due, signal),
    cached,
    stopAtOrigin: !isWatched,
    checkReach: isWatched,
  })
  if (isLookalike) await completeSums(cached)
  const cachedAt = new Date(known?.cachedAt ?? module.firstCachedAt)
  const isRead = (await readingOf(deps.db, { moduleId: module.id, version }))?.readAt != null
  const evidence = { cached, cachedAt, verified, isRead, signal }
  const { comparisons, code, reading } = await readCode(deps, due, evidence)
  const listing = await listingOf(deps, due, cached)
  const listedAt = known === undefined || known.loggedOnly || isPseudoVersion(version) ? null : cachedAt
  const facts = inspectionFacts(verified, cached, code, listedAt)
  const readPriority =
    isRead || reading !== null ? null : await priorityOfReading(deps, due, { versions, isTarget })
  const readBefore = readPriority === READ_PRIORITY.target ? versionBefore(versions, version) : null
  return { isWatched, verified, comparisons, listing, reading, readPriority, readBefore, facts }
}

/** A verdict without the mirror's answer would be about the network, not about the module: its failures are thrown. */
function openCachedVersion(
  { proxy, verify }: InspectVersionDeps,
  { module, version }: DueVersion,
  recordedSum: string | null,
  signal: AbortSignal,
): CachedVersion {
  return new CachedVersion({
    module: module.path,
    version,
    proxy,
    sumdb: verify.sumdb,
    recordedSum: recordedSum ?? undefined,
    mirrorNeeded: true,
    signal,
  })
}

function requestOf({ module, version, state }: DueVersion, signal: AbortSignal): VerifyRequest {
  const request: VerifyRequest = { module: module.path, version, signal }
  if (!isHopeless(state)) return request
  // Where the repository was seen before, a host that is merely down must not change what is known.
  const giveUpOn = state.lastInspectedAt === null ? 'unreachable' : 'no-such-host'
  return { ...request, giveUpOn }
}

/** Learns both hashes of a look-alike's zip, also where the verification had no need of them. */
async function completeSums(cached: CachedVersion): Promise<void> {
  try {
    if ((await cached.openZip()) !== null) await cached.signedSum()
  } catch (error) {
    // The verdict says that the zip is not sound.
    if (!isGomodError(error, 'malformed', 'too-large')) throw error
  }
}

interface Evidence {
  cached: CachedVersion
  cachedAt: Date
  verified: VerifiedVersion
  /** True where the version's code is fingerprinted already. */
  isRead: boolean
  signal: AbortSignal
}

const NOTHING_READ = { comparisons: [], code: { added: null, whole: null }, reading: null }

/**
 * Reads what a look-alike's code does, and compares it with what its names resemble. Nothing is read for a module that
 * resembles nothing and whose zip is what the repository shows. A note says where one module's time did not suffice.
 */
async function readCode(
  deps: InspectVersionDeps,
  { module, version, candidates }: DueVersion,
  { cached, cachedAt, verified, isRead, signal }: Evidence,
): Promise<{ comparisons: Comparison[]; code: CodeFacts; reading: FullReading | null }> {
  const { differing, verification } = verified
  const differs = differing !== null && differing.size > 0
  if (candidates.length === 0 && !differs) return NOTHING_READ
  const subject = await openSubject(deps, cached, { module: module.path, version, signal })
  if (subject === null) return NOTHING_READ
  const { reading, zip } = subject
  const listing = await reading.list(zip)
  if (listing === null && reading.stopped === null) return NOTHING_READ
  const full = isRead ? null : await reading.full(zip)
  const comparisons =
    listing === null ? [] : await compareWithOriginals(subject, { version, cachedAt }, listing, candidates)
  const whole = candidates.length > 0 ? await reading.whole(zip) : null
  const beyond = differs ? await reading.beyondRepository(zip, differing) : null
  const added = await withImported(subject, beyond)
  if (reading.stopped !== null) verification.notes.push(reading.stopped)
  return { comparisons, code: { added, whole }, reading: full }
}

/** A cached zip never changes, so it is listed once. */
async function listingOf(
  { db }: InspectVersionDeps,
  { module, version }: DueVersion,
  cached: CachedVersion,
): Promise<FingerprintFile[] | null> {
  if (isToolchain(module) || (await hasFingerprint(db, module.id, version))) return null
  const files = await cached.listing()
  return files && files.map(({ name, size, crc32 }) => ({ name, size, crc32 }))
}

/** Toolchains are built, not taken from a repository: there is nothing to compare, ever. */
export function isToolchain({ path }: Pick<Module, 'path'>): boolean {
  return path === 'golang.org/toolchain'
}
