import type { TreeEntry } from '@mirrorwatch/gomod/tree/tree-entry'
import { gitFailure } from './run/failure.ts'
import type { GitJob } from './run/job.ts'

/**
 * Writes an index of exactly these files, apart from everything else in the job's repository.
 *
 * @returns the environment that makes git use it
 */
export async function writeIndex(
  job: GitJob,
  entries: Iterable<TreeEntry>,
): Promise<{ GIT_INDEX_FILE: string }> {
  const env = { GIT_INDEX_FILE: `${job.dir}/index-${process.hrtime.bigint()}` }
  let lines = ''
  for (const { mode, id, path } of entries) lines += `${mode} ${id}\t${path}\0`
  const added = await job.run(['update-index', '-z', '--index-info'], { stdin: lines, env })
  if (added.code !== 0) throw gitFailure('listing files for git', added)
  return env
}
