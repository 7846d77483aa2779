import { isGomodError } from '@mirrorwatch/gomod/errors'
import { fetchHistory } from '@mirrorwatch/upstream/git/fetch'
import type { GitJob } from '@mirrorwatch/upstream/git/run/job'

/** Margin in seconds before a commit's time from which on commits are fetched. */
const MARGIN_SECONDS = 1

/**
 * Searches the history of all branches and tags for a commit, by its id or the first digits of it: first among the commits
 * since `time` (seconds since 1970; null if unknown), then among all. Fetches commits alone, no trees. Returns the full id, or
 * null where no branch or tag reaches such a commit.
 *
 * @throws GomodError as `fetchHistory`.
 */
export async function findInHistory(
  job: GitJob,
  prefix: string,
  time: number | null,
): Promise<string | null> {
  for (const since of time === null ? [null] : [time - MARGIN_SECONDS, null]) {
    try {
      await fetchHistory(job, since)
    } catch (error) {
      // "no commits selected": the branches and tags have no commit that recent.
      if (since === null || !isGomodError(error, 'git-failed', 'retry-later')) throw error
      continue
    }
    const id = await resolvePrefix(job, prefix)
    if (id !== null) return id
  }
  return null
}

async function resolvePrefix(job: GitJob, prefix: string): Promise<string | null> {
  const result = await job.run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${prefix}^{commit}`])
  const id = result.stdout.toString('latin1').trim()
  return result.code === 0 && /^[0-9a-f]{40,64}$/.test(id) ? id : null
}
