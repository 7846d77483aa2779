import { GomodError } from '@mirrorwatch/gomod/errors'
import { checkModuleVersion } from '@mirrorwatch/gomod/paths/module-path'
import { notesOf, startVerification } from './context.ts'
import { fetchSnapshot, openJob } from './fetch-snapshot.ts'
import { findPlace } from './find-place.ts'
import { findRepository } from './find-repository.ts'
import { findRevision } from './find-revision.ts'
import { moduleAt } from './module-at.ts'
import { prefetchModule, sumOfTree } from './tree-sum.ts'
import type { VerifyDeps } from './types.ts'

export interface RepositorySum {
  module: string
  version: string
  /** `h1:` of the zip that Go would make of the tag today. */
  sum: string
  repository: string
  commit: string
  notes: string[]
}

/**
 * Computes the `h1:` that a version would have if it were cached now.
 *
 * @throws GomodError `invalid-path`, `invalid-version`; `not-found` (no repository, no tag); `malformed` if Go cannot make a
 *   zip of the tag (the message says why); `too-large`, `git-failed`, `unauthorized`, `retry-later`, `forbidden-address`.
 */
export async function repositorySum(
  deps: VerifyDeps,
  request: { module: string; version: string; repository?: string; signal?: AbortSignal },
): Promise<RepositorySum> {
  const { module, version } = request
  checkModuleVersion(module, version)
  const context = startVerification(deps, request)
  const found = await findRepository(context)
  if (found.located === null) throw new GomodError('not-found', found.outcome.reason)
  const { located } = found
  const revision = findRevision(context, located)
  await using job = await openJob(context, located)
  const snapshot = await fetchSnapshot(context, job, revision)
  const place =
    ('place' in revision ? revision.place : null) ?? (await findPlace(snapshot, located.location, module))
  await prefetchModule(snapshot, place)
  const at = await moduleAt(snapshot, place)
  if (at.fault !== null) throw new GomodError('malformed', `Go makes no zip of this: ${at.fault}`)
  const sum = await sumOfTree(snapshot, at.tree, module, version)
  const commit = snapshot.commit.id
  return { module, version, sum, repository: located.location.url, commit, notes: notesOf(context) }
}
