import { isGomodError } from '@mirrorwatch/gomod/errors'
import { addNote, type VerifyContext } from '../context.ts'
import { openJob } from '../fetch-snapshot.ts'
import type { Located } from '../find-repository.ts'
import { findInHistory } from './history.ts'

/**
 * Finds out whether a branch or tag reaches the commit that the verification has read. Code hosts keep the objects of forks
 * together, and hand out a fork's commit at the original's address.
 *
 * @throws GomodError `retry-later`
 */
export async function checkReach(context: VerifyContext, located: Located): Promise<void> {
  const { commit, repository } = context
  if (commit === null) return
  if ([...located.refs.refs.values()].some(({ peeled }) => peeled === commit)) {
    repository.reachable = true
    return
  }
  // A separate job: in the one that fetched the commit by its id it would be found.
  await using job = await openJob(context, located)
  try {
    repository.reachable = (await findInHistory(job, commit, repository.commitTime)) !== null
  } catch (error) {
    if (!isGomodError(error, 'too-large', 'git-failed')) throw error
    addNote(context, `it is not known whether a branch or tag reaches the commit: ${error.message}`)
    return
  }
  if (!repository.reachable) addNote(context, 'no branch or tag of the repository reaches this commit')
}
