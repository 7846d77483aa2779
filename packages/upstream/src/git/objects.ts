import { GomodError } from '@mirrorwatch/gomod/errors'
import { fetchObjects } from './fetch.ts'
import { MAX_MODULE_BYTES } from './limits.ts'
import { gitFailure } from './run/failure.ts'
import type { GitJob } from './run/job.ts'
import { MAX_TREE_BYTES } from './tree.ts'

const OBJECT_LINE = /^([0-9a-f]{40}|[0-9a-f]{64}) blob (\d{1,15})$/

/**
 * Ids and sizes of all file contents that the job's repository holds. It lists the packs: asking for single objects could
 * make a git without `GIT_NO_LAZY_FETCH` contact the server for each.
 */
async function localBlobs(job: GitJob): Promise<Map<string, number>> {
  job.blobs ??= await listBlobs(job)
  return job.blobs
}

async function listBlobs(job: GitJob): Promise<Map<string, number>> {
  const result = await job.run(
    ['cat-file', '--batch-all-objects', '--batch-check', '--buffer', '--unordered'],
    {
      maxStdoutBytes: MAX_TREE_BYTES,
    },
  )
  if (result.code !== 0) throw gitFailure('listing the fetched objects', result)
  const sizes = new Map<string, number>()
  for (const line of result.stdout.toString('latin1').split('\n')) {
    const match = OBJECT_LINE.exec(line)
    if (match?.[1] !== undefined) sizes.set(match[1], Number(match[2]))
  }
  return sizes
}

/**
 * Makes sure that the contents `ids` are there, fetching those that are not; returns their sizes.
 *
 * @throws GomodError `too-large` where together they exceed what Go allows a module, `not-found` where the server does not
 *   hand one out, and as `fetchObjects`.
 */
export async function requireBlobs(job: GitJob, ids: Iterable<string>): Promise<Map<string, number>> {
  const wanted = [...new Set(ids)]
  let sizes = await localBlobs(job)
  const missing = wanted.filter((id) => !sizes.has(id))
  if (missing.length > 0) {
    await fetchObjects(job, missing)
    sizes = await localBlobs(job)
  }
  let total = 0
  for (const id of wanted) {
    const size = sizes.get(id)
    if (size === undefined) throw new GomodError('not-found', 'the server keeps back the content of a file')
    total += size
  }
  if (total > MAX_MODULE_BYTES)
    throw new GomodError('too-large', `the files exceed ${MAX_MODULE_BYTES} bytes`)
  return sizes
}

/** Content of one blob that is there, as it is stored. */
export async function readBlob(job: GitJob, id: string, maxBytes: number): Promise<Buffer> {
  const result = await job.run(['cat-file', 'blob', id], { maxStdoutBytes: maxBytes })
  if (result.code !== 0) throw gitFailure('reading a file', result)
  return result.stdout
}
