import { GomodError, isGomodError } from '@mirrorwatch/gomod/errors'
import { isSum } from '@mirrorwatch/gomod/mod/go-sum'
import { checkModuleVersion } from '@mirrorwatch/gomod/paths/module-path'
import { isPseudoVersion } from '@mirrorwatch/gomod/paths/pseudo-version'
import { fetchCommit } from '@mirrorwatch/upstream/git/fetch'
import { isNoSuchHost } from '@mirrorwatch/upstream/sort-errors'
import { outcomeOfContent } from './content.ts'
import { type Located, locate, type Target, targetOf } from './locate.ts'
import { conclude, isEndOfLook, type Look, type Outcome, startLook } from './look.ts'
import { short } from './moved.ts'
import { findPlace } from './place.ts'
import { openJob, takeSnapshot } from './snapshot.ts'
import type { VerifiedVersion, VerifyDeps, VerifyRequest } from './types.ts'

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
    const given = givenUp(look, error)
    if (given !== null) return conclude(look, given)
    if (!isEndOfLook(error)) throw error
    return conclude(look, { verdict: 'unverifiable', reason: error.message })
  }
}

/** The verdict about a repository's host that is not there for long; null where it may be, or nobody gives up yet. */
function givenUp({ request }: Look, error: unknown): Outcome | null {
  if (request.giveUpOn === undefined || !isGomodError(error, 'retry-later')) return null
  if (isNoSuchHost(error)) {
    const reason = `the repository's host does not exist, and has not for days: ${error.message}`
    return { verdict: 'repository-missing', reason }
  }
  // A host that names a time is there.
  if (request.giveUpOn === 'no-such-host' || error.retryAfterMs !== undefined) return null
  const reason = `the repository could not be reached for days: ${error.message}`
  return { verdict: 'unverifiable', reason }
}

async function outcomeOf(look: Look): Promise<Outcome> {
  const { module, repository } = look.request
  if (module === 'golang.org/toolchain') {
    return { verdict: 'unverifiable', reason: 'toolchain versions are built, not taken from a repository' }
  }
  if (wantsRecord(look)) await look.info()
  const found = await locate(look)
  if (found.located === null) return found.outcome
  const { located } = found
  look.repository = repository === undefined ? located.location.url : withoutCredentials(repository)
  return outcomeAt(look, located, targetOf(look, located))
}

/**
 * The mirror's record is asked for where it can answer by itself, where the zip will be asked for too, and for pseudo-versions,
 * which carry 12 digits of their commit's id where the record has all of them.
 */
function wantsRecord({ request }: Look): boolean {
  const { version, repository, expectedSum, stopAtOrigin } = request
  if (stopAtOrigin === true || expectedSum === undefined) return true
  return repository === undefined && isPseudoVersion(version)
}

async function outcomeAt(look: Look, located: Located, target: Target): Promise<Outcome> {
  if (target.kind === 'missing') return missingTag(look, located, target.ref)
  look.seen.tagCommit = target.commit
  const recorded = look.seen.info?.origin?.hash ?? null
  const isEnough = look.request.stopAtOrigin === true && recorded === target.commit
  if (isEnough && target.kind === 'tag') return asRecorded('the tag still names', target.commit)
  await using job = await openJob(look, located)
  try {
    if (isEnough) {
      await fetchCommit(job, target.commit, 'treeless')
      return asRecorded('the repository still has', target.commit)
    }
    const snapshot = await takeSnapshot(look, job, target)
    const place = target.place ?? (await findPlace(snapshot, located.location, look.request.module))
    return await outcomeOfContent(look, snapshot, place)
  } catch (error) {
    if (!isGomodError(error, 'not-found')) throw error
    return withoutContent(look, error.message)
  } finally {
    look.seen.diskBytes = Math.max(look.seen.diskBytes, await job.peakBytes())
  }
}

function asRecorded(what: string, commit: string): Outcome {
  return { verdict: 'same', reason: `${what} the commit that the mirror recorded, ${short(commit)}` }
}

/** The server does not hand out the commit, or (where the commit was read already) the content of a file. */
function withoutContent(look: Look, message: string): Outcome {
  if (look.seen.commitTime !== null) return { verdict: 'unverifiable', reason: message }
  look.seen.tagCommit = null
  return { verdict: 'tag-missing', reason: `the repository has no such commit: ${message}` }
}

async function missingTag(look: Look, { refs }: Located, ref: string): Promise<Outcome> {
  const name = ref.replace('refs/tags/', '')
  const recorded = (await look.info())?.origin?.hash
  const was = recorded ? `; the mirror recorded commit ${short(recorded)}` : ''
  const others = refs.refs.size === 0 ? '' : ` (tags that begin like it: ${refs.refs.size})`
  return { verdict: 'tag-missing', reason: `the repository has no tag ${name}${others}${was}` }
}

function withoutCredentials(url: string): string {
  const parsed = new URL(url)
  parsed.username = ''
  parsed.password = ''
  return parsed.href
}
