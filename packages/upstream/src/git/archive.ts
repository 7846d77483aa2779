import { createHash, type Hash } from 'node:crypto'
import { GomodError } from '@mirrorwatch/gomod/errors'
import type { TreeEntry } from '@mirrorwatch/gomod/tree/tree-entry'
import { attributeFilesFor } from './attributes.ts'
import { writeIndex } from './index-file.ts'
import { MAX_MODULE_BYTES } from './limits.ts'
import { requireBlobs } from './objects.ts'
import { gitFailure } from './run/failure.ts'
import { GIT_LOCAL_TIMEOUT_MS, type GitJob } from './run/job.ts'
import { createTarReader, type TarReader } from './tar.ts'

/** A file's bytes as Go would put them into the zip: after the conversions that `.gitattributes` ask for. */
export interface ArchivedFile {
  sha256: string
  size: number
  /** The content, if `keep` selected the file. */
  content: Buffer | null
}

/** Attributes can double a file (line ends) or a little more (encodings); the archive adds headers. */
const MAX_ARCHIVE_BYTES = 4 * MAX_MODULE_BYTES

/**
 * The bytes that Go's `git archive` would write for `files` (regular files of the commit), keyed by path. Only these files'
 * contents, and those of the attribute files above them, are fetched: the archive is made of a tree that holds nothing else.
 *
 * @throws GomodError as `requireBlobs`; `git-failed` where git refuses to convert, which means that Go can make no zip either.
 */
export async function archiveFiles(
  job: GitJob,
  files: readonly TreeEntry[],
  byPath: ReadonlyMap<string, TreeEntry>,
  keep: (path: string, size: number) => boolean = () => false,
): Promise<Map<string, ArchivedFile>> {
  if (files.length === 0) return new Map()
  const stripped = new Map(files.map((file) => [file.path, file]))
  for (const file of files) {
    for (const attributes of attributeFilesFor(file.path, byPath)) stripped.set(attributes.path, attributes)
  }
  await requireBlobs(
    job,
    [...stripped.values()].map((entry) => entry.id),
  )
  const collector = new Collector(keep)
  const tree = await writeTree(job, stripped.values())
  const result = await job.run(
    ['-c', 'core.autocrlf=input', '-c', 'core.eol=lf', 'archive', '--format=tar', tree],
    {
      maxStdoutBytes: MAX_ARCHIVE_BYTES,
      timeoutMs: GIT_LOCAL_TIMEOUT_MS,
      onStdout: (chunk) => collector.tar.push(chunk),
    },
  )
  if (result.code !== 0) throw gitFailure('writing the files as git archive does', result)
  await collector.tar.end()
  return onlyWanted(files, collector.files)
}

function onlyWanted(
  files: readonly TreeEntry[],
  archived: Map<string, ArchivedFile>,
): Map<string, ArchivedFile> {
  const wanted = new Map<string, ArchivedFile>()
  for (const { path } of files) {
    const file = archived.get(path)
    if (file === undefined) throw new GomodError('git-failed', 'git archive left out a file')
    wanted.set(path, file)
  }
  return wanted
}

/** A tree object of exactly these files. */
async function writeTree(job: GitJob, entries: Iterable<TreeEntry>): Promise<string> {
  const env = await writeIndex(job, entries)
  const written = await job.run(['write-tree', '--missing-ok'], { env })
  if (written.code !== 0) throw gitFailure('writing the tree to convert', written)
  return written.stdout.toString('latin1').trim()
}

class Collector {
  readonly files = new Map<string, ArchivedFile>()
  readonly tar: TarReader
  #hash: Hash = createHash('sha256')
  #kept: Buffer[] | null = null

  constructor(keep: (path: string, size: number) => boolean) {
    let current = { path: '', size: 0 }
    this.tar = createTarReader({
      file: (path, size) => {
        current = { path, size }
        this.#hash = createHash('sha256')
        this.#kept = keep(path, size) ? [] : null
      },
      data: (chunk) => {
        this.#hash.update(chunk)
        this.#kept?.push(Buffer.from(chunk))
      },
      endFile: () => {
        const content = this.#kept === null ? null : Buffer.concat(this.#kept)
        this.files.set(current.path, { sha256: this.#hash.digest('hex'), size: current.size, content })
      },
    })
  }
}
