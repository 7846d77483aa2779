import { GomodError, isGomodError } from '@mirrorwatch/gomod/errors'
import type { Snapshot } from '@mirrorwatch/gomod/git/snapshot'
import { isSum } from '@mirrorwatch/gomod/go-sum'
import { moduleAt } from '@mirrorwatch/gomod/module-at'
import type { ModulePlace } from '@mirrorwatch/gomod/module-dir'
import { checkModuleVersion } from '@mirrorwatch/gomod/module-path'
import { sumOfTree } from '@mirrorwatch/gomod/tree-sum'
import { compareZip } from './compare.ts'
import { describeComparison } from './describe.ts'
import { type Located, locate, type Target, targetOf } from './locate.ts'
import { addNote, conclude, fromProxy, isEndOfLook, type Look, type Outcome, startLook } from './look.ts'
import { findPlace } from './place.ts'
import { openJob, takeSnapshot } from './snapshot.ts'
import type { VerifiedVersion, VerifyDeps, VerifyRequest } from './types.ts'
import { type OpenZip, openZip } from './zip.ts'

/**
 * Compares one module version with its repository as it is now, cheapest question first:
 *
 * 1. the mirror's record of the commit against the tag (only with `stopAtOrigin` is that enough);
 * 2. the recorded hash against the hash of the tag's tree;
 * 3. the zip's files against the tag's tree, by git's ids; only files that differ are fetched.
 *
 * Resolves with a verdict for everything that is a fact about the version, limits included (`unverifiable`).
 *
 * @throws GomodError `invalid-path`, `invalid-version`, `malformed` (`expectedSum` is no `h1:`): the question itself is wrong;
 *   `retry-later`: an upstream could not be reached, asking again may help. The signal's reason when aborted.
 */
export async function verifyModuleVersion(
  deps: VerifyDeps,
  request: VerifyRequest,
): Promise<VerifiedVersion> {
  checkModuleVersion(request.module, request.version)
  if (request.expectedSum !== undefined && !isSum(request.expectedSum)) {
    throw new GomodError('malformed', 'the expected sum is no h1: hash')
  }
  const look = startLook(deps, request)
  try {
    return conclude(look, await outcomeOf(look))
  } catch (error) {
    request.signal?.throwIfAborted()
    if (!isEndOfLook(error)) throw error
    return conclude(look, { verdict: 'unverifiable', reason: error.message })
  }
}

async function outcomeOf(look: Look): Promise<Outcome> {
  const { module, version, repository } = look.request
  if (module === 'golang.org/toolchain') {
    return { verdict: 'unverifiable', reason: 'toolchain versions are built, not taken from a repository' }
  }
  if (look.request.stopAtOrigin === true || (repository === undefined && needsRecord(version)))
    await look.info()
  const found = await locate(look)
  if (found.located === null) return found.outcome
  const { located } = found
  const shown = repository === undefined ? located.location.url : withoutCredentials(repository)
  const outcome = await outcomeAt(look, located, targetOf(look, located))
  return { repository: shown, ...outcome }
}

/** A pseudo-version carries 12 digits of its commit's id; the mirror's record has all of them. */
function needsRecord(version: string): boolean {
  return /-[0-9a-f]{12}(?:\+incompatible)?$/.test(version)
}

async function outcomeAt(look: Look, located: Located, target: Target): Promise<Outcome> {
  if (target.kind === 'missing') return missingTag(look, located, target.ref)
  look.seen.tagCommit = target.commit
  const recorded = look.seen.info?.origin?.hash ?? null
  if (look.request.stopAtOrigin === true && recorded !== null && recorded === target.commit) {
    return {
      verdict: 'same',
      reason: `the tag still names the commit that the mirror recorded, ${short(recorded)}`,
    }
  }
  await using job = await openJob(look, located)
  try {
    const snapshot = await takeSnapshot(look, job, target)
    const place = target.place ?? (await findPlace(snapshot, located.location, look.request.module))
    return await outcomeOfContent(look, snapshot, place)
  } catch (error) {
    if (!isGomodError(error, 'not-found')) throw error
    look.seen.tagCommit = null
    return { verdict: 'tag-missing', reason: `the repository has no such commit: ${error.message}` }
  } finally {
    look.seen.diskBytes = Math.max(look.seen.diskBytes, await job.peakBytes())
  }
}

async function missingTag(look: Look, { refs }: Located, ref: string): Promise<Outcome> {
  const name = ref.replace('refs/tags/', '')
  const recorded = (await look.info())?.origin?.hash
  const was = recorded ? `; the mirror recorded commit ${short(recorded)}` : ''
  const others = refs.refs.size === 0 ? '' : ` (tags that begin like it: ${refs.refs.size})`
  return { verdict: 'tag-missing', reason: `the repository has no tag ${name}${others}${was}` }
}

async function outcomeOfContent(look: Look, snapshot: Snapshot, place: ModulePlace): Promise<Outcome> {
  const { expectedSum, zip: given } = look.request
  if (given === undefined && expectedSum !== undefined) return bySum(look, snapshot, place, expectedSum)
  const bytes = given ?? (await zipFromProxy(look))
  if (bytes !== null) {
    const zip = await openZip(look, bytes, snapshot.job.objectFormat)
    const recorded = given === undefined ? await recordedSum(look) : null
    return byZip(look, snapshot, place, zip, expectedSum ?? recorded ?? zip.sum)
  }
  const recorded = await recordedSum(look)
  if (recorded !== null) return bySum(look, snapshot, place, recorded)
  return { verdict: 'unverifiable', reason: 'nothing to compare with: the mirror has not cached the version' }
}

