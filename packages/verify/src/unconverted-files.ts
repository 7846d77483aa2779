import type { ModuleTree } from '@mirrorwatch/gomod/tree/module-tree'
import type { TreeEntry } from '@mirrorwatch/gomod/tree/tree-entry'
import { attributeFilesFor, convertiblePaths, mayConvert } from '@mirrorwatch/upstream/git/attributes'
import { MAX_SHOWN_FILE_BYTES } from '@mirrorwatch/upstream/git/limits'
import { readBlob, requireBlobs } from '@mirrorwatch/upstream/git/objects'
import type { Snapshot } from '@mirrorwatch/upstream/git/snapshot'
import type { ZipFiles } from './zip-files.ts'

/**
 * Finds those of `paths` that the zip holds as git stores them although attributes ask git to convert them; a zip that Go made
 * may differ. Reads attribute files from the zip if it has the same ones, so most repositories need no fetch.
 */
export async function unconvertedFiles(
  snapshot: Snapshot,
  tree: ModuleTree,
  zip: ZipFiles,
  paths: readonly string[],
): Promise<Set<string>> {
  const acting = new Map<string, TreeEntry>()
  const candidates = new Map<string, string>()
  for (const path of paths) {
    const file = tree.files.get(path)
    if (file === undefined || file.copied) continue
    const attributes = attributeFilesFor(file.source.path, snapshot.byPath)
    if (attributes.length > 0) candidates.set(file.source.path, path)
    for (const entry of attributes) acting.set(entry.path, entry)
  }
  if (!(await anyMayConvert(snapshot, zip, [...acting.values()]))) return new Set()
  await requireBlobs(
    snapshot.job,
    [...acting.values()].map(({ id }) => id),
  )
  const files = [...candidates.keys()].flatMap((path) => snapshot.byPath.get(path) ?? [])
  const convertible = await convertiblePaths(snapshot.job, files, [...acting.values()])
  return new Set([...convertible].flatMap((path) => candidates.get(path) ?? []))
}

async function anyMayConvert(
  { job }: Snapshot,
  zip: ZipFiles,
  attributes: readonly TreeEntry[],
): Promise<boolean> {
  const inZip = new Map([...zip.files.values()].map(({ blobId, name }) => [blobId, name]))
  const missing: string[] = []
  for (const { id } of attributes) {
    const path = inZip.get(id)
    if (path === undefined) missing.push(id)
    else if (mayConvert(await zip.read(path))) return true
  }
  if (missing.length > 0) await requireBlobs(job, missing)
  for (const id of missing) if (mayConvert(await readBlob(job, id, MAX_SHOWN_FILE_BYTES))) return true
  return false
}
