import { GomodError } from '@mirrorwatch/gomod/errors'
import { cleanText } from '@mirrorwatch/gomod/untrusted-text'
import { gitFailure } from './run/failure.ts'
import { type GitJob, MAX_SMALL_OUTPUT_BYTES } from './run/job.ts'
import type { SpawnResult } from './run/spawn.ts'

const COMMON = [
  'fetch',
  '-q',
  '--no-tags',
  '--no-recurse-submodules',
  '--no-write-fetch-head',
  '--no-auto-maintenance',
]
const OBJECT_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/
const REF = /^refs\/(?:tags|heads)\/[^\s~^:?*[\\]+$/

/** Servers say these where an object or a ref is not theirs (upload-pack of git, GitHub, GitLab, googlesource). */
const NOT_THERE =
  /not our ref|couldn't find remote ref|no such ref|unadvertised object|remote error: upload-pack: not our ref/i
/** Messages of http servers for a missing repository. */
const REPOSITORY_GONE =
  /repository .* not found|returned error: (?:404|410)|does not appear to be a git repository|does not exist/i
const NEEDS_LOGIN =
  /could not read Username|Authentication failed|returned error: 40[13]|terminal prompts disabled/i
const TRANSIENT =
  /returned error: (?:429|5\d\d)|timed out|Operation too slow|Could not resolve host|Failed to connect|early EOF|hung up|Connection (?:reset|refused)|RPC failed/i
const THROTTLED = /returned error: (?:429|503)/i
const BAD_OBJECT = /fsck error|error in object|fsck/i

/** Part of the wanted commit to fetch. `blobless`: commit and trees. `treeless`: the commit alone. */
export type FetchDepth = 'blobless' | 'treeless'

const FILTER: Record<FetchDepth, string> = { blobless: '--filter=blob:none', treeless: '--filter=tree:0' }

export interface FetchOutcome {
  /** True where the objects are malformed in a way that git's own check refuses; old honest histories have such. */
  failedFsck: boolean
}

/**
 * Fetches one commit, by its full id or by a full ref name, without its history and without file contents. A ref is stored
 * under its own name. Servers that cannot filter send the contents too, within the job's size limits.
 *
 * @throws GomodError `not-found` (no such ref or commit there), `gone` (no repository there), `unauthorized`, `retry-later`,
 *   `too-large`, `git-failed`, `malformed` (`target` is no id and no ref).
 */
export async function fetchCommit(
  job: GitJob,
  target: string,
  depth: FetchDepth = 'blobless',
): Promise<FetchOutcome> {
  if (!OBJECT_ID.test(target) && !REF.test(target)) {
    throw new GomodError('malformed', `not a commit id or a full ref: ${cleanText(target)}`)
  }
  const refspec = OBJECT_ID.test(target) ? target : `+${target}:${target}`
  const options = ['--depth=1', FILTER[depth]]
  return fetchChecked(job, options, [refspec], `fetching ${refspec}`)
}

/**
 * Fetches objects by id, as a lazy fetch of git would, but only these. Ids are given on standard input: any number will do.
 *
 * @throws GomodError as {@link fetchCommit}.
 */
export async function fetchObjects(job: GitJob, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  for (const id of ids) if (!OBJECT_ID.test(id)) throw new GomodError('malformed', 'not an object id')
  const options = ['--filter=blob:none', '--stdin']
  await fetchChecked(job, options, [], `fetching ${ids.length} files`, `${ids.join('\n')}\n`)
}

/**
 * Fetches commits alone (no trees) of all branches and tags, those made at or after `sinceSeconds` where it is given.
 * What a commit id's first digits cannot be asked for, this finds.
 */
export async function fetchHistory(job: GitJob, sinceSeconds: number | null): Promise<void> {
  const options = ['--filter=tree:0', ...(sinceSeconds === null ? [] : [`--shallow-since=${sinceSeconds}`])]
  const refspecs = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']
  await fetchChecked(job, options, refspecs, 'fetching the list of commits')
}

/** Fetches the commits that tags name, alone: no history, no trees. */
export async function fetchTagCommits(job: GitJob): Promise<void> {
  const options = ['--depth=1', '--filter=tree:0']
  await fetchChecked(job, options, ['+refs/tags/*:refs/tags/*'], 'fetching the commits of tags')
}

async function fetchChecked(
  job: GitJob,
  options: string[],
  refspecs: string[],
  what: string,
  stdin?: string,
): Promise<FetchOutcome> {
  const rest = [...COMMON, ...options, '--end-of-options', job.remote.url, ...refspecs]
  const run = {
    timeoutMs: job.networkTimeoutMs,
    maxStdoutBytes: MAX_SMALL_OUTPUT_BYTES,
    ...(stdin && { stdin }),
  }
  job.blobs = null
  const requests = requestsOf(refspecs, stdin ?? '')
  await job.acquire(requests)
  const strict = await job.run(['-c', 'transfer.fsckObjects=true', ...rest], run)
  if (strict.code === 0) return { failedFsck: false }
  if (!BAD_OBJECT.test(strict.untrustedStderr)) return failed(job, what, strict)
  await job.acquire(requests)
  const lax = await job.run(rest, run)
  if (lax.code === 0) return { failedFsck: true }
  return failed(job, what, lax)
}

/** A request body above this is announced by an empty request first (git's `http.postBuffer`). */
const POST_BUFFER_BYTES = 1024 * 1024

/**
 * HTTP requests that one fetch makes: one for what the server can do, one for the objects; one more for the ids of refs,
 * where a name is asked for, and one more before a large question.
 */
function requestsOf(refspecs: string[], stdin: string): number {
  const named = refspecs.some((refspec) => !OBJECT_ID.test(refspec))
  return 2 + (named ? 1 : 0) + (stdin.length > POST_BUFFER_BYTES ? 1 : 0)
}

async function failed(job: GitJob, what: string, result: SpawnResult): Promise<never> {
  if (THROTTLED.test(result.untrustedStderr)) await job.throttled()
  throw fetchFailure(what, result)
}

function fetchFailure(what: string, result: SpawnResult): GomodError {
  const text = result.untrustedStderr
  const cause = gitFailure(what, result)
  if (cause.code !== 'git-failed') return cause
  const message = `${what}: ${cleanText(text)}`
  if (NOT_THERE.test(text)) return new GomodError('not-found', message)
  if (NEEDS_LOGIN.test(text)) return new GomodError('unauthorized', message)
  if (REPOSITORY_GONE.test(text)) return new GomodError('gone', message)
  if (TRANSIENT.test(text)) return new GomodError('retry-later', message)
  return cause
}
