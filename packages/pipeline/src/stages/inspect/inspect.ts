import type { FingerprintFile } from '@mirrorwatch/detect/clone/fingerprint'
import { keptDifferences } from '@mirrorwatch/detect/judge/signals/cache-signals'
import type { InspectionFacts } from '@mirrorwatch/detect/records/inspection-record'
import { GomodError, isGomodError } from '@mirrorwatch/gomod/errors'
import type { Db, Trx } from '@mirrorwatch/store/database'
import { candidatesOf, type StoredCandidate } from '@mirrorwatch/store/tables/candidates'
import { saveComparison } from '@mirrorwatch/store/tables/comparisons'
import { hasFingerprint } from '@mirrorwatch/store/tables/fingerprints'
import { type InspectionRow, saveInspection } from '@mirrorwatch/store/tables/inspections'
import { type Module, moduleById, versionsOf } from '@mirrorwatch/store/tables/modules'
import { targetsByPath } from '@mirrorwatch/store/tables/targets'
import { markPending } from '@mirrorwatch/store/work/assess'
import { askForCopies } from '@mirrorwatch/store/work/copies-due'
import { ROUTINE_AGAIN_PRIORITY, WATCHED_AGAIN_PRIORITY } from '@mirrorwatch/store/work/priority'
import {
  dueVersions,
  failInspection,
  finishInspection,
  postponeInspection,
  type ScheduleState,
  scheduleOf,
  type VersionKey,
} from '@mirrorwatch/store/work/schedule'
import type { ProxyClient } from '@mirrorwatch/upstream/proxy/proxy'
import { whatNext } from '@mirrorwatch/upstream/sort-errors'
import type { VerifiedVersion, VerifyDeps } from '@mirrorwatch/verify/types'
import { verifyModuleVersion } from '@mirrorwatch/verify/verify'
import { fellowsOf } from '../../content/campaigns.ts'
import { type CompareDeps, type Comparison, compareWithOriginals } from '../../content/compare-originals.ts'
import { orNothing } from '../../content/fetch-zip.ts'
import { rememberListing } from '../../content/near-copies.ts'
import type { Stage, StageKey } from '../../work/stage.ts'
import { HOPELESS_AFTER, MONTHLY_STEP, nextInspection, retryAt } from './again.ts'
import { inspectionFacts } from './inspection-facts.ts'
import { observeSums } from './signed-sum.ts'

/** How this process's inspections ended, so that a run of them can say whether it saw anything at all. */
export interface InspectionTally {
  seen: number
  /** Could not be done now; tried again later. */
  postponed: number
}

export interface InspectDeps extends CompareDeps {
  tally: InspectionTally
  db: Db
  verify: VerifyDeps
  clock: () => Date
}

export const inspectStage: Stage<InspectDeps> = {
  name: 'inspect',
  does: 'compares a cached zip with its repository, and a look-alike with what it imitates',
  concurrency: 4,
  run: inspect,
  async due({ store, until, limit }) {
    const due = await dueVersions(store.db, until, limit)
    return due.map(({ moduleId, version, priority }) => ({
      stage: 'inspect',
      key: { moduleId, version },
      priority,
    }))
  },
  async postpone({ db }, { moduleId, version }, { message, until }) {
    if (moduleId === undefined || version === undefined) return
    const failure = { code: 'internal', message, nextDueAt: until }
    await db.transaction().execute((trx) => postponeInspection(trx, { moduleId, version }, failure))
  },
}

async function inspect(deps: InspectDeps, key: StageKey, signal: AbortSignal): Promise<[]> {
  const { moduleId, version } = key
  if (moduleId === undefined || version === undefined) return []
  const module = await moduleById(deps.db, moduleId)
  const state = await scheduleOf(deps.db, { moduleId, version })
  // A job that is older than the row it is about, doubled say, has nothing to do.
  if (module === null || state?.dueAt == null || new Date(state.dueAt) > deps.clock()) return []
  const look: LookAt = { module, version, state, candidates: await candidatesOf(deps.db, moduleId) }
  try {
    const seen = await lookAt(deps, look, signal)
    await deps.db.transaction().execute((trx) => saveSeen(trx, look, seen, deps.clock()))
    deps.tally.seen++
  } catch (error) {
    signal.throwIfAborted()
    if (!isGomodError(error)) throw error
    const now = deps.clock()
    const again = whatNext(error) === 'later'
    const nextDueAt = again ? retryAt(state.attempts, now, error.retryAfterMs) : null
    const failure = { code: error.code, message: error.message, nextDueAt }
    await deps.db.transaction().execute((trx) => failInspection(trx, { moduleId, version }, failure))
    deps.tally.postponed++
  }
  return []
}

interface LookAt {
  module: Module
  version: string
  state: ScheduleState
  candidates: StoredCandidate[]
}

interface Seen {
  /** A look-alike, or a target. */
  watched: boolean
  verified: VerifiedVersion
  comparisons: Comparison[]
  /** What the zip consists of; null where that is known already, or cannot be had. */
  listing: FingerprintFile[] | null
  facts: InspectionFacts
}

/**
 * Asks what is worth asking about this version. A module that nobody would imitate and that imitates nobody is done when its
 * tag still names the commit that the mirror recorded; look-alikes and targets have their contents compared.
 */
