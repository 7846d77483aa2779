import { isGomodError } from '@mirrorwatch/gomod/errors'
import { parseVersionTag } from '@mirrorwatch/gomod/tree/version-tag'
import { restoreUrl } from '@mirrorwatch/upstream/git/instead-of'
import { localRefs } from '@mirrorwatch/upstream/git/local-refs'
import { lsRefs, type RefList } from '@mirrorwatch/upstream/git/ls-refs'
import { prepareRemote } from '@mirrorwatch/upstream/git/remote'
import { isSameAddress } from '../same-address.ts'
import type { VerifyDeps } from '../types.ts'
import { findInHistory } from './history.ts'

export type LookDeps = Pick<VerifyDeps, 'http' | 'git' | 'resolveAddress' | 'insteadOf'>

/** State of a repository as its server shows it. */
export type Look =
  | {
      state: 'present'
      /** Commits by version tag, without `refs/tags/`; annotated tags peeled. */
      tags: Map<string, string>
      /** Commit of HEAD; null in an empty repository. */
      head: string | null
      /** Address to which the host redirects; null where it does not. */
      movedTo: string | null
    }
  | { state: 'gone' | 'private'; reason: string }

/**
 * Longest list of refs, in bytes. A tag takes some 130, so this is half a million; the largest Go repositories have 60,000.
 * Memory holds the version tags alone.
 */
const MAX_REFS_BYTES = 64 * 1024 * 1024
const PREFIX = 'refs/tags/'

/**
 * Asks a repository for its version tags and HEAD: one request, two more where the host redirects.
 *
 * @throws GomodError `retry-later`; `too-large`, `bad-response`, `forbidden-address`, `git-failed`.
 */
export async function lookAt(deps: LookDeps, url: string, signal?: AbortSignal): Promise<Look> {
  try {
    return present(deps, url, await allRefs(deps, url, signal))
  } catch (error) {
    const reason = (message: string): string =>
      deps.insteadOf.reduce((text, { from, to }) => text.replaceAll(to, from), message)
    if (isGomodError(error, 'gone')) return { state: 'gone', reason: reason(error.message) }
    if (isGomodError(error, 'unauthorized')) return { state: 'private', reason: reason(error.message) }
    throw error
  }
}

async function allRefs(
  deps: LookDeps,
  url: string,
  signal?: AbortSignal,
): Promise<RefList & { asked: string }> {
  const remote = await prepareRemote(url, deps)
  const selection = {
    prefixes: ['HEAD', PREFIX],
    keep: (name: string) => name === 'HEAD' || parseVersionTag(name) !== null,
    maxBytes: MAX_REFS_BYTES,
  }
  if (remote.scheme !== 'file') {
    return { ...(await lsRefs(deps.http, remote.url, selection, signal)), asked: remote.url }
  }
  await using job = await deps.git.openJob(remote, signal ? { signal } : {})
  return { ...(await localRefs(job, selection)), asked: remote.url }
}

function present(
  deps: LookDeps,
  url: string,
  { refs, url: answered, asked }: RefList & { asked: string },
): Look {
  const target = answered === asked ? null : restoreUrl(deps.insteadOf, answered)
  const tags = new Map<string, string>()
  for (const { name, peeled } of refs.values()) {
    if (name !== 'HEAD') tags.set(name.slice(PREFIX.length), peeled)
  }
  return {
    state: 'present',
    tags,
    head: refs.get('HEAD')?.peeled ?? null,
    movedTo: target === null || isSameAddress(target, url) ? null : target,
  }
}

/**
 * Returns true if a branch or tag of the repository reaches `commit`. `time` is the commit's, in seconds since 1970, or null:
 * it saves fetching what is older.
 *
 * @throws GomodError as `fetchHistory`
 */
export async function reaches(
  deps: LookDeps,
  url: string,
  { commit, time }: { commit: string; time: number | null },
  signal?: AbortSignal,
): Promise<boolean> {
  const remote = await prepareRemote(url, deps)
  const objectFormat = commit.length === 64 ? 'sha256' : 'sha1'
  await using job = await deps.git.openJob(remote, { objectFormat, ...(signal && { signal }) })
  try {
    return (await findInHistory(job, commit, time)) !== null
  } catch (error) {
    // An empty repository has no branch to fetch.
    if (isGomodError(error, 'not-found')) return false
    throw error
  }
}
