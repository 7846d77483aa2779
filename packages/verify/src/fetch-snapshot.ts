import { GomodError, isGomodError } from '@mirrorwatch/gomod/errors'
import { parsePseudoVersion, pseudoVersionTime } from '@mirrorwatch/gomod/paths/pseudo-version'
import { fetchCommit } from '@mirrorwatch/upstream/git/fetch'
import type { GitJob } from '@mirrorwatch/upstream/git/run/job'
import { readSnapshot, type Snapshot } from '@mirrorwatch/upstream/git/snapshot'
import { addNote, type VerifyContext } from './context.ts'
import type { Located } from './find-repository.ts'
import type { Revision } from './find-revision.ts'
import { findInHistory } from './look/history.ts'

/**
 * Fetches the commit that the version names, without file contents.
 *
 * @throws GomodError `not-found` if the server does not have it, and as `fetchCommit`.
 */
export async function fetchSnapshot(
  context: VerifyContext,
  job: GitJob,
  revision: Revision,
): Promise<Snapshot> {
  const name = await fetchRevision(context, job, revision)
  const snapshot = await readSnapshot(job, name)
  context.commit = snapshot.commit.id
  context.repository.commitTime = snapshot.commit.time
  return snapshot
}

export function openJob(context: VerifyContext, { remote, refs }: Located): Promise<GitJob> {
  const { signal } = context.request
  return context.deps.git.openJob(remote, { objectFormat: refs.objectFormat, ...(signal && { signal }) })
}

/** Fetches the commit into the job's repository, and returns the name by which it is known there. */
async function fetchRevision(context: VerifyContext, job: GitJob, revision: Revision): Promise<string> {
  if (revision.kind === 'missing') throw new GomodError('not-found', `there is no ${revision.ref}`)
  if (revision.commit.length < 40) return fetchByPrefix(context, job, revision.commit)
  try {
    await fetchNoting(context, job, revision.commit)
    return revision.commit
  } catch (error) {
    // Servers of protocol v0 and v1 serve only commits that a ref names.
    if (revision.kind !== 'tag' || !isGomodError(error, 'not-found', 'git-failed')) throw error
    await fetchNoting(context, job, revision.ref)
    return revision.ref
  }
}

async function fetchNoting(context: VerifyContext, job: GitJob, name: string): Promise<void> {
  const { failedFsck } = await fetchCommit(job, name)
  if (failedFsck) addNote(context, 'the repository has malformed objects, as old histories do')
}

/** Searches the history for the commit and fetches it. The protocol cannot ask for the first digits of an id. */
async function fetchByPrefix(context: VerifyContext, job: GitJob, prefix: string): Promise<string> {
  const time = pseudoVersionTime(parsePseudoVersion(context.request.version))
  const id = await findInHistory(job, prefix, time === null ? null : Math.floor(time / 1000))
  if (id === null) throw new GomodError('not-found', `no branch or tag reaches a commit ${prefix}`)
  await fetchNoting(context, job, id)
  return id
}
