import { GomodError } from '@mirrorwatch/gomod/errors'
import { MAX_GO_MOD_BYTES, MAX_LICENSE_BYTES } from '@mirrorwatch/gomod/limits'
import {
  candidateDirs,
  goModPath,
  guessModuleDir,
  type ModulePlace,
} from '@mirrorwatch/gomod/tree/module-dir'
import { type ModuleFile, type ModuleTree, moduleTree } from '@mirrorwatch/gomod/tree/module-tree'
import { hashZipEntries, sha256Hex } from '@mirrorwatch/gomod/zip/dirhash'
import { archiveFiles } from '@mirrorwatch/upstream/git/archive'
import { attributeFilesFor } from '@mirrorwatch/upstream/git/attributes'
import { MAX_MODULE_BYTES } from '@mirrorwatch/upstream/git/limits'
import { readBlob, requireBlobs } from '@mirrorwatch/upstream/git/objects'
import type { Snapshot } from '@mirrorwatch/upstream/git/snapshot'

/** File as the zip would hold it. */
export interface BuiltFile {
  sha256: string
  size: number
  content: Buffer | null
}

/**
 * Builds the bytes that Go would put into the zip for `files`, after every conversion. Fetches contents that are missing.
 *
 * @throws GomodError `too-large` if Go would refuse too, `git-failed`, and as `requireBlobs`.
 */
export async function buildFiles(
  { job, byPath }: Snapshot,
  files: readonly ModuleFile[],
  keep?: (path: string, size: number) => boolean,
): Promise<Map<string, BuiltFile>> {
  const copied = files.filter((file) => file.copied)
  const sources = files.filter((file) => !file.copied).map((file) => file.source)
  const copies = copied.map((file) => file.source.id)
  if (copies.length > 0) await requireBlobs(job, [...copies, ...sources.map((source) => source.id)])
  const archived = await archiveFiles(job, sources, byPath, keep)
  const built = new Map<string, BuiltFile>()
  for (const { path, source, copied } of files) {
    if (copied) {
      const content = await readBlob(job, source.id, MAX_LICENSE_BYTES)
      built.set(path, { sha256: sha256Hex(content), size: content.length, content })
      continue
    }
    const file = archived.get(source.path)
    if (file !== undefined) built.set(path, file)
  }
  return built
}

/**
 * Fetches all contents that the hash of the module at `place` can need in one request: go.mod files, the module's files by
 * either vendor rules, and the attribute files that apply to them.
 *
 * @throws GomodError as `requireBlobs`.
 */
export async function prefetchModule(snapshot: Snapshot, place: ModulePlace): Promise<void> {
  const { job, byPath, entries } = snapshot
  const wanted = new Set<string>()
  for (const dir of candidateDirs(place)) {
    const goMod = byPath.get(goModPath(dir))
    if (goMod !== undefined && goMod.mode !== '160000') wanted.add(goMod.id)
  }
  const dir = guessModuleDir(byPath, place)
  for (const rules of ['before-1.24', '1.24'] as const) {
    for (const { source, copied } of moduleTree(entries, dir, rules).files.values()) {
      wanted.add(source.id)
      if (!copied) for (const attributes of attributeFilesFor(source.path, byPath)) wanted.add(attributes.id)
    }
  }
  await requireBlobs(job, wanted)
}

/**
 * Computes the `h1:` of the zip that Go would make of `tree`.
 *
 * @throws GomodError `too-large` over Go's limits for a module, and as {@link buildFiles}.
 */
export async function sumOfTree(
  snapshot: Snapshot,
  tree: ModuleTree,
  module: string,
  version: string,
): Promise<string> {
  const built = await buildFiles(snapshot, [...tree.files.values()])
  checkSizes(built)
  return hashZipEntries(
    module,
    version,
    [...built].map(([name, { sha256 }]) => ({ name, sha256 })),
  )
}

/** Checks the limits of https://go.dev/ref/mod#zip-path-size-constraints. */
function checkSizes(built: ReadonlyMap<string, BuiltFile>): void {
  let total = 0
  for (const { size } of built.values()) total += size
  if (total > MAX_MODULE_BYTES)
    throw new GomodError('too-large', 'the module is over 500 MiB: Go makes no zip of it')
  for (const [name, limit] of [
    ['go.mod', MAX_GO_MOD_BYTES] as const,
    ['LICENSE', MAX_LICENSE_BYTES] as const,
  ]) {
    if ((built.get(name)?.size ?? 0) > limit) {
      throw new GomodError('too-large', `${name} is over 16 MiB: Go makes no zip of the module`)
    }
  }
}
