import { GomodError } from '@mirrorwatch/gomod/errors'
import type { TreeEntry } from '@mirrorwatch/gomod/tree/tree-entry'
import { gitFailure } from './run/failure.ts'
import type { GitJob } from './run/job.ts'

/**
 * Files in one commit. A 136 KiB repository of nested identical trees lists 23 million files in 5 seconds; the largest honest
 * Go repositories (monorepos of cloud SDKs) have some 250,000.
 */
const MAX_TREE_ENTRIES = 500_000
/** Limit on the list in bytes, at some 130 a file. */
export const MAX_TREE_BYTES = 96 * 1024 * 1024
/** One line of that list, so nearly one path. File systems end at 4096 bytes; a tree 100,000 directories deep does not. */
const MAX_TREE_LINE_BYTES = 8 * 1024
/** One commit object; honest ones are a few hundred bytes, merge messages a few KiB. */
const MAX_COMMIT_BYTES = 1024 * 1024

export interface CommitFacts {
  id: string
  tree: string
  /** Committer time, seconds since 1970. */
  time: number
}

const NUL = 0
const TAB = 9
const HEAD_LINE = /^([0-7]{6}) (?:blob|commit|tree) ([0-9a-f]{40}|[0-9a-f]{64})$/

/**
 * Takes the output of `ls-tree -r -z` in pieces of any size.
 *
 * `push` throws GomodError `too-large` over `maxEntries`, `malformed` where a record is not one.
 */
export class TreeParser {
  readonly entries: TreeEntry[] = []
  readonly #maxEntries: number
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  #rest: Buffer = Buffer.alloc(0)

  constructor(maxEntries: number = MAX_TREE_ENTRIES) {
    this.#maxEntries = maxEntries
  }

  push(untrustedChunk: Buffer): void {
    const data = this.#rest.length === 0 ? untrustedChunk : Buffer.concat([this.#rest, untrustedChunk])
    let start = 0
    for (let end = data.indexOf(NUL); end >= 0; end = data.indexOf(NUL, start)) {
      this.#record(data.subarray(start, end))
      start = end + 1
    }
    if (data.length - start > MAX_TREE_LINE_BYTES)
      throw new GomodError('too-large', 'a path of the tree is too long')
    this.#rest = Buffer.from(data.subarray(start))
  }

  /** @throws GomodError `malformed` where the output ends inside a record. */
  end(): TreeEntry[] {
    if (this.#rest.length > 0) throw new GomodError('malformed', "the tree's list ends inside a record")
    return this.entries
  }

  #record(record: Buffer): void {
    const tab = record.indexOf(TAB)
    const head = HEAD_LINE.exec(record.toString('latin1', 0, Math.max(tab, 0)))
    if (record.length > MAX_TREE_LINE_BYTES)
      throw new GomodError('too-large', 'a path of the tree is too long')
    if (head === null || tab === record.length - 1) {
      throw new GomodError('malformed', "the tree's list has a malformed record")
    }
    if (this.entries.length >= this.#maxEntries) {
      throw new GomodError('too-large', `the commit has more than ${this.#maxEntries} files`)
    }
    this.entries.push({ mode: head[1] ?? '', id: head[2] ?? '', ...this.#decode(record.subarray(tab + 1)) })
  }

  #decode(bytes: Buffer): { path: string; utf8: boolean } {
    try {
      return { path: this.#decoder.decode(bytes), utf8: true }
    } catch {
      return { path: bytes.toString('utf8'), utf8: false }
    }
  }
}

/**
 * All files of a commit (by its full id) whose trees are in the job's repository, without any request.
 *
 * @throws GomodError `too-large` over the limits of `limits.ts`, `git-failed` where an object is missing or broken.
 */
export async function readTree(job: GitJob, commit: string): Promise<TreeEntry[]> {
  const parser = new TreeParser()
  const result = await job.run(['ls-tree', '-r', '-z', '--full-tree', '--end-of-options', commit], {
    maxStdoutBytes: MAX_TREE_BYTES,
    onStdout: (chunk) => parser.push(chunk),
  })
  if (result.code !== 0) throw gitFailure('listing the files of the commit', result)
  return parser.end()
}

/**
 * The commit that `name` (a full ref or id in the job's repository) is or, being a tag, points to.
 *
 * @throws GomodError `not-found` where it is no commit: a tag can also name a tree or a file.
 */
export async function readCommit(job: GitJob, name: string): Promise<CommitFacts> {
  const result = await job.run(['cat-file', '--batch'], {
    stdin: `${name}^{commit}\n`,
    maxStdoutBytes: MAX_COMMIT_BYTES,
  })
  if (result.code !== 0) throw gitFailure('reading the commit', result)
  const text = result.stdout.toString('latin1')
  const head = /^([0-9a-f]{40,64}) commit \d+\n/.exec(text)
  if (head?.[1] === undefined) throw new GomodError('not-found', 'the ref names no commit')
  const header = text.slice(head[0].length, text.indexOf('\n\n'))
  const tree = /^tree ([0-9a-f]{40,64})$/m.exec(header)?.[1]
  const time = /^committer .*> (-?\d{1,15}) [+-]\d+$/m.exec(header)?.[1]
  if (tree === undefined || time === undefined)
    throw new GomodError('malformed', 'the commit object is malformed')
  return { id: head[1], tree, time: Number(time) }
}
