import { isGomodError } from '@mirrorwatch/gomod/errors'
import { isPseudoVersion } from '@mirrorwatch/gomod/paths/pseudo-version'
import { tagRef } from '@mirrorwatch/gomod/tree/module-dir'
import { knownRepository, shortcutRepository } from '@mirrorwatch/upstream/discovery/known-hosts'
import {
  givenRepository,
  type RepositoryLocation,
  resolveRepository,
} from '@mirrorwatch/upstream/discovery/repository'
import { restoreUrl } from '@mirrorwatch/upstream/git/instead-of'
import { localRefs } from '@mirrorwatch/upstream/git/local-refs'
import { lsRefs, type RefList } from '@mirrorwatch/upstream/git/ls-refs'
import { prepareRemote } from '@mirrorwatch/upstream/git/remote'
import type { GitRemote } from '@mirrorwatch/upstream/git/run/environment'
import { addNote, type Outcome, type VerifyContext } from './context.ts'
import { isSameAddress } from './same-address.ts'

/** Repository that answered. */
export interface Located {
  location: RepositoryLocation
  remote: GitRemote
  refs: RefList
}

/** Repository, or the verdict that follows from its absence. */
export type FoundRepository = { located: Located } | { located: null; outcome: Outcome }

/**
 * Finds the version's repository and asks it for the refs that matter.
 *
 * @throws GomodError `retry-later`, and what `verifyModuleVersion` turns into a verdict.
 */
export async function findRepository(context: VerifyContext): Promise<FoundRepository> {
  const first = await resolve(context, false)
  if ('outcome' in first) return { located: null, outcome: first.outcome }
  const answer = await askRepository(context, first.location)
  if (answer.located !== null || !mayBeOutdated(first.location)) return answer
  // A shortcut or the mirror's record may be out of date while the path's own page is current.
  const second = await resolve(context, true)
  if ('outcome' in second || second.location.url === first.location.url) return answer
  addNote(context, `${first.location.url} did not answer as a repository; the module's page names another`)
  const again = await askRepository(context, second.location)
  return again.located === null ? answer : again
}

function mayBeOutdated({ via, root }: RepositoryLocation): boolean {
  return via === 'shortcut' || (via === 'origin' && root === null)
}

async function resolve(
  context: VerifyContext,
  askPage: boolean,
): Promise<{ location: RepositoryLocation } | { outcome: Outcome }> {
  const { module, repository, signal } = context.request
  if (repository !== undefined) return { location: givenRepository(module, repository) }
  const info = askPage || isKnown(module) ? context.cached.record : await context.cached.info()
  const origin = askPage ? null : (info?.origin ?? null)
  try {
    const location = await resolveRepository(context.deps.http, module, {
      insteadOf: context.deps.insteadOf,
      skipShortcuts: askPage,
      signal,
      origin: origin && {
        VCS: origin.vcs ?? undefined,
        URL: origin.url ?? undefined,
        Subdir: origin.subdir ?? undefined,
      },
    })
    context.repository.modServer = location.vcs === 'mod'
    if (location.vcs === 'git') return { location }
    return { outcome: otherVcs(location) }
  } catch (error) {
    if (!isGomodError(error, 'not-found')) throw error
    return { outcome: { verdict: 'repository-missing', reason: error.message } }
  }
}

/** Returns true if the path itself names the repository; the mirror's record would add nothing. */
function isKnown(module: string): boolean {
  return knownRepository(module) !== null || shortcutRepository(module) !== null
}

function otherVcs({ vcs, url }: RepositoryLocation): Outcome {
  const reason =
    vcs === 'mod'
      ? `the module is served by a module proxy (${url}): there is no repository to compare with`
      : `the module's repository is not git but ${vcs}`
  return { verdict: 'unverifiable', reason, repository: vcs === 'mod' ? null : url }
}

async function askRepository(context: VerifyContext, location: RepositoryLocation): Promise<FoundRepository> {
  const { deps, request, cached, repository } = context
  try {
    const trusted = location.via === 'given'
    const remote = await prepareRemote(location.url, { ...deps, trusted })
    const refs = await refsOf(
      context,
      remote,
      prefixesFor(request.version, location, cached.record?.origin?.hash),
    )
    if (refs.url === remote.url) return { located: { location, remote, refs } }
    repository.movedTo = restoreUrl(deps.insteadOf, refs.url)
    if (!isSameAddress(repository.movedTo, location.url)) {
      addNote(context, `the repository has moved to ${repository.movedTo} (the host redirects: same project)`)
    }
    const moved = await prepareRemote(refs.url, { ...deps, trusted: trusted || remote.pin === null })
    return { located: { location, remote: moved, refs } }
  } catch (error) {
    const outcome = missingRepository(context, location, error)
    if (outcome === null) throw error
    return { located: null, outcome }
  }
}

function missingRepository(
  { cached }: VerifyContext,
  { url }: RepositoryLocation,
  error: unknown,
): Outcome | null {
  const wasCached = cached.status === 'cached'
  if (isGomodError(error, 'gone')) {
    const was = wasCached ? ' any more (the mirror has the version, so there was)' : ''
    return {
      verdict: 'repository-missing',
      repository: url,
      reason: `there is no repository at ${url}${was}`,
    }
  }
  if (isGomodError(error, 'unauthorized')) {
    const was = wasCached
      ? 'deleted or made private since the mirror cached it'
      : 'private, deleted or never there'
    return {
      verdict: 'repository-missing',
      repository: url,
      reason: `${url} is not public: ${was} (hosts do not say which)`,
    }
  }
  return null
}

async function refsOf(context: VerifyContext, remote: GitRemote, prefixes: string[]): Promise<RefList> {
  const { signal } = context.request
  if (remote.scheme !== 'file') return lsRefs(context.deps.http, remote.url, { prefixes }, signal)
  await using job = await context.deps.git.openJob(remote, signal ? { signal } : {})
  return await localRefs(job, { prefixes })
}

/** Returns the fewest refs to ask for: one tag, or every branch and tag for a pseudo-version without its full commit id. */
function prefixesFor(
  version: string,
  { places }: RepositoryLocation,
  hash: string | null | undefined,
): string[] {
  if (!isPseudoVersion(version)) return places.map((place) => tagRef(place, version))
  return hash ? ['HEAD'] : ['refs/heads/', 'refs/tags/']
}