async function zipFromProxy(look: Look): Promise<Buffer | null> {
  const { proxy } = look.deps
  const { module, version, signal } = look.request
  return proxy === null ? null : fromProxy(look, () => proxy.zip(module, version, signal))
}

/** The checksum database is only asked for what the mirror is known to have: other questions would make it fetch. */
async function recordedSum(look: Look): Promise<string | null> {
  const { sumdb } = look.deps
  const { module, version, signal } = look.request
  if (sumdb === null || (look.seen.proxyStatus !== 'cached' && (await look.info()) === null)) return null
  try {
    look.seen.recordedSum = await sumdb.zipSum(module, version, signal)
  } catch (error) {
    look.request.signal?.throwIfAborted()
    if (!isGomodError(error) || error.code === 'not-trusted') throw error
    addNote(look, `the checksum database could not be asked: ${error.message}`)
  }
  return look.seen.recordedSum
}

async function bySum(look: Look, snapshot: Snapshot, place: ModulePlace, expected: string): Promise<Outcome> {
  const { module, version } = look.request
  const at = await moduleAt(snapshot, place)
  look.seen.declaredPath = at.declaredPath
  const repositorySum = await sumOfTree(snapshot, at.tree, module, version)
  if (repositorySum === expected && at.fault === null) {
    return { verdict: 'same', repositorySum, expectedSum: expected, reason: 'the tag has the recorded hash' }
  }
  const bytes = await zipFromProxy(look)
  const zip = bytes && (await openZip(look, bytes, snapshot.job.objectFormat))
  if (zip !== null && zip.sum === expected) return byZip(look, snapshot, place, zip, expected)
  if (zip !== null) addNote(look, `the mirror's zip has another hash than expected: ${zip.sum}`)
  return {
    ...(await differing(look, snapshot)),
    expectedSum: expected,
    repositorySum: at.fault === null ? repositorySum : null,
    reason: await reasonOf(look, snapshot, at.fault ?? 'the tag has another hash than the recorded one'),
  }
}

async function byZip(
  look: Look,
  snapshot: Snapshot,
  place: ModulePlace,
  zip: OpenZip,
  expectedSum: string,
): Promise<Outcome> {
  const { module, version } = look.request
  const comparison = await compareZip(snapshot, place, zip, module, version)
  const { files, at, converted } = comparison
  look.seen.convertedFiles = converted.map(({ path }) => path)
  look.shown = comparison.shown
  look.seen.declaredPath ??= at.declaredPath
  for (const note of describeComparison(comparison)) addNote(look, note)
  const repositorySum = at.fault === null ? comparison.repositorySum : null
  if (repositorySum === expectedSum && zip.sum === expectedSum) {
    const reason = `all ${zip.files.size} files are the repository's`
    return { verdict: 'same', expectedSum, repositorySum, reason }
  }
  const what = differenceOf(zip, expectedSum, files.length, at.fault)
  const reason = await reasonOf(look, snapshot, what)
  return { ...(await differing(look, snapshot)), expectedSum, repositorySum, files, reason }
}

function differenceOf(zip: OpenZip, expectedSum: string, files: number, fault: string | null): string {
  if (zip.sum !== expectedSum) return `the zip itself has another hash than the recorded one: ${zip.sum}`
  if (files > 0) return `${files} of ${zip.files.size} files differ from the repository's`
  return fault ?? 'the zip has entries for directories, which Go never writes'
}

/** `tag-moved` where the mirror's record proves that the tag named something else when the version was cached. */
async function differing(look: Look, snapshot: Snapshot): Promise<{ verdict: 'differs' | 'tag-moved' }> {
  return { verdict: (await moveOf(look, snapshot)) === null ? 'differs' : 'tag-moved' }
}

async function reasonOf(look: Look, snapshot: Snapshot, what: string): Promise<string> {
  const move = await moveOf(look, snapshot)
  return move === null ? what : `${what}; ${move}`
}

/** How the tag is known to have moved; null where nothing shows it. A commit's time can be forged, so equality proves nothing. */
async function moveOf(look: Look, { commit }: Snapshot): Promise<string | null> {
  const info = await look.info()
  const hash = info?.origin?.hash ?? null
  if (hash !== null && hash !== commit.id)
    return `the tag named ${short(hash)} then and names ${short(commit.id)} now`
  const then = Date.parse(info?.time ?? '')
  if (hash === null && !Number.isNaN(then) && Math.floor(then / 1000) !== commit.time) {
    const now = new Date(commit.time * 1000).toISOString()
    return `the tag named a commit of ${new Date(then).toISOString()} then and names one of ${now} now`
  }
  return null
}

function short(commit: string): string {
  return commit.slice(0, 12)
}

function withoutCredentials(url: string): string {
  const parsed = new URL(url)
  parsed.username = ''
  parsed.password = ''
  return parsed.href
}