async function lookAt(deps: InspectDeps, look: LookAt, signal: AbortSignal): Promise<Seen> {
  const { module, version, candidates } = look
  const versions = await versionsOf(deps.db, module.id)
  const known = versions.find((candidate) => candidate.version === version)
  const zip = candidates.length > 0 ? await fetchZip(deps.proxy, module.path, version, signal) : null
  const watched = candidates.length > 0 || (await targetsByPath(deps.db, [module.path])).length > 0
  const verified = await verifyModuleVersion(deps.verify, {
    module: module.path,
    version,
    signal,
    stopAtOrigin: !watched,
    ...(isHopeless(look.state) && { giveUpOn: neverSeen(look.state) ? 'unreachable' : 'no-such-host' }),
    ...(known?.zipSum == null ? {} : { recordedSum: known.zipSum }),
    ...(zip?.bytes === undefined ? {} : { zip: zip.bytes }),
  })
  if (zip?.blocked === true) verified.observations.proxyStatus = 'blocked'
  if (verified.observations.proxyStatus === 'unreachable') throw unreachable(verified)
  const signed = known?.zipSum ?? null
  if (zip?.bytes !== undefined) {
    const served = { module: module.path, version, bytes: zip.bytes, signed }
    await observeSums(deps.verify.sumdb, served, verified, signal)
  }
  const { comparisons, code } = await compareWithOriginals(
    deps,
    {
      module: module.path,
      version: { version, cachedAt: new Date(known?.cachedAt ?? module.firstCachedAt) },
      zip: zip?.bytes ?? null,
      candidates,
      verified,
    },
    signal,
  )
  const listing = await listingOf(deps, look, verified, signal)
  return {
    watched,
    verified,
    comparisons,
    listing,
    facts: inspectionFacts(verified, signed, code),
  }
}

/** A cached zip never changes: it is listed once, from the zip where that was read, else from the end of it alone. */
async function listingOf(
  deps: InspectDeps,
  { module, version }: LookAt,
  { observations }: VerifiedVersion,
  signal: AbortSignal,
): Promise<FingerprintFile[] | null> {
  if (isNeverAgain(module) || (await hasFingerprint(deps.db, module.id, version))) return null
  if (observations.zipFiles !== null)
    return observations.zipFiles.map(({ path, size, crc32 }) => ({ name: path, size, crc32 }))
  if (observations.proxyStatus === 'blocked') return null
  return orNothing(deps.proxy.zipDirectory(module.path, version, signal))
}

/** A look-alike's zip is wanted whatever its repository says: the repository may be gone. */
async function fetchZip(
  proxy: ProxyClient,
  module: string,
  version: string,
  signal: AbortSignal,
): Promise<{ bytes?: Buffer; blocked: boolean }> {
  try {
    return { bytes: await proxy.zip(module, version, signal), blocked: false }
  } catch (error) {
    if (isGomodError(error, 'blocked')) return { blocked: true }
    if (isGomodError(error, 'not-found', 'gone', 'not-cached')) return { blocked: false }
    throw error
  }
}

/** A verdict without the mirror's answer would be about the network, not about the module. */
function unreachable({ verification }: VerifiedVersion): Error {
  return new GomodError('retry-later', verification.notes.join('; ') || 'the mirror could not be asked')
}

async function saveSeen(trx: Trx, look: LookAt, seen: Seen, now: Date): Promise<void> {
  const { module, version, state } = look
  const key: VersionKey = { moduleId: module.id, version }
  const verification = asKept(seen.verified)
  const { changed } = await saveInspection(
    trx,
    { ...verification, moduleId: module.id, facts: seen.facts },
    now,
  )
  if (seen.listing !== null) {
    await rememberListing(trx, { ...key, path: module.path, files: seen.listing }, now)
    await askForCopies(trx, [key], now)
  }
  for (const { target, targetVersion, result } of seen.comparisons) {
    await saveComparison(trx, { ...key, target, targetVersion, result }, now)
  }
  if (state.lastInspectedAt === null && look.candidates.length > 0)
    await markPending(trx, await fellowsOf(trx, module), now)
  // What was given up is looked at monthly; what answers again is back on the ladder where it left it.
  const gone = ['repository-missing', 'unverifiable'].includes(verification.verdict)
  const next = nextInspection(isHopeless(state) && gone ? MONTHLY_STEP : state.step, now)
  await finishInspection(
    trx,
    key,
    {
      nextDueAt: isNeverAgain(module) ? null : next.dueAt,
      step: next.step,
      priority: seen.watched ? WATCHED_AGAIN_PRIORITY : ROUTINE_AGAIN_PRIORITY,
    },
    now,
  )
  if (changed || seen.comparisons.length > 0) await markPending(trx, [module.id], now)
}

/** What the row says: everything, unless that is more than anybody can read. */
function asKept({ verification }: VerifiedVersion): Omit<InspectionRow, 'moduleId' | 'facts'> {
  const { module: _module, files, notes, ...rest } = verification
  const kept = keptDifferences(files)
  const cut = kept.length < files.length
  const note = `${files.length} files differ; ${kept.length} of them are kept`
  return { ...rest, files: kept, notes: cut ? [...notes, note] : notes }
}

/** So many failures in a row that a repository which cannot be reached is a fact, and no longer an accident. */
function isHopeless({ attempts }: ScheduleState): boolean {
  return attempts >= HOPELESS_AFTER
}

/** Where something was seen before, a host that is merely down must not take its place. */
function neverSeen({ lastInspectedAt }: ScheduleState): boolean {
  return lastInspectedAt === null
}

/** Toolchains are built, not taken from a repository: there is nothing to compare, ever. */
function isNeverAgain(module: Module): boolean {
  return module.path === 'golang.org/toolchain'
}
