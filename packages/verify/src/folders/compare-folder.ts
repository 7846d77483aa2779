import { unifiedDiff } from '@mirrorwatch/detect/diff/file-diff'
import { compiledFirst, differInLineEndsAlone } from '@mirrorwatch/detect/diff/tree-compare'
import { isGomodError } from '@mirrorwatch/gomod/errors'
import { MAX_INFLATED_BYTES } from '@mirrorwatch/gomod/limits'
import { type HashedFile, hashZipEntries } from '@mirrorwatch/gomod/zip/dirhash'
import type { ModuleZip, ZipEntry } from '@mirrorwatch/gomod/zip/module-zip'
import { MAX_SHOWN_FILE_BYTES } from '@mirrorwatch/upstream/git/limits'
import { digestFile, type FileDigest, type LocalFile, readSmallFile } from './local-files.ts'

/** One file that differs between a module's zip and a folder. */
export interface FolderDifference {
  /** Path relative to the module. */
  path: string
  change: 'modified' | 'only-in-folder' | 'only-in-zip' | 'eol-only'
  /** Unified diff, the zip's side first (`-` is the module's, `+` is the folder's); null for binaries and large files. */
  diff: string | null
}

export interface FolderComparison {
  /** Sorted by path, at most {@link MAX_DIFFERENCES}. */
  files: FolderDifference[]
  /** Number of all files that differ in more than their line ends. */
  differing: number
  /** Number of files that differ in their line ends alone. */
  eolOnly: number
  /** `h1:` of the folder by Go's rule for folders; null if it holds what no zip can. */
  sum: string | null
}

/** Files of a folder to compare, by their paths in the module. */
export interface ModuleFolder {
  module: string
  version: string
  files: readonly LocalFile[]
  /** Returns true for a file of the zip that the folder must have. */
  mustHave: (name: string, read: () => Promise<Buffer>) => boolean | Promise<boolean>
}

/** Limit on listed differences. A folder that is another module altogether differs in every file. */
const MAX_DIFFERENCES = 1000
/** Limit on diffs of one module. A person reads no more. */
const MAX_DIFFS = 20

/**
 * Compares a folder with the zip of its module, byte for byte. A file is only read if the zip has one of its size and path,
 * or for the folder's hash: 500 MiB in all, as much as a zip may hold.
 *
 * @throws GomodError `access-denied`, `not-found` (it vanished), `retry-later` (it changed while it was read)
 */
export async function compareFolder(folder: ModuleFolder, zip: ModuleZip): Promise<FolderComparison> {
  const entries = new Map(zip.entries.map((entry) => [entry.name, entry]))
  const hashes = new FolderHashes()
  const changed: string[] = []
  const local = new Map<string, LocalFile>()
  for (const file of folder.files) {
    local.set(file.path, file)
    const digest = file.isRegular ? await digestFile(file.file, hashes.wants(entries.get(file.path))) : null
    hashes.add(file, digest)
    if (!isSame(digest, entries.get(file.path))) changed.push(file.path)
  }
  for (const { name } of zip.entries) {
    if (!local.has(name) && (await folder.mustHave(name, () => zip.read(name)))) changed.push(name)
  }
  const list = new DifferenceList(zip)
  for (const path of compiledFirst(changed.toSorted()))
    await list.add(path, local.get(path), entries.get(path))
  return { ...list.result(), sum: hashes.sum(folder) }
}

function isSame(digest: FileDigest | null, entry: ZipEntry | undefined): boolean {
  return digest?.sha256 != null && digest.sha256 === entry?.sha256
}

/** Hashes of a folder's files, for the hash of the folder, within bounds. */
export class FolderHashes {
  readonly #files: HashedFile[] = []
  #bytes = 0
  #isWhole = true

  /** Returns whether a file of some size must be hashed. Without an entry of the zip, only the folder's hash needs it. */
  wants(entry?: { size: number }): (size: number) => boolean {
    return (size) => size === entry?.size || this.#bytes + size <= MAX_INFLATED_BYTES
  }

  /** Adds a file; null for one that is no regular file. */
  add({ path }: LocalFile, digest: FileDigest | null): void {
    this.#bytes += digest?.size ?? 0
    if (digest?.sha256 == null || path.includes('\n')) this.#isWhole = false
    else this.#files.push({ name: path, sha256: digest.sha256 })
  }

  /** Returns the `h1:` of the folder; null if a file is missing in it. */
  sum({ module, version }: { module: string; version: string }): string | null {
    return this.#isWhole ? hashZipEntries(module, version, this.#files) : null
  }
}

/** Collects differences: all are counted, the first are listed, and fewer have a diff. */
class DifferenceList {
  readonly #zip: ModuleZip
  readonly #files: FolderDifference[] = []
  #differing = 0
  #eolOnly = 0
  #diffs = 0

  constructor(zip: ModuleZip) {
    this.#zip = zip
  }

  async add(path: string, local: LocalFile | undefined, entry: ZipEntry | undefined): Promise<void> {
    const before =
      entry !== undefined && entry.size <= MAX_SHOWN_FILE_BYTES ? await this.#zip.read(path) : null
    const after = local === undefined ? null : await smallContent(local)
    const isEolOnly = before !== null && after !== null && differInLineEndsAlone(before, after)
    if (isEolOnly) this.#eolOnly++
    else this.#differing++
    if (this.#files.length >= MAX_DIFFERENCES) return
    const isShown = (entry === undefined || before !== null) && (local === undefined || after !== null)
    const diff =
      isShown && !isEolOnly && this.#diffs < MAX_DIFFS
        ? unifiedDiff(path, before, after, undefined, ['zip', 'folder'])
        : null
    if (diff !== null) this.#diffs++
    const change = entry === undefined ? 'only-in-folder' : local === undefined ? 'only-in-zip' : 'modified'
    this.#files.push({ path, change: isEolOnly ? 'eol-only' : change, diff })
  }

  result(): Omit<FolderComparison, 'sum'> {
    const files = this.#files.toSorted((a, b) => (a.path < b.path ? -1 : 1))
    return { files, differing: this.#differing, eolOnly: this.#eolOnly }
  }
}

async function smallContent({ file, isRegular }: LocalFile): Promise<Buffer | null> {
  if (!isRegular) return null
  try {
    return await readSmallFile(file, MAX_SHOWN_FILE_BYTES)
  } catch (error) {
    // It was there when it was hashed, so it counts without its content.
    if (isGomodError(error, 'not-found', 'access-denied')) return null
    throw error
  }
}
