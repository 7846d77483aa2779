import { GomodError } from '@mirrorwatch/gomod/errors'
import { fetchTagCommits } from '@mirrorwatch/upstream/git/fetch'
import { prepareRemote } from '@mirrorwatch/upstream/git/remote'
import type { LookDeps } from './look.ts'

/** Output of one line a tag: half a million tags. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024
const FORMAT = '--format=%(refname:lstrip=2) %(committerdate:unix) %(*committerdate:unix)'
/** A lightweight tag has the first time, an annotated one the second. */
const LINE = /^(\S+) (-?\d{1,15})? ?(-?\d{1,15})?$/

/**
 * Returns the committer times of the commits that a repository's tags name, in seconds since 1970, by tag. Fetches these commits
 * alone, in one go.
 *
 * @throws GomodError as `fetchCommit`.
 */
export async function tagTimes(
  deps: LookDeps,
  url: string,
  objectFormat: 'sha1' | 'sha256',
  signal?: AbortSignal,
): Promise<Map<string, number>> {
  const remote = await prepareRemote(url, deps)
  await using job = await deps.git.openJob(remote, { objectFormat, ...(signal && { signal }) })
  await fetchTagCommits(job)
  const listed = await job.run(['for-each-ref', FORMAT, 'refs/tags'], { maxStdoutBytes: MAX_OUTPUT_BYTES })
  if (listed.code !== 0) throw new GomodError('git-failed', 'the times of the tags cannot be listed')
  const times = new Map<string, number>()
  for (const line of listed.stdout.toString('latin1').split('\n')) {
    const [, tag, own, peeled] = LINE.exec(line) ?? []
    const time = peeled ?? own
    if (tag !== undefined && time !== undefined) times.set(tag, Number(time))
  }
  return times
}
