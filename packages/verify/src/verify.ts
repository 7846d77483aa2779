import { GomodError, isGomodError } from '@mirrorwatch/gomod/errors'
import { isSum } from '@mirrorwatch/gomod/mod/go-sum'
import { checkModuleVersion } from '@mirrorwatch/gomod/paths/module-path'
import { isPseudoVersion } from '@mirrorwatch/gomod/paths/pseudo-version'
import { fetchCommit } from '@mirrorwatch/upstream/git/fetch'
import { isNoSuchHost } from '@mirrorwatch/upstream/sort-errors'
import { compareContent } from './compare-content.ts'
import { conclude, type Outcome, startVerification, type VerifyContext } from './context.ts'
import { fetchSnapshot, openJob } from './fetch-snapshot.ts'
import { findPlace } from './find-place.ts'
import { findRepository, type Located } from './find-repository.ts'
import { findRevision, type Revision } from './find-revision.ts'
import { checkReach } from './look/reach.ts'
import { shortCommit } from './tag-move.ts'
import type { VerifiedVersion, VerifyDeps, VerifyRequest } from './types.ts'

/**
 * Compares one module version with its repository as it is now, cheapest check first:
 *
 * 1. the mirror's record of the commit against the tag (sufficient only with `stopAtOrigin`);
 * 2. the recorded hash against the hash of the tag's tree;
 * 3. the zip's files against the tag's tree, by git's ids; only files that differ are fetched.
 *
 * Resolves with a verdict for every fact about the version, limits included (`unverifiable`).
 *
 * @throws GomodError `invalid-path`, `invalid-version`, `malformed` (`expectedSum` is no `h1:`): the request itself is wrong;
 *   `retry-later`: an upstream could not be reached, so a retry may help. The signal's reason when aborted.
 */
export async function verifyModuleVersion(
  deps: VerifyDeps,
  request: VerifyRequest,
): Promise<VerifiedVersion> {
  checkRequest(request)
  const context = startVerification(deps, request)
  try {
    return conclude(context, await reachVerdict(context))
  } catch (error) {
    request.signal?.throwIfAborted()
    const outcome = outcomeOfError(context, error)
    if (outcome === null) throw error
    return conclude(context, outcome)
  }
}

function checkRequest({ module, version, expectedSum }: VerifyRequest): void {
  checkModuleVersion(module, version)
  if (expectedSum !== undefined && !isSum(expectedSum)) {
    throw new GomodError('malformed', 'the expected sum is no h1: hash')
  }
}

async function reachVerdict(context: VerifyContext): Promise<Outcome> {
  const { module, repository } = context.request
  if (module === 'golang.org/toolchain') {
    return { verdict: 'unverifiable', reason: 'toolchain versions are built, not taken from a repository' }
  }
  if (wantsRecord(context.request)) await context.cached.info()
  const found = await findRepository(context)
  if (found.located === null) return found.outcome
  const { located } = found
  context.url = repository === undefined ? located.location.url : withoutCredentials(repository)
  const [place] = located.location.places
  if (place !== undefined && repository === undefined)
    context.repository.place = {
      url: located.location.url,
      codeDir: place.codeDir,
      asOfCaching: located.location.via === 'origin' && located.location.root === null,
    }
  const revision = findRevision(context, located)
  if (revision.kind === 'missing') return missingTag(context, located, revision.ref)
  context.commit = revision.commit
  const isAsRecorded = context.cached.record?.origin?.hash === revision.commit
  if (context.request.stopAtOrigin === true && isAsRecorded) return confirmRecord(context, located, revision)
  return compareAt(context, located, revision)
}

/**
 * Returns true if the mirror's record can decide alone or the zip will be fetched too, and for pseudo-versions: they carry 12
 * digits of their commit's id, and the record has all of them.
 */
function wantsRecord({ version, repository, expectedSum, stopAtOrigin }: VerifyRequest): boolean {
  if (stopAtOrigin === true || expectedSum === undefined) return true
  return repository === undefined && isPseudoVersion(version)
}

/** Confirms that a tag still names the recorded commit, which is sufficient, or that a pseudo-version's commit still exists. */
async function confirmRecord(
  context: VerifyContext,
  located: Located,
  { kind, commit }: Exclude<Revision, { kind: 'missing' }>,
): Promise<Outcome> {
  const recorded = `the commit that the mirror recorded, ${shortCommit(commit)}`
  if (kind === 'tag') return { verdict: 'same', reason: `the tag still names ${recorded}` }
  await using job = await openJob(context, located)
  try {
    await fetchCommit(job, commit, 'treeless')
  } catch (error) {
    return missingCommit(context, error)
  }
  return { verdict: 'same', reason: `the repository still has ${recorded}` }
}

async function compareAt(
  context: VerifyContext,
  located: Located,
  revision: Exclude<Revision, { kind: 'missing' }>,
): Promise<Outcome> {
  await using job = await openJob(context, located)
  try {
    const snapshot = await fetchSnapshot(context, job, revision)
    const place = revision.place ?? (await findPlace(snapshot, located.location, context.request.module))
    if (revision.kind === 'pseudo' && context.request.checkReach === true) await checkReach(context, located)
    return await compareContent(context, snapshot, place)
  } catch (error) {
    return missingCommit(context, error)
  }
}

/** Returns the verdict for a server that does not serve the commit, or (if the commit was read already) a file's content. */
function missingCommit(context: VerifyContext, error: unknown): Outcome {
  if (!isGomodError(error, 'not-found')) throw error
  if (context.repository.commitTime !== null) return { verdict: 'unverifiable', reason: error.message }
  context.commit = null
  return { verdict: 'tag-missing', reason: `the repository has no such commit: ${error.message}` }
}

async function missingTag({ cached }: VerifyContext, { refs }: Located, ref: string): Promise<Outcome> {
  const name = ref.replace('refs/tags/', '')
  const recorded = (await cached.info())?.origin?.hash
  const was = recorded ? `; the mirror recorded commit ${shortCommit(recorded)}` : ''
  const others = refs.refs.size === 0 ? '' : ` (tags that begin like it: ${refs.refs.size})`
  return { verdict: 'tag-missing', reason: `the repository has no tag ${name}${others}${was}` }
}

/** Returns the verdict that a failure implies; null if it says nothing about the version. */
function outcomeOfError({ cached, request }: VerifyContext, error: unknown): Outcome | null {
  if (error === cached.failure) return null
  if (isGomodError(error, 'retry-later')) return givenUp(request, error)
  return isAboutVersion(error) ? { verdict: 'unverifiable', reason: error.message } : null
}

/** Returns the verdict for a repository whose host has been away for days; null if the host may come back. */
function givenUp({ giveUpOn }: VerifyRequest, error: GomodError): Outcome | null {
  if (giveUpOn === undefined) return null
  if (isNoSuchHost(error)) {
    const reason = `the repository's host does not exist, and has not for days: ${error.message}`
    return { verdict: 'repository-missing', reason }
  }
  // A host that names a retry time exists.
  if (giveUpOn === 'no-such-host' || error.retryAfterMs !== undefined) return null
  const reason = `the repository could not be reached for days: ${error.message}`
  return { verdict: 'unverifiable', reason }
}

function isAboutVersion(error: unknown): error is GomodError {
  return isGomodError(
    error,
    'too-large',
    'git-failed',
    'malformed',
    'bad-response',
    'forbidden-address',
    'not-trusted',
    'invalid-path',
  )
}

function withoutCredentials(url: string): string {
  const parsed = new URL(url)
  parsed.username = ''
  parsed.password = ''
  return parsed.href
}
