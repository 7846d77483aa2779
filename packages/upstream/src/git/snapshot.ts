import type { TreeEntry } from '@mirrorwatch/gomod/tree/tree-entry'
import type { GitJob } from './run/job.ts'
import { type CommitFacts, readCommit, readTree } from './tree.ts'

/** One commit's list of files, in a job that can fetch their contents. */
export interface Snapshot {
  job: GitJob
  commit: CommitFacts
  entries: TreeEntry[]
  /** Those whose path is UTF-8: only they can be in a module zip. */
  byPath: Map<string, TreeEntry>
}

/**
 * The snapshot of a commit that the job's repository has, by its full ref or id.
 *
 * @throws GomodError as `readCommit` and `readTree`.
 */
export async function readSnapshot(job: GitJob, name: string): Promise<Snapshot> {
  const commit = await readCommit(job, name)
  const entries = await readTree(job, commit.id)
  const byPath = new Map(entries.filter((entry) => entry.utf8).map((entry) => [entry.path, entry]))
  return { job, commit, entries, byPath }
}
