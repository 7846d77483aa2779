import { unifiedDiff } from '@mirrorwatch/detect/diff/file-diff'
import {
  compareFiles,
  compiledFirst,
  differInLineEndsAlone,
  explainChange,
  sameNames,
  type TreeComparison,
} from '@mirrorwatch/detect/diff/tree-compare'
import type { FileDifference } from '@mirrorwatch/detect/types'
import type { ModulePlace } from '@mirrorwatch/gomod/tree/module-dir'
import { type ModuleFile, type ModuleTree, moduleTree } from '@mirrorwatch/gomod/tree/module-tree'
import { otherVendorRules } from '@mirrorwatch/gomod/tree/vendor-rules'
import { hashZipEntries } from '@mirrorwatch/gomod/zip/dirhash'
import type { ModuleZip } from '@mirrorwatch/gomod/zip/module-zip'
import { attributeFilesFor } from '@mirrorwatch/upstream/git/attributes'
import { MAX_SHOWN_FILE_BYTES, MAX_SHOWN_TOTAL_BYTES } from '@mirrorwatch/upstream/git/limits'
import type { Snapshot } from '@mirrorwatch/upstream/git/snapshot'
import { type ModuleAt, moduleAt } from './module-at.ts'
import { type BuiltFile, buildFiles } from './tree-sum.ts'
import { unconvertedFiles } from './unconverted-files.ts'
import type { ZipFiles } from './zip-files.ts'

export interface ZipComparison {
  files: FileDifference[]
  /** Number of `files` with a diff. */
  diffs: number
  /** `h1:` of the repository's files; null if too many differ to compute it cheaply. */
  repositorySum: string | null
  at: ModuleAt
  /** Equal files whose bytes differ from the stored ones, because `.gitattributes` converts them. */
  converted: { path: string; how: 'eol' | 'ident' | 'other' }[]
  /**
   * The repository's version of each file that differs. Null if the repository has no such file, or none that could be kept: the
   * whole file of the zip then counts as added.
   */
  differing: Map<string, Buffer | null>
  /** True if the zip follows the vendor rules that its `go` line does not ask for. */
  otherVendorRules: boolean
}

/** Limit on fetched files that differ and that no attribute can explain. */
const MAX_FETCHED_DIFFERENCES = 300
/** Limit on diffs of one verification. A person reads no more, and a database row should not hold more. */
const MAX_SHOWN_DIFFS = 20

/**
 * Compares a module zip with the tag's tree: first names, then git's ids of the contents. Fetches only contents whose ids
 * differ, and converts them as Go would.
 *
 * @throws GomodError as `buildFiles`.
 */
export async function compareZip(
  snapshot: Snapshot,
  place: ModulePlace,
  moduleZip: ModuleZip,
  module: string,
  version: string,
): Promise<ZipComparison> {
  const zip: ZipFiles = {
    files: new Map(moduleZip.entries.map((entry) => [entry.name, entry])),
    read: (path) => moduleZip.read(path),
  }
  const known = zip.files.has('go.mod') ? [await zip.read('go.mod')] : []
  const at = await moduleAt(snapshot, place, known)
  const chosen = chooseRules(snapshot, at.tree, zip)
  const { same, changed, onlyInZip, onlyInRepository } = await compareBytes(snapshot, chosen, zip)
  const built = await buildDiffering(snapshot, chosen, [
    ...compiledFirst(changed),
    ...compiledFirst(onlyInRepository),
  ])
  const comparison: ZipComparison = {
    files: [],
    diffs: 0,
    repositorySum: null,
    at: { ...at, tree: chosen, fault: chosen === at.tree ? at.fault : chosen.fault },
    converted: [],
    differing: new Map(),
    otherVendorRules: chosen !== at.tree,
  }
  for (const path of compiledFirst(changed))
    await addChanged(comparison, snapshot, zip, path, built.get(path))
  for (const path of compiledFirst(onlyInZip)) await addOnlyInZip(comparison, zip, path)
  for (const path of compiledFirst(onlyInRepository)) addOnlyInRepository(comparison, path, built.get(path))
  comparison.files.sort((a, b) => (a.path < b.path ? -1 : 1))
  comparison.repositorySum = sumWith(zip, same, built, [...changed, ...onlyInRepository], module, version)
  return comparison
}

