import { isGomodError } from '@mirrorwatch/gomod/errors'
import { isPseudoVersion, parsePseudoVersion } from '@mirrorwatch/gomod/paths/pseudo-version'
import { type ModulePlace, tagRef } from '@mirrorwatch/gomod/tree/module-dir'
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
import { addNote, type Look, type Outcome } from './look.ts'

/** A repository that answered. */
export interface Located {
  location: RepositoryLocation
  remote: GitRemote
  refs: RefList
}

/** Either a repository, or the verdict that follows from there being none. */
export type LocateResult = { located: Located } | { located: null; outcome: Outcome }

/**
 * Finds the version's repository and asks it for the refs that matter.
 *
 * @throws GomodError `retry-later` and what `isEndOfLook` names.
 */
export async function locate(look: Look): Promise<LocateResult> {
  const first = await resolve(look, false)
  if ('outcome' in first) return { located: null, outcome: first.outcome }
  const answer = await askRepository(look, first.location)
  if (answer.located !== null || !hasSecondWay(first.location)) return answer
  // A shortcut or the mirror's record may be out of date where the path's own page is not.
  const second = await resolve(look, true)
  if ('outcome' in second || second.location.url === first.location.url) return answer
  addNote(look, `${first.location.url} did not answer as a repository; the module's page names another`)
  const again = await askRepository(look, second.location)
  return again.located === null ? answer : again
}

function hasSecondWay({ via, root }: RepositoryLocation): boolean {
  return via === 'shortcut' || (via === 'origin' && root === null)
}

async function resolve(
  look: Look,
  askPage: boolean,
): Promise<{ location: RepositoryLocation } | { outcome: Outcome }> {
  const { module, repository, signal } = look.request
  if (repository !== undefined) return { location: givenRepository(module, repository) }
  const info = askPage || isKnown(module) ? look.seen.info : await look.info()
  const origin = askPage ? null : (info?.origin ?? null)
  try {
    const location = await resolveRepository(look.deps.http, module, {
      insteadOf: look.deps.insteadOf,
      skipShortcuts: askPage,
      signal,
      origin: origin && {
        VCS: origin.vcs ?? undefined,
        URL: origin.url ?? undefined,
        Subdir: origin.subdir ?? undefined,
      },
    })
    look.seen.vcs = location.vcs
    if (location.vcs === 'git') return { location }
    look.seen.repositoryStatus = 'other-vcs'
    return { outcome: otherVcs(location) }
  } catch (error) {
    if (isGomodError(error, 'not-found')) {
      look.seen.repositoryStatus = 'no-page'
      return { outcome: { verdict: 'repository-missing', reason: error.message } }
    }
    if (isGomodError(error, 'invalid-path', 'forbidden-address')) look.seen.repositoryStatus = 'not-allowed'
    throw error
  }
}

/** Where the path itself tells the repository, the mirror's record would only say the same. */
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

async function askRepository(look: Look, location: RepositoryLocation): Promise<LocateResult> {
  const { deps, request, seen } = look
  try {
    const trusted = location.via === 'given'
    const remote = await prepareRemote(location.url, { ...deps, trusted })
    const refs = await refsOf(look, remote, prefixesFor(request.version, location, seen.info?.origin?.hash))
    seen.repositoryStatus = 'present'
    if (refs.url === remote.url) return { located: { location, remote, refs } }
    seen.repositoryStatus = 'moved'
    seen.movedTo = restoreUrl(deps.insteadOf, refs.url)
    if (!sameButEnding(seen.movedTo, location.url)) {
      addNote(look, `the repository has moved to ${seen.movedTo} (the host redirects: same project)`)
    }
    const moved = await prepareRemote(refs.url, { ...deps, trusted: trusted || remote.pin === null })
    return { located: { location, remote: moved, refs } }
  } catch (error) {
    if (isGomodError(error, 'forbidden-address')) seen.repositoryStatus = 'not-allowed'
    const outcome = missing(look, location, error)
    if (outcome === null) throw error
    return { located: null, outcome }
  }
}

/** Hosts redirect to the address with `.git`: that is no move. */
function sameButEnding(a: string, b: string): boolean {
  return a.replace(/(?:\.git)?\/?$/, '').toLowerCase() === b.replace(/(?:\.git)?\/?$/, '').toLowerCase()
}

function missing(look: Look, { url }: RepositoryLocation, error: unknown): Outcome | null {
  const cached = look.seen.proxyStatus === 'cached'
  if (isGomodError(error, 'gone')) {
    look.seen.repositoryStatus = 'gone'
    const was = cached ? ' any more (the mirror has the version, so there was)' : ''
    return {
      verdict: 'repository-missing',
      repository: url,
      reason: `there is no repository at ${url}${was}`,
    }
  }
  if (isGomodError(error, 'unauthorized')) {
    look.seen.repositoryStatus = 'denied'
    const was = cached
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

async function refsOf(look: Look, remote: GitRemote, prefixes: string[]): Promise<RefList> {
  const { signal } = look.request
  if (remote.scheme !== 'file') return lsRefs(look.deps.http, remote.url, prefixes, signal)
  await using job = await look.deps.git.openJob(remote, signal ? { signal } : {})
  return await localRefs(job, prefixes)
}

/** Only what is needed: one tag, or for a pseudo-version without its full commit id, every branch and tag. */
function prefixesFor(
  version: string,
  { places }: RepositoryLocation,
  hash: string | null | undefined,
): string[] {
  if (!isPseudoVersion(version)) return places.map((place) => tagRef(place, version))
  return hash ? ['HEAD'] : ['refs/heads/', 'refs/tags/']
}

/** What the version names today. */
export type Target =
  | { kind: 'tag'; ref: string; commit: string; place: ModulePlace }
  /** Full commit id, or its first 12 digits where nothing more is known. */
  | { kind: 'pseudo'; commit: string; place: ModulePlace | null }
  | { kind: 'missing'; ref: string }

/** The tag or commit of the version, among the refs that the repository has. */
export function targetOf(look: Look, { location, refs }: Located): Target {
  const { version } = look.request
  if (isPseudoVersion(version)) {
    const { rev } = parsePseudoVersion(version)
    const recorded = look.seen.info?.origin?.hash
    const known = recorded?.startsWith(rev) ? recorded : tipWithPrefix(refs, rev)
    const [only = null, second] = location.places
    return { kind: 'pseudo', commit: known ?? rev, place: second === undefined ? only : null }
  }
  for (const place of location.places) {
    const ref = tagRef(place, version)
    const found = refs.refs.get(ref)
    if (found !== undefined) return { kind: 'tag', ref, commit: found.peeled, place }
  }
  const [place] = location.places
  return { kind: 'missing', ref: place === undefined ? version : tagRef(place, version) }
}

function tipWithPrefix({ refs }: RefList, prefix: string): string | null {
  for (const { peeled } of refs.values()) if (peeled.startsWith(prefix)) return peeled
  return null
}
