import { GomodError } from '@mirrorwatch/gomod/errors'
import { MAX_ALL_REFS_BYTES, type RefList, type RefSelection } from './ls-refs.ts'
import type { Ref } from './ref-reader.ts'
import { gitFailure } from './run/failure.ts'
import { GIT_LOCAL_TIMEOUT_MS, type GitJob } from './run/job.ts'

const LINE = /^([0-9a-f]{40}|[0-9a-f]{64})\t(\S+)$/

/**
 * The selected refs of a repository in a local folder.
 *
 * @throws GomodError `gone` where the folder is no repository, `git-failed`, `too-large`.
 */
export async function localRefs(
  job: GitJob,
  { prefixes, keep = () => true }: RefSelection,
): Promise<RefList> {
  const result = await job.run(['ls-remote', '--end-of-options', job.remote.url], {
    maxStdoutBytes: MAX_ALL_REFS_BYTES,
    timeoutMs: GIT_LOCAL_TIMEOUT_MS,
  })
  if (
    /does not appear to be a git repository|does not exist|not a git repository/.test(result.untrustedStderr)
  ) {
    throw new GomodError('gone', `${job.remote.url} is no git repository`)
  }
  if (result.code !== 0) throw gitFailure('listing the refs', result)
  const refs = new Map<string, Ref>()
  for (const line of result.stdout.toString('utf8').split('\n')) {
    const [, id, shown] = LINE.exec(line) ?? []
    if (id === undefined || shown === undefined) continue
    const name = shown.endsWith('^{}') ? shown.slice(0, -3) : shown
    if (!prefixes.some((prefix) => name.startsWith(prefix)) || !keep(name)) continue
    refs.set(name, { name, id: refs.get(name)?.id ?? id, peeled: id })
  }
  const objectFormat = [...refs.values()].some((ref) => ref.id.length === 64) ? 'sha256' : 'sha1'
  return { refs, url: job.remote.url, objectFormat }
}