/** Compares by ids. A file of equal id whose attributes ask for a conversion counts as changed, because Go would convert it. */
async function compareBytes(snapshot: Snapshot, tree: ModuleTree, zip: ZipFiles): Promise<TreeComparison> {
  const comparison = compareFiles(zip.files, tree.files)
  const unconverted = await unconvertedFiles(snapshot, tree, zip, comparison.same)
  if (unconverted.size === 0) return comparison
  return {
    ...comparison,
    same: comparison.same.filter((path) => !unconverted.has(path)),
    changed: [...comparison.changed, ...comparison.same.filter((path) => unconverted.has(path))],
  }
}

/** Chooses the vendor rules of the module's `go` line, or the other ones if only they give the zip's names. */
function chooseRules(snapshot: Snapshot, tree: ModuleTree, zip: ZipFiles): ModuleTree {
  if (sameNames(compareFiles(zip.files, tree.files))) return tree
  const other = moduleTree(snapshot.entries, tree.dir, otherVendorRules(tree.vendorRules))
  return sameNames(compareFiles(zip.files, other.files)) ? other : tree
}

/** Builds every file that attributes may explain, and as many of the others as a person may want to see. */
function buildDiffering(
  snapshot: Snapshot,
  tree: ModuleTree,
  paths: readonly string[],
): Promise<Map<string, BuiltFile>> {
  const wanted: ModuleFile[] = []
  let certain = 0
  for (const path of paths) {
    const file = tree.files.get(path)
    if (file === undefined) continue
    const convertible = !file.copied && attributeFilesFor(file.source.path, snapshot.byPath).length > 0
    if (convertible || certain++ < MAX_FETCHED_DIFFERENCES) wanted.push(file)
  }
  let kept = 0
  return buildFiles(snapshot, wanted, (_, size) => {
    if (size > MAX_SHOWN_FILE_BYTES || kept + size > MAX_SHOWN_TOTAL_BYTES) return false
    kept += size
    return true
  })
}

async function addChanged(
  comparison: ZipComparison,
  snapshot: Snapshot,
  zip: ZipFiles,
  path: string,
  built: BuiltFile | undefined,
): Promise<void> {
  const entry = zip.files.get(path)
  const storedId = comparison.at.tree.files.get(path)?.source.id ?? ''
  const content = await readSmall(zip, path)
  const stored = entry?.blobId === storedId
  const how = content && !stored ? explainChange(content, storedId, snapshot.job.objectFormat) : null
  if (built !== undefined && built.sha256 === entry?.sha256) {
    if (!stored) comparison.converted.push({ path, how: how ?? 'other' })
    return
  }
  const shown = built?.content ?? null
  const eolOnly = content && shown ? differInLineEndsAlone(content, shown) : how === 'eol'
  comparison.differing.set(path, shown ?? (eolOnly ? content : null))
  const diff = content && shown && hasRoom(comparison) ? unifiedDiff(path, shown, content) : null
  addFile(comparison, { path, change: eolOnly ? 'eol-only' : 'modified', diff })
}

async function addOnlyInZip(comparison: ZipComparison, zip: ZipFiles, path: string): Promise<void> {
  const content = hasRoom(comparison) ? await readSmall(zip, path) : null
  const diff = content && unifiedDiff(path, null, content)
  comparison.differing.set(path, null)
  addFile(comparison, { path, change: 'only-in-zip', diff })
}

function addOnlyInRepository(comparison: ZipComparison, path: string, built: BuiltFile | undefined): void {
  if (built?.content) comparison.differing.set(path, built.content)
  const content = hasRoom(comparison) ? built?.content : null
  const diff = content ? unifiedDiff(path, content, null) : null
  addFile(comparison, { path, change: 'only-in-repository', diff })
}

function hasRoom({ diffs }: ZipComparison): boolean {
  return diffs < MAX_SHOWN_DIFFS
}

function addFile(comparison: ZipComparison, file: FileDifference): void {
  comparison.files.push(file)
  if (file.diff !== null) comparison.diffs++
}

async function readSmall(zip: ZipFiles, path: string): Promise<Buffer | null> {
  const entry = zip.files.get(path)
  return entry !== undefined && entry.size <= MAX_SHOWN_FILE_BYTES ? zip.read(path) : null
}

/** Computes the repository's sum if every file that differs was built, which makes it free. */
function sumWith(
  zip: ZipFiles,
  same: readonly string[],
  built: ReadonlyMap<string, BuiltFile>,
  rest: readonly string[],
  module: string,
  version: string,
): string | null {
  const files = same.map((path) => ({ name: path, sha256: zip.files.get(path)?.sha256 ?? '' }))
  for (const path of rest) {
    const file = built.get(path)
    if (file === undefined) return null
    files.push({ name: path, sha256: file.sha256 })
  }
  return hashZipEntries(module, version, files)
}
